const PIECE = 8192;

/** Octets as a string, one code unit for each. */
export function decodeLatin1(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += PIECE) {
    text += String.fromCharCode(...octets.subarray(at, at + PIECE));
  }
  return text;
}

/** The octets of a string whose code units `isLatin1` has found to be octets. */
export function encodeLatin1(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    octets[at] = text.charCodeAt(at);
  }
  return octets;
}

/** Whether each code unit is one octet. */
export function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0xff) {
      return false;
    }
  }
  return true;
}
