const patterns = new Map<number, string>();

/** Octets of which no two stretches look alike. */
export function pattern(length: number): string {
  const known = patterns.get(length);
  if (known !== undefined) return known;
  const parts: string[] = [];
  for (let index = 0, size = 0; size < length; index += 1) {
    const part = `${index.toString(36)};`;
    parts.push(part);
    size += part.length;
  }
  const text = parts.join('').slice(0, length);
  patterns.set(length, text);
  return text;
}
