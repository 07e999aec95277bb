const NAMED: Readonly<Record<string, string>> = {
  '\r': String.raw`\r`,
  '\n': String.raw`\n`,
  '\t': String.raw`\t`,
  '\\': '\\\\',
};

/** A ByteString in printable ASCII: `\r`, `\n`, `\t`, `\\`, and `\xHH` for the other octets. */
export function escapeByteString(text: string): string {
  return text.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, (unit) => {
    const code = unit.charCodeAt(0);
    if (code > 0xff) return String.raw`\u` + code.toString(16).padStart(4, '0');
    return NAMED[unit] ?? String.raw`\x` + code.toString(16).padStart(2, '0');
  });
}

/** The same, cut after `limit` octets with a note of how many there are. */
export function excerptByteString(text: string, limit: number): string {
  if (text.length <= limit) return escapeByteString(text);
  return `${escapeByteString(text.slice(0, limit))}… (${text.length} octets in all)`;
}

/** A word for a POSIX shell; bare where nothing in it is special. */
export function quoteForShell(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A value as a failure message shows it: strings quoted and escaped, undefined as `absent`. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'string') return `"${excerptByteString(value, 400).replaceAll('"', '\\"')}"`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`);
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'symbol' ? value.toString() : `${value as number | boolean | null}`;
}
