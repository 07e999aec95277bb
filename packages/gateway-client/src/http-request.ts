import { isFieldValue, isToken } from '@tsgi/core';
import type { Environ } from '@tsgi/types';
import { GatewayError } from './errors.ts';
import { addForwarded } from './forwarded-fields.ts';
import type { HttpRequest } from './http-conversation.ts';
import type { ForwardSettings } from './settings.ts';
import { fieldsOf, flatten, replaceFields, type RequestFields } from './request-fields.ts';
import type { UpstreamAddress } from './upstream-address.ts';

/** What of a request does not stand in its environ. */
export interface HttpRequestFacts {
  readonly address: UpstreamAddress;
  /** Octets; undefined for a body that is sent chunked. */
  readonly contentLength: number | undefined;
}

/** Makes the request to an HTTP upstream. */
export function httpRequest(
  environ: Environ,
  settings: ForwardSettings,
  { address, contentLength }: HttpRequestFacts,
): HttpRequest {
  const fields = fieldsOf(environ, settings);
  const host = settings.host === 'pass' ? environ['HTTP_HOST'] : settings.host;
  const useOwn = host === undefined || host === '' || host === 'upstream';
  // Host comes first: RFC 9110 section 7.2
  fields.delete('host');
  const all: RequestFields = new Map([['host', useOwn ? address.authority : host], ...fields]);
  const { prefix, forwarded } = settings;
  // a base of its own takes the place of the prefix, which would not lead back
  addForwarded(all, environ, { forwarded, prefix: address.base === '' ? prefix : 'keep' });
  if (settings.via !== false) {
    addVia(all, environ.SERVER_PROTOCOL, settings.via);
  }
  if (environ['tsgi.trailers'] !== undefined) {
    all.set('te', 'trailers');
  }
  const expectsContinue = isExpecting(environ) && contentLength !== 0;
  if (expectsContinue) {
    all.set('expect', '100-continue');
  }
  replaceFields(all, settings);
  const headers = flatten(all);
  if (environ['tsgi.trailers'] !== undefined) {
    // RFC 9110 section 10.1.4: TE concerns this connection only
    headers.push('Connection', 'TE');
  }
  if (contentLength === 0 && needsLength(environ)) {
    headers.push('Content-Length', '0');
  }
  const method = environ.REQUEST_METHOD;
  const target = targetOf(environ, address, prefix);
  checkRequest(method, target, headers);
  return { method, target, headers, contentLength, expectsContinue };
}

// A server has checked all of it, but any middleware may have put something in since
function checkRequest(method: string, target: string, headers: readonly string[]): void {
  const wrong = headers.find((value, at) => at % 2 === 1 && !isFieldValue(value));
  if (wrong !== undefined || !isToken(method) || !/^[\x21-\x7e]+$/.test(target)) {
    throw new GatewayError('ERR_GATEWAY_REQUEST', wrong ?? `${method} ${target}`);
  }
}

function isExpecting(environ: Environ): boolean {
  return environ['HTTP_EXPECT']?.toLowerCase() === '100-continue';
}

// RFC 9110 section 8.6: a method that anticipates content says that there is none
function needsLength({ REQUEST_METHOD: method, CONTENT_LENGTH: length }: Environ): boolean {
  return length !== undefined || method === 'POST' || method === 'PUT' || method === 'PATCH';
}

// RFC 9110 section 7.6.3: received-protocol received-by; HTTP is left out
function addVia(fields: RequestFields, protocol: string, name: string): void {
  const version = protocol.replace(/^HTTP\//, '');
  const earlier = fields.get('via');
  const hop = `${version} ${name}`;
  fields.set('via', earlier === undefined ? hop : `${earlier}, ${hop}`);
}

/** The request-target: the canonical path below the base of the upstream, and the query as it is. */
export function targetOf(
  environ: Environ,
  { base }: Pick<UpstreamAddress, 'base'>,
  prefix: 'strip' | 'keep',
): string {
  const { SCRIPT_NAME: script, PATH_INFO: info, QUERY_STRING: query } = environ;
  if (info === '*' && script === '') {
    return info;
  }
  const path = base + (prefix === 'keep' ? script : '') + info;
  return `${path === '' ? '/' : path}${query === '' ? '' : `?${query}`}`;
}
