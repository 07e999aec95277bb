// RFC 9110 section 5.6.2: token = 1*tchar
const TCHAR = "!#$%&'*+\\-.^_`|~0-9A-Za-z";
// RFC 9110 section 5.5: field-vchar = VCHAR / obs-text; SP and HTAB between them
const FIELD_OCTET = '\\t\\x20-\\x7e\\x80-\\xff';
// RFC 9110 section 5.6.4: quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
const QUOTED =
  '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';

/** RFC 9110 section 5.6.2: token. */
export const TOKEN: RegExp = new RegExp(`^[${TCHAR}]+$`);

/** RFC 9112 section 3: request-line = method SP request-target SP HTTP-version. */
export const REQUEST_LINE: RegExp = new RegExp(
  `^([${TCHAR}]+) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/([0-9])\\.([0-9])$`,
);

/**
 * Whether a text could be a request-target: RFC 9112 section 3.2, whose forms are for the gateway
 * to tell apart. A loop, since most are short, and a regular expression costs more to call.
 */
export function isRequestTarget(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x21 || code === 0x7f || code > 0xff) {
      return false;
    }
  }
  return text !== '';
}

/** RFC 9112 section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]. */
export const STATUS_LINE: RegExp = new RegExp(
  `^HTTP/([0-9])\\.([0-9]) ([1-9][0-9]{2}) ([${FIELD_OCTET}]*)$`,
);

/** RFC 9112 section 5: *( field-name ":" OWS field-value OWS CRLF ), no folding. */
export const FIELD_LINES: RegExp = new RegExp(`^(?:[${TCHAR}]+:[${FIELD_OCTET}]*\\r\\n)*$`);

/** One line of it. */
export const FIELD_LINE: RegExp = new RegExp(`^[${TCHAR}]+:[${FIELD_OCTET}]*$`);

/** RFC 9112 section 7.1: chunk-size [ chunk-ext ], with the BWS that section 7.1.1 asks to parse. */
export const CHUNK_LINE: RegExp = new RegExp(
  `^([0-9A-Fa-f]+)(?:[\\t ]*;[\\t ]*[${TCHAR}]+(?:[\\t ]*=[\\t ]*(?:[${TCHAR}]+|${QUOTED}))?)*$`,
);

/** RFC 9110 section 8.6: Content-Length = 1*DIGIT. */
export const DIGITS: RegExp = /^[0-9]+$/;

// RFC 3986 section 3.2.2: host = IP-literal / IPv4address / reg-name, which covers IPv4address
const NAMED_HOST = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*(?::[0-9]*)?$/;
const LITERAL_HOST =
  /^\[(?:([0-9A-Fa-f:.]+)|v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\](?::[0-9]*)?$/;
const H16 = /^[0-9A-Fa-f]{1,4}$/;
const DEC_OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${DEC_OCTET}(?:\\.${DEC_OCTET}){3}$`);

/** Whether a value is a Host by RFC 9110 section 7.2: uri-host [ ":" port ]. */
export function isHost(value: string): boolean {
  if (NAMED_HOST.test(value)) {
    return true;
  }
  const literal = LITERAL_HOST.exec(value);
  return literal !== null && (literal[1] === undefined || isIpv6(literal[1]));
}

// RFC 3986 section 3.2.2: eight groups of 16 bits, one run of them as "::", the last two as IPv4
function isIpv6(text: string): boolean {
  const sides = text.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const groups = sides.flat();
  const last = sides.at(-1)?.at(-1) ?? '';
  const ipv4 = IPV4.test(last);
  if (
    sides.length > 2 ||
    !(ipv4 ? groups.slice(0, -1) : groups).every((group) => H16.test(group))
  ) {
    return false;
  }
  const count = groups.length + (ipv4 ? 1 : 0);
  return sides.length === 2 ? count < 8 : count === 8;
}

/** The value without the OWS around it: RFC 9112 section 5.1. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isOws(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The members of a comma-separated list in lower case, empty ones left out: RFC 9110, 5.6.1. */
export function listMembers(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map(trimOws)
    .filter((member) => member !== '');
}
