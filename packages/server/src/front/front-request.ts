import { isIP } from 'node:net';
import {
  checkRequestHead,
  type Connection,
  parseContentLength,
  type Place,
  type Protocol,
  type RequestFraming,
  type RequestHead,
  TsgiError,
} from '@tsgi/core';
import type { CgiRequestHead } from '@tsgi/protocol/cgi';
import type { PathSource } from '../options.ts';
import { placeRequest } from './place-request.ts';

/** How the variables of a request reach this server. */
export type FrontProtocol = 'cgi' | 'fastcgi' | 'scgi' | 'uwsgi';

/** What the operator and the protocol say of all requests. */
export interface FrontRules {
  readonly protocol: FrontProtocol;
  /** The mount; undefined where the front names it. */
  readonly scriptName: string | undefined;
  readonly pathSource: PathSource;
}

/** A request from a web server in front, in the form in which a gateway takes it. */
export interface FrontRequest {
  readonly head: RequestHead;
  readonly framing: RequestFraming;
  readonly place: Place;
}

/** What a codec has read of a request. */
export interface FrontVariables {
  /** name, value, name, value, … as they came. */
  readonly list: readonly string[];
  /** What they say. */
  readonly cgi: CgiRequestHead;
  /** Octets of content; undefined where its end alone says how many there are. */
  readonly contentLength: number | undefined;
}

/** Reads what the variables of a request say. Throws a TsgiError with the status to answer with. */
export function readFrontRequest(variables: FrontVariables, rules: FrontRules): FrontRequest {
  const { cgi, contentLength } = variables;
  const protocol = protocolOf(cgi.protocol);
  const { requestUri, ...place } = placeRequest(
    {
      method: cgi.method,
      target: cgi.target,
      scriptName: cgi.scriptName,
      pathInfo: cgi.variables.has('PATH_INFO') ? cgi.pathInfo : undefined,
      query: cgi.variables.get('QUERY_STRING'),
    },
    {
      scriptName: rules.scriptName,
      source: rules.pathSource,
      divided: rules.protocol === 'cgi',
    },
  );
  const head = { method: cgi.method, target: requestUri, protocol, headers: cgi.headers };
  checkRequestHead(head);
  const declared = isDeclared(variables, rules.protocol);
  checkLength(variables);
  return { head, framing: { contentLength, declared }, place };
}

// SCGI has a CONTENT_LENGTH of 0 also where the request has none; nginx sends the field beside it
function isDeclared({ list, cgi }: FrontVariables, protocol: FrontProtocol): boolean {
  return protocol === 'scgi' && cgi.contentLength === 0
    ? list.includes('HTTP_CONTENT_LENGTH')
    : cgi.contentLength !== undefined;
}

// nginx says that a body is empty where it passes SCGI on unbuffered, and sends it all the same
function checkLength({ list, contentLength }: FrontVariables): void {
  const at = list.indexOf('HTTP_CONTENT_LENGTH');
  const field = at === -1 ? undefined : parseContentLength(list[at + 1] as string);
  if (field !== undefined && contentLength !== undefined && field !== contentLength) {
    throw new TsgiError(
      'ERR_TSGI_FRAMING',
      `CONTENT_LENGTH=${contentLength} and HTTP_CONTENT_LENGTH=${field}`,
    );
  }
}

// The specification names no version above 2, whose semantics HTTP/3 shares: RFC 9110 section 2.5
function protocolOf(version: string): Protocol {
  const [, major = '', minor = '0'] = /^HTTP\/([0-9])(?:\.([0-9]))?$/.exec(version) ?? [];
  if (major === '2' || major === '3') {
    return 'HTTP/2';
  }
  if (major !== '1') {
    throw new TsgiError('ERR_TSGI_VERSION', version);
  }
  return minor === '0' ? 'HTTP/1.0' : 'HTTP/1.1';
}

/**
 * The connection of the front's client, by what the front says; `name` is that of the listening side
 * where it does not say.
 */
export function clientOf(cgi: CgiRequestHead, name: string): Connection {
  const { scheme, variables } = cgi;
  const remoteAddress = addressIn(cgi.remoteAddress);
  // nginx sends as REMOTE_USER whatever name a client writes, checked or not; a front that has checked
  // it says how: RFC 3875 section 4.1.11
  const authType = variables.get('AUTH_TYPE') || undefined;
  const remoteUser = variables.get('REMOTE_USER') || undefined;
  const authenticated = authType !== undefined && remoteUser !== undefined;
  return {
    scheme,
    serverName: bare(cgi.serverName) ?? addressIn(variables.get('SERVER_ADDR')) ?? name,
    serverPort: digitsIn(cgi.serverPort) ?? (scheme === 'https' ? '443' : '80'),
    remoteAddress,
    remotePort: remoteAddress === undefined ? undefined : digitsIn(cgi.remotePort),
    ...(authenticated ? { remoteUser, authType } : {}),
  };
}

// nginx says `unix:` of a client on a Unix socket; an IPv4 client of an IPv6 socket is one of IPv4
function addressIn(value: string | undefined): string | undefined {
  const address = bare(value)?.replace(/^::ffff:(?=\d+\.)/, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

function bare(name: string | undefined): string | undefined {
  return name?.replace(/^\[(.*)\]$/, '$1');
}

function digitsIn(port: string | undefined): string | undefined {
  return port !== undefined && /^[0-9]+$/.test(port) ? port : undefined;
}
