import { encodeLatin1 } from '../octets/latin1.ts';
import { CgiError } from './errors.ts';
import { TEXT, TOKEN } from './grammar.ts';

/** The head of a response to be written. */
export interface CgiResponse {
  /** From 200 to 999. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  /** name, value, name, value, …; Status is not among them. */
  readonly headers: readonly string[];
}

/**
 * Writes the head of a response; its content follows. It begins with a Status, or with the status
 * line of the protocol given, as uWSGI answers. Throws `ERR_CGI_VALUE`.
 */
export function writeCgiHead(
  { status, reason, headers }: CgiResponse,
  protocol?: 'HTTP/1.0' | 'HTTP/1.1',
): Uint8Array {
  if (!Number.isInteger(status) || status < 200 || status > 999 || !TEXT.test(reason)) {
    throw new CgiError('ERR_CGI_VALUE', `${status} ${reason}`);
  }
  let text = `${protocol ?? 'Status:'} ${status} ${reason}\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] ?? '\0';
    if (!TOKEN.test(name) || !TEXT.test(value) || name.toLowerCase() === 'status') {
      throw new CgiError('ERR_CGI_VALUE', `${name}: ${value}`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return encodeLatin1(`${text}\r\n`);
}

/** Writes a redirect that the gateway follows itself: RFC 3875 section 6.2.2. */
export function writeLocalRedirect(location: string): Uint8Array {
  if (!location.startsWith('/') || !TEXT.test(location)) {
    throw new CgiError('ERR_CGI_VALUE', location);
  }
  return encodeLatin1(`Location: ${location}\r\n\r\n`);
}
