/** One way in which input arrives: its name, and the pieces. */
export type Segmentation = readonly [name: string, pieces: readonly Uint8Array[]];

/** Whole, octet by octet, and in two pieces at every place. */
export function segmentations(input: Uint8Array): Segmentation[] {
  const all: Segmentation[] = [
    ['whole', [input]],
    ['octet by octet', bytewise(input)],
  ];
  for (let at = 1; at < input.byteLength; at += 1) {
    all.push([`split at ${at}`, [input.subarray(0, at), input.subarray(at)]]);
  }
  return all;
}

/** One octet at a time. */
export function bytewise(input: Uint8Array): Uint8Array[] {
  return Array.from(input, (octet) => Uint8Array.of(octet));
}

/** Pieces of the sizes given, which are gone through again and again. */
export function pieces(input: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < input.byteLength; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? input.byteLength);
    cut.push(input.slice(at, at + size));
    at += size;
  }
  return cut;
}
