import { isLatin1 } from '../octets/latin1.ts';
import { CgiError } from './errors.ts';
import { PROTOCOL, TEXT, TOKEN } from './grammar.ts';
import { connectionOptions, joinValues, variableOf } from './meta-variables.ts';

/** A request that a gateway passes on; each string has one code unit for each octet. */
export interface CgiRequest {
  /** REQUEST_METHOD, a token; its case is kept. */
  readonly method: string;
  /** The request-target as received, for REQUEST_URI. */
  readonly target: string;
  /** For example `HTTP/1.1`. */
  readonly protocol: string;
  /** REQUEST_SCHEME; `https` sends `HTTPS=on` as well. Neither is of the RFC. */
  readonly scheme: 'http' | 'https';
  /** Decoded; empty, or begins with `/`. `decodePath` gives it. */
  readonly scriptName: string;
  /** Likewise. */
  readonly pathInfo: string;
  /** Without `?`, as received. */
  readonly query: string;
  /** name, value, name, value, … in wire order, values trimmed. */
  readonly headers: readonly string[];
  /** In octets, after transfer codings were removed; undefined where no length is known. */
  readonly contentLength: number | undefined;
  /** SERVER_NAME: RFC 3875 section 4.1.14. */
  readonly serverName: string;
  /** SERVER_PORT in digits: RFC 3875 section 4.1.15. */
  readonly serverPort: string;
  /** REMOTE_ADDR: RFC 3875 section 4.1.8; sent even where it is empty. */
  readonly remoteAddress: string;
  /** REMOTE_PORT in digits, which is not of the RFC; undefined sends none. */
  readonly remotePort?: string | undefined;
}

/** What a gateway adds. */
export interface BuildVariablesOptions {
  /** SERVER_SOFTWARE. Default `tsgi`. */
  readonly software?: string | undefined;
  /** name, value, …, put in place of what is there: SCRIPT_FILENAME, REMOTE_USER, and others. */
  readonly extra?: readonly string[] | undefined;
}

/**
 * Builds the variables of a request, as name, value, name, value, …: RFC 3875 section 4.1, and
 * REQUEST_URI, REQUEST_SCHEME, HTTPS and REMOTE_PORT, which all servers in use send. Throws
 * `ERR_CGI_VALUE`.
 */
export function buildVariables(
  request: CgiRequest,
  { software = 'tsgi', extra = [] }: BuildVariablesOptions = {},
): string[] {
  checkRequest(request);
  const { contentLength, remotePort } = request;
  const variables = new Map([
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['SERVER_SOFTWARE', software],
    ['SERVER_PROTOCOL', request.protocol],
    ['SERVER_NAME', request.serverName],
    ['SERVER_PORT', request.serverPort],
    ['REQUEST_METHOD', request.method],
    ['REQUEST_URI', request.target],
    ['REQUEST_SCHEME', request.scheme],
    ['SCRIPT_NAME', request.scriptName],
    ['PATH_INFO', request.pathInfo],
    ['QUERY_STRING', request.query],
    ['REMOTE_ADDR', request.remoteAddress],
  ]);
  if (remotePort !== undefined) {
    variables.set('REMOTE_PORT', remotePort);
  }
  if (request.scheme === 'https') {
    variables.set('HTTPS', 'on');
  }
  if (contentLength !== undefined) {
    variables.set('CONTENT_LENGTH', String(contentLength));
  }
  addFields(request.headers, variables);
  for (let at = 0; at < extra.length; at += 2) {
    variables.set(extra[at] as string, extra[at + 1] as string);
  }
  const list = [...variables].flat();
  checkList(list);
  return list;
}

function checkRequest(request: CgiRequest): void {
  const { method, protocol, contentLength = 0 } = request;
  if (!TOKEN.test(method) || !PROTOCOL.test(protocol)) {
    throw new CgiError('ERR_CGI_VALUE', `${method} ${protocol}`);
  }
  for (const path of [request.scriptName, request.pathInfo]) {
    if (path !== '' && !path.startsWith('/')) {
      throw new CgiError('ERR_CGI_VALUE', path);
    }
  }
  if (!Number.isSafeInteger(contentLength) || contentLength < 0) {
    throw new CgiError('ERR_CGI_VALUE', `a length of ${contentLength}`);
  }
}

function addFields(headers: readonly string[], variables: Map<string, string>): void {
  const dropped = connectionOptions(
    headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === 'connection'),
  );
  for (let at = 0; at < headers.length; at += 2) {
    const name = (headers[at] as string).toLowerCase();
    const value = headers[at + 1] ?? '\0';
    if (!TEXT.test(value)) {
      throw new CgiError('ERR_CGI_VALUE', `${name}: ${value}`);
    }
    const variable = dropped.has(name) ? undefined : variableOf(name);
    if (variable !== undefined) {
      const earlier = variables.get(variable);
      variables.set(variable, earlier === undefined ? value : joinValues(name, earlier, value));
    }
  }
}

function checkList(list: readonly string[]): void {
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string;
    const value = list[at + 1];
    // a variable of an operating system's environment has no "=" in its name, and no NUL
    if (!/^[^=\0]+$/.test(name) || value === undefined || value.includes('\0')) {
      throw new CgiError('ERR_CGI_VALUE', name);
    }
    if (!isLatin1(name) || !isLatin1(value)) {
      throw new CgiError('ERR_CGI_VALUE', `${name}=${value}`);
    }
  }
}
