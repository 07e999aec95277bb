// RFC 3986 section 3.3: pchar, with no escape of what needs none
const SEGMENT = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})+$/;

/**
 * Parses X-Forwarded-Prefix into the beginning of a SCRIPT_NAME: a canonical path, without the slash
 * that it may end in. Undefined where the text is none.
 */
export function parsePrefix(text: string): string | undefined {
  const path = text.replace(/\/$/, '');
  if (path === '') {
    return text === '/' ? '' : undefined;
  }
  const [first, ...segments] = path.split('/');
  const canonical = segments.every(
    (segment) =>
      SEGMENT.test(segment) && segment !== '.' && segment !== '..' && !hasNeedlessEscape(segment),
  );
  return first === '' && canonical ? path : undefined;
}

function hasNeedlessEscape(segment: string): boolean {
  const escapes = segment.match(/%[0-9A-F]{2}/g) ?? [];
  return escapes.some((escape) =>
    /[A-Za-z0-9\-._~]/.test(String.fromCharCode(Number.parseInt(escape.slice(1), 16))),
  );
}
