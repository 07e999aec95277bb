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
