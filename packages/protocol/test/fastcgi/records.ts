/** A record written by hand: version 1, no padding unless given. */
export function record(type: number, id: number, content = '', padding = 0): string {
  const size = content.length;
  const header = [1, type, id >> 8, id & 0xff, size >> 8, size & 0xff, padding, 0];
  return String.fromCharCode(...header) + content + 'p'.repeat(padding);
}

/** BEGIN_REQUEST. */
export const begin = (id: number, { role = 1, flags = 0 } = {}): string =>
  record(1, id, String.fromCharCode(0, role, flags, 0, 0, 0, 0, 0));

/** END_REQUEST. */
export const end = (id: number, { status = 0, protocol = 0 } = {}): string =>
  record(3, id, String.fromCharCode(0, 0, 0, status, protocol, 0, 0, 0));

/** A name-value pair with lengths of one octet. */
export const pair = (name: string, value: string): string =>
  String.fromCharCode(name.length, value.length) + name + value;

/** PARAMS of these pairs, ended. */
export const params = (id: number, pairs = ''): string =>
  (pairs === '' ? '' : record(4, id, pairs)) + record(4, id);

/** Parts as one text. */
export const text = (parts: readonly Uint8Array[]): string =>
  parts.map((part) => String.fromCharCode(...part)).join('');

/** Text without the padding that a codec adds. */
export function unpadded(written: string): string {
  let plain = '';
  for (let at = 0; at < written.length; ) {
    const size = (written.charCodeAt(at + 4) << 8) | written.charCodeAt(at + 5);
    const padding = written.charCodeAt(at + 6);
    plain += `${written.slice(at, at + 6)}\0\0${written.slice(at + 8, at + 8 + size)}`;
    at += 8 + size + padding;
  }
  return plain;
}
