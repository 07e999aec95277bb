/** RFC 3875 section 2.2: token, as RFC 9110 section 5.6.2 has it. */
export const TOKEN: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The octets of a value or a reason: RFC 9110 section 5.5, nothing that ends a line. */
export const TEXT: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;

/** RFC 3875 section 6.3.3: status-code [ SP reason-phrase ], none of them interim. */
export const STATUS: RegExp = /^([2-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** RFC 9112 section 4: the status line with which servers of uwsgi begin. */
export const STATUS_LINE: RegExp = /^HTTP\/[0-9]\.[0-9] (.*)$/;

/** RFC 3875 section 4.1.16: an HTTP version; servers write those without a minor one both ways. */
export const PROTOCOL: RegExp = /^HTTP\/[0-9](?:\.[0-9])?$/;

/** The value without space and tab around it. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Fields that concern one connection only, and are passed on in neither direction. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
