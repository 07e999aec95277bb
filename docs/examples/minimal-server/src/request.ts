import type { Environ, InputStream } from '@tsgi/types';
import { type Connection, demand } from './connection.ts';

const limits = { line: 16_384, head: 65_536, body: 16_777_216 };
const malformed = '400 Bad Request';

// RFC 9112 sections 3, 5 and 7.1, and `uri-host [ ":" port ]` of RFC 9110 section 7.2.
const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/(\d)\.(\d)$/;
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
const chunkLine = /^([0-9A-Fa-f]+)(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/;
const hostForm =
  /^(?:\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?$/;

/** Names of fields that concern one connection only. */
export const hopByHop: RegExp =
  /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Whether a value is `1*DIGIT` and at most 2^53 - 1. */
export const isLength = (value: string): boolean =>
  /^[0-9]+$/.test(value) && Number.isSafeInteger(Number(value));

/** Without spaces and tabs at the ends; `trim()` of a string takes octet 0xA0 as well. */
const trim = (text: string): string => text.replace(/^[\t ]+|(?<![\t ])[\t ]+$/g, '');

/** The elements of a field that is a list, in lower case. */
const listOf = (fields: Map<string, string>, name: string): string[] =>
  (fields.get(name) ?? '').toLowerCase().split(',').map(trim);

const flags = { 'tsgi.multithread': false, 'tsgi.multiprocess': false, 'tsgi.run_once': false };
const errors = { write: (text: unknown) => void process.stderr.write(String(text)), flush() {} };
const facts = { 'tsgi.url_scheme': 'http', 'tsgi.input_buffered': true, 'tsgi.async': false };

/** Reads a request and makes an environ of it, which inherits nothing (ENV-PROTO). */
export async function readRequest(connection: Connection, mount: string): Promise<Environ> {
  Object.assign(connection, { head: false, keep: false });
  const [REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL] = await readRequestLine(connection);
  connection.head = REQUEST_METHOD === 'HEAD';
  connection.chunks = SERVER_PROTOCOL !== 'HTTP/1.0';
  const fields = await readFields(connection);
  const length = frameRequest(connection, fields);
  const location = locate(REQUEST_METHOD, REQUEST_URI, mount);
  const body = await readBody(connection, length ?? 0, listOf(fields, 'expect'));
  const asks = listOf(fields, 'connection');
  connection.keep = !asks.includes('close') && (connection.chunks || asks.includes('keep-alive'));
  const { localAddress, localPort, remoteAddress, remotePort } = connection.socket;
  demand(localAddress && remoteAddress, 'ERR_TSGI_ABORTED', 'a disconnect');
  const line = { REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL };
  const server = { SERVER_NAME: localAddress, SERVER_PORT: `${localPort}` };
  const peer = { REMOTE_ADDR: remoteAddress, REMOTE_PORT: `${remotePort}` };
  const environ = Object.assign(Object.create(null), mapFields(fields), location, flags, facts);
  return Object.assign(environ, line, server, peer, {
    ...(length !== undefined && { CONTENT_LENGTH: `${body.length}` }),
    'tsgi.version': [1, 0],
    'tsgi.input': makeInput(Buffer.from(body, 'latin1')),
    'tsgi.errors': { ...errors },
    'tsgi.interleaved': true, // another request may run between two chunks of a body
  });
}

/** Reads a request-line and one empty line before it; gives method, target and version. */
async function readRequestLine(connection: Connection): Promise<[string, string, string]> {
  const first = await connection.line(limits.line, '414 URI Too Long');
  const line = first === '' ? await connection.line(limits.line, '414 URI Too Long') : first;
  const [, method = '', target = '', major, minor] = requestLine.exec(line) ?? [];
  demand(method, malformed, line);
  demand(major === '1', '505 HTTP Version Not Supported', line);
  return [method, target, minor === '0' ? 'HTTP/1.0' : 'HTTP/1.1'];
}

/** Reads a header or trailer section: names in lower case, values joined (ENV-HDR-MULTI). */
async function readFields(connection: Connection): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  for (let left = limits.head; ; ) {
    const line = await connection.line(left, '431 Request Header Fields Too Large');
    if (line === '') return fields;
    const [, name = '', value = ''] = fieldLine.exec(line) ?? [];
    demand(name, malformed, line);
    const key = name.toLowerCase();
    const before = fields.has(key) ? fields.get(key) + (key === 'cookie' ? '; ' : ', ') : '';
    fields.set(key, before + trim(value));
    left -= line.length + 2;
  }
}

/** The length of the body, -1 for a chunked one, undefined for none; refuses by REQ-CL, REQ-TE. */
function frameRequest({ chunks }: Connection, fields: Map<string, string>): number | undefined {
  const [host, length] = [fields.get('host'), fields.get('content-length')];
  const coding = fields.get('transfer-encoding')?.toLowerCase();
  // The joined values of a repeated field have neither form: REQ-HOST, REQ-CL.
  demand(hostForm.test(host ?? '') && (host !== undefined || !chunks), malformed, host);
  demand(isLength(length ?? '0'), malformed, length);
  if (coding === undefined) return length === undefined ? undefined : Number(length);
  demand(length === undefined && chunks, malformed, coding);
  demand(coding === 'chunked', '501 Not Implemented', coding);
  return -1;
}

/** Reads a body of a length, or a chunked one. */
async function readBody(from: Connection, length: number, expect: string[]): Promise<string> {
  // INP-CONTINUE-REFUSED: what the head alone shows to be too large is never asked for.
  demand(length <= limits.body, '413 Content Too Large', length);
  const asked = from.chunks && length !== 0 && expect.includes('100-continue');
  if (asked) from.write('HTTP/1.1 100 Continue\r\n\r\n');
  if (length >= 0) return from.take(length);
  for (let body = ''; ; ) {
    const line = await from.line(limits.line, malformed);
    const size = Number.parseInt(chunkLine.exec(line)?.[1] ?? '', 16);
    demand(Number.isSafeInteger(size), malformed, line);
    demand(body.length + size <= limits.body, '413 Content Too Large', size);
    if (size === 0) return (await readFields(from)) && body; // trailers are dropped
    body += await from.take(size);
    demand((await from.line(1, malformed)) === '', malformed, 'no CRLF after a chunk');
  }
}

/** Takes a request-target apart and finds its path under the mount, or refuses it. */
function locate(method: string, target: string, mount: string): Partial<Environ> {
  const authorityForm = hostForm.test(target) && /.:\d+$/.test(target);
  demand(method !== 'CONNECT' && !authorityForm, '501 Not Implemented', target);
  if (target === '*' && method === 'OPTIONS')
    return { SCRIPT_NAME: '', PATH_INFO: '*', QUERY_STRING: '' };
  const [, authority, after] = /^https?:\/\/([^/?]*)([^]*)$/i.exec(target) ?? [];
  const hasHost = authority === undefined || (hostForm.test(authority) && !/^:|^$/.test(authority));
  const rest = after?.replace(/^(?!\/)/, '/') ?? target;
  demand(hasHost && /^\/[!"$-~]*$/.test(rest), malformed, target);
  const [raw = '', ...query] = rest.split('?');
  const path = canonicalPath(raw);
  demand(path === mount || path.startsWith(`${mount}/`), '404 Not Found', path);
  const PATH_INFO = path.slice(mount.length);
  const host = authority === undefined ? {} : { HTTP_HOST: authority }; // ENV-PATH-ABSOLUTE
  return { SCRIPT_NAME: mount, PATH_INFO, QUERY_STRING: query.join('?'), ...host };
}

/** The one spelling of a path (ENV-PATH-CANONICAL); refuses what can be read in two ways. */
export function canonicalPath(path: string): string {
  demand(!/\\|%(?![\dA-Fa-f]{2})/.test(path), malformed, path);
  const spelled = path
    .replace(/[^\w\-.~!$&'()*+,;=:@/%]/g, encodeURIComponent)
    .replace(/%../g, (escape) => escape.toUpperCase())
    .replace(/%(?:2[DE]|3\d|[46][1-9A-F]|5[\dAF]|7[\dAE])/g, decodeURIComponent);
  const kept: string[] = [];
  for (const segment of spelled.split('/').slice(1))
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  if (/\/\.\.?$/.test(spelled)) kept.push('');
  return `/${kept.join('/')}`;
}

/** The CGI keys of the request's header fields. */
function mapFields(fields: Map<string, string>): object {
  // ENV-HDR-HOP: Host stays, whatever a Connection field says.
  const named = new Set(listOf(fields, 'connection').filter((name) => name !== 'host'));
  const keys: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (/[^a-z0-9-]|^proxy$|^content-length$/.test(name)) continue; // ENV-HDR-UNDERSCORE
    if (hopByHop.test(name) || named.has(name)) continue;
    const key = name.toUpperCase().replaceAll('-', '_');
    keys[key === 'CONTENT_TYPE' ? key : `HTTP_${key}`] = value;
  }
  return keys;
}

/** A request body that has arrived whole. */
function makeInput(body: Buffer): InputStream {
  let rest = body;
  return {
    read(size = rest.length): Uint8Array {
      if (!Number.isSafeInteger(size) || size < 0)
        throw new RangeError(`a size is a non-negative integer; got a ${typeof size}`);
      const octets = new Uint8Array(rest.subarray(0, size)); // a copy: INP-FRESH
      rest = rest.subarray(size);
      return octets;
    },
    *[Symbol.iterator]() {
      while (rest.length > 0) yield this.read(65_536);
    },
  };
}
