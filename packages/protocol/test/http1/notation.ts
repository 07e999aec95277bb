/** Octets from a string with one code unit for each. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

/** The reverse of `octets`. */
export function latin1(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['r', '\r'],
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
]);

/** What text in the notation of the golden files stands for; see golden/README.md. */
export function unescape(notation: string): string {
  return notation.replace(
    /\\(?:x([0-9a-f]{2})|\{([0-9]+)\*([^}]+)\}|(.?))/gsu,
    (whole: string, hex?: string, count?: string, text = '', letter = '') => {
      if (hex !== undefined) {
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
      if (count !== undefined) {
        return unescape(text).repeat(Number(count));
      }
      const meant = ESCAPES.get(letter);
      if (meant === undefined) {
        throw new Error(`${JSON.stringify(whole)} is no escape of the notation`);
      }
      return meant;
    },
  );
}

const LETTERS: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  '\\': '\\\\',
};

/** Text in the notation, without repetitions. */
export function escape(text: string): string {
  return text.replace(
    /[^\x21-\x5b\x5d-\x7e ]| $/g,
    (unit) => LETTERS[unit] ?? `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
