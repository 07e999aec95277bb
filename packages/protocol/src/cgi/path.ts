import { CgiError } from './errors.ts';

// RFC 3986 section 3.3: pchar and "/"
const NOT_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g;

/** A path with its octets decoded, as PATH_INFO and SCRIPT_NAME have it, in the form of a URI. */
export function encodePath(decoded: string): string {
  return decoded.replace(
    NOT_PATH,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * The octets that a path of a URI stands for, one code unit for each. Throws `ERR_CGI_PATH` for an
 * escape that is none, and for `%2F` and `%00`, which would not be what they were: RFC 3875, 4.1.5.
 */
export function decodePath(encoded: string): string {
  return encoded.replace(/%(.{0,2})/gs, (escape, digits: string) => {
    const code = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : 0;
    if (code === 0 || code === 0x2f) {
      throw new CgiError('ERR_CGI_PATH', escape);
    }
    return String.fromCharCode(code);
  });
}
