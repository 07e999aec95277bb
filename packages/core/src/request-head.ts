import { TsgiError } from './errors.ts';
import { isFieldValue, isToken, parseContentLength } from './header-list.ts';
import { isHost } from './host.ts';

/** The protocol versions that a gateway takes. */
export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';

/** The head of a request as a transport received it. */
export interface RequestHead {
  /** The method token, its case kept. */
  readonly method: string;
  /** The request-target as received, one code unit for each octet. */
  readonly target: string;
  /** SERVER_PROTOCOL; it decides how Host and framing are checked. */
  readonly protocol: Protocol;
  /** name, value, name, value, … in wire order, values without space at either end. */
  readonly headers: readonly string[];
  /** The field lines as received, where `headers` is not that: HTTP/2 has Host from `:authority`. */
  readonly received?: readonly string[] | undefined;
}

/** How the body of a request is delimited: RFC 9112 section 6.3. */
export interface RequestFraming {
  /** The declared length in octets; undefined for a chunked body, 0 where there is no body. */
  readonly contentLength: number | undefined;
  /** Whether a Content-Length field was there. */
  readonly declared: boolean;
}

interface FramingFields {
  hosts: string[];
  lengths: string[];
  codings: string[];
}

/**
 * Checks what decides where a request goes and where it ends. Throws `ERR_TSGI_FIELD`,
 * `ERR_TSGI_HOST`, `ERR_TSGI_FRAMING` or `ERR_TSGI_CODING`, each with the status to answer with.
 */
export function checkRequestHead(head: RequestHead): RequestFraming {
  if (!isToken(head.method)) {
    throw new TsgiError('ERR_TSGI_FIELD', head.method);
  }
  const fields = collectFields(head.headers);
  checkHost(head.protocol, fields.hosts);
  return checkFraming(head.protocol, fields);
}

function collectFields(headers: readonly string[]): FramingFields {
  const fields: FramingFields = { hosts: [], lengths: [], codings: [] };
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    if (!isToken(name)) {
      throw new TsgiError('ERR_TSGI_FIELD', name);
    }
    if (!isFieldValue(value)) {
      throw new TsgiError('ERR_TSGI_FIELD', value);
    }
    switch (name.toLowerCase()) {
      case 'host':
        fields.hosts.push(value);
        break;
      case 'content-length':
        fields.lengths.push(value);
        break;
      case 'transfer-encoding':
        fields.codings.push(value);
        break;
    }
  }
  return fields;
}

// RFC 9112 section 3.2: exactly one Host in HTTP/1.1, never more than one in any version
function checkHost(protocol: Protocol, hosts: readonly string[]): void {
  const tooFew = protocol === 'HTTP/1.1' && hosts.length === 0;
  if (tooFew || hosts.length > 1) {
    throw new TsgiError('ERR_TSGI_HOST', `${hosts.length} Host fields`);
  }
  const host = hosts[0];
  if (host !== undefined && !isHost(host)) {
    throw new TsgiError('ERR_TSGI_HOST', host);
  }
}

// RFC 9112 sections 6.1 to 6.3
function checkFraming(protocol: Protocol, { lengths, codings }: FramingFields): RequestFraming {
  if (codings.length > 0) {
    checkTransferEncoding(protocol, lengths, codings);
    return { contentLength: undefined, declared: false };
  }
  const value = lengths[0];
  if (value === undefined) {
    return { contentLength: protocol === 'HTTP/2' ? undefined : 0, declared: false };
  }
  const contentLength = parseContentLength(value);
  if (lengths.length > 1 || contentLength === undefined) {
    throw new TsgiError('ERR_TSGI_FRAMING', `Content-Length: ${lengths.join(', ')}`);
  }
  return { contentLength, declared: true };
}

function checkTransferEncoding(
  protocol: Protocol,
  lengths: readonly string[],
  codings: readonly string[],
): void {
  const value = codings.join(', ');
  const got = `${protocol} with Transfer-Encoding: ${value}`;
  if (lengths.length > 0 || protocol !== 'HTTP/1.1') {
    throw new TsgiError('ERR_TSGI_FRAMING', lengths.length > 0 ? `${got} and Content-Length` : got);
  }
  const list = value.toLowerCase().split(',').map(trim);
  if (list.length === 1 && list[0] === 'chunked') {
    return;
  }
  const chunkedOnceLast = list.indexOf('chunked') === list.length - 1;
  throw new TsgiError(chunkedOnceLast ? 'ERR_TSGI_CODING' : 'ERR_TSGI_FRAMING', got);
}

function trim(text: string): string {
  return text.trim();
}
