import { ProxyError } from './errors.ts';
import type { ProxyEndpoint, ProxyHeader } from './header.ts';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from './ip-address.ts';

/** Section 2.1: the longest line, CR LF included. */
export const LONGEST_LINE = 107;

const PORT = /^(?:0|[1-9][0-9]{0,4})$/;

/** Parses a line of version 1 without its CR LF. Throws `ERR_PROXY_LINE`. */
export function parseLine(line: string): ProxyHeader {
  const words = line.split(' ');
  const [keyword, protocol, ...rest] = words;
  if (keyword !== 'PROXY') {
    throw new ProxyError('ERR_PROXY_LINE', line);
  }
  // what follows UNKNOWN is to be ignored
  if (protocol === 'UNKNOWN') {
    return headerOf('UNSPEC', undefined, undefined);
  }
  const family = protocol === 'TCP4' ? 'INET' : 'INET6';
  const [from, to, fromPort, toPort, ...more] = rest;
  const source = parseEndpoint(family, from, fromPort);
  const destination = parseEndpoint(family, to, toPort);
  const known = protocol === 'TCP4' || protocol === 'TCP6';
  if (!known || more.length > 0 || source === undefined || destination === undefined) {
    throw new ProxyError('ERR_PROXY_LINE', line);
  }
  return headerOf(family, source, destination);
}

function headerOf(
  family: ProxyHeader['family'],
  source: ProxyEndpoint | undefined,
  destination: ProxyEndpoint | undefined,
): ProxyHeader {
  const transport = family === 'UNSPEC' ? 'UNSPEC' : 'STREAM';
  return { version: 1, command: 'PROXY', family, transport, source, destination, tlvs: [] };
}

function parseEndpoint(
  family: 'INET' | 'INET6',
  address = '',
  port = '',
): ProxyEndpoint | undefined {
  const octets = family === 'INET' ? parseIPv4(address) : parseIPv6(address);
  if (octets === undefined || !PORT.test(port) || Number(port) > 65_535) {
    return undefined;
  }
  const format = family === 'INET' ? formatIPv4 : formatIPv6;
  return { address: format(octets), port: Number(port) };
}

/** Writes a header as a line of version 1. Throws `ERR_PROXY_VALUE` for what such a line cannot say. */
export function writeLine(header: Pick<ProxyHeader, 'source' | 'destination'>): string {
  const { source, destination } = header;
  if (source === undefined || destination === undefined) {
    return 'PROXY UNKNOWN\r\n';
  }
  const protocol = source.address.includes(':') ? 'TCP6' : 'TCP4';
  const line = `PROXY ${protocol} ${source.address} ${destination.address} ${source.port} ${destination.port}`;
  try {
    parseLine(line);
  } catch {
    throw new ProxyError('ERR_PROXY_VALUE', line);
  }
  return `${line}\r\n`;
}
