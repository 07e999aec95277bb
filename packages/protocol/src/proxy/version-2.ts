import { crc32c } from './crc32c.ts';
import { ProxyError } from './errors.ts';
import { type ProxyEndpoint, type ProxyHeader, type ProxyTlv, TLV_TYPES } from './header.ts';
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from './ip-address.ts';

/** Section 2.2: the twelve octets that no other protocol begins with. */
export const SIGNATURE: readonly number[] = [
  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
];
/** Signature, version and command, family and transport, length. */
export const PREFIX_LENGTH = 16;

const COMMANDS = ['LOCAL', 'PROXY'] as const;
const FAMILIES = ['UNSPEC', 'INET', 'INET6', 'UNIX'] as const;
const TRANSPORTS = ['UNSPEC', 'STREAM', 'DGRAM'] as const;

/** Octets of both addresses, ports included. */
const ADDRESS_LENGTHS = { UNSPEC: 0, INET: 12, INET6: 36, UNIX: 216 } as const;

/** Checks what there is of the first octets, and gives the length of the rest once it is known. */
export function checkPrefix(octets: Uint8Array, limit: number): number | undefined {
  if (octets.length > 12) {
    const command = octets[12] as number;
    if (command >> 4 !== 2) {
      throw new ProxyError('ERR_PROXY_VERSION', `version ${command >> 4}`);
    }
    if (COMMANDS[command & 0xf] === undefined) {
      throw new ProxyError('ERR_PROXY_COMMAND', `command ${command & 0xf}`);
    }
  }
  if (octets.length > 13) {
    familyOf(octets);
  }
  if (octets.length < PREFIX_LENGTH) {
    return undefined;
  }
  const length = uint16(octets, 14);
  const [family] = familyOf(octets);
  if (length < ADDRESS_LENGTHS[family] || PREFIX_LENGTH + length > limit) {
    throw new ProxyError('ERR_PROXY_LENGTH', `${length} octets for ${family}, limit ${limit}`);
  }
  return length;
}

// Section 2.2: what a LOCAL header says besides its length is discarded
function familyOf(
  octets: Uint8Array,
): readonly [family: ProxyHeader['family'], transport: ProxyHeader['transport']] {
  if ((octets[12] as number) === 0x20) {
    return ['UNSPEC', 'UNSPEC'];
  }
  const code = octets[13] as number;
  const family = FAMILIES[code >> 4];
  const transport = TRANSPORTS[code & 0xf];
  if (family === undefined || transport === undefined) {
    throw new ProxyError('ERR_PROXY_FAMILY', `0x${code.toString(16).padStart(2, '0')}`);
  }
  const known = family !== 'UNSPEC' && transport !== 'UNSPEC';
  return known ? [family, transport] : ['UNSPEC', 'UNSPEC'];
}

/** Parses a whole header of version 2. Throws `ERR_PROXY_TLV` or `ERR_PROXY_CHECKSUM`. */
export function parseBinary(octets: Uint8Array): ProxyHeader {
  const command = COMMANDS[(octets[12] as number) & 0xf] as ProxyHeader['command'];
  const [family, transport] = familyOf(octets);
  if (family === 'UNSPEC') {
    // its addresses have no known length, so that nothing behind them can be found
    const local = command === 'LOCAL';
    const tlvs = local || octets[13] !== 0 ? [] : parseTlvs(octets, PREFIX_LENGTH);
    return {
      version: 2,
      command,
      family,
      transport,
      source: undefined,
      destination: undefined,
      tlvs,
    };
  }
  const tlvs = parseTlvs(octets, PREFIX_LENGTH + ADDRESS_LENGTHS[family]);
  const [source, destination] = parseEndpoints(family, octets.subarray(PREFIX_LENGTH));
  return { version: 2, command, family, transport, source, destination, tlvs };
}

function parseEndpoints(
  family: 'INET' | 'INET6' | 'UNIX',
  block: Uint8Array,
): readonly [source: ProxyEndpoint, destination: ProxyEndpoint] {
  if (family === 'UNIX') {
    const path = (at: number): ProxyEndpoint => ({
      address: latin1(cutAtZero(block.subarray(at, at + 108))),
      port: undefined,
    });
    return [path(0), path(108)];
  }
  const size = family === 'INET' ? 4 : 16;
  const format = family === 'INET' ? formatIPv4 : formatIPv6;
  const endpoint = (index: 0 | 1): ProxyEndpoint => ({
    address: format(block.subarray(index * size, (index + 1) * size)),
    port: uint16(block, 2 * size + 2 * index),
  });
  return [endpoint(0), endpoint(1)];
}

function parseTlvs(octets: Uint8Array, start: number): readonly ProxyTlv[] {
  const tlvs: ProxyTlv[] = [];
  for (let at = start; at < octets.length; ) {
    const end = at + 3 <= octets.length ? at + 3 + uint16(octets, at + 1) : Number.NaN;
    if (!(end <= octets.length)) {
      throw new ProxyError('ERR_PROXY_TLV', `one at octet ${at} of ${octets.length}`);
    }
    const tlv = { type: octets[at] as number, value: octets.slice(at + 3, end) };
    if (tlv.type === TLV_TYPES.crc32c) {
      checkChecksum(octets, at, tlv.value);
    }
    tlvs.push(tlv);
    at = end;
  }
  return tlvs;
}

// Section 2.2.3: over the whole header, with zeros in the place of the checksum
function checkChecksum(octets: Uint8Array, at: number, value: Uint8Array): void {
  const zeroed = octets.slice().fill(0, at + 3, at + 3 + value.length);
  const expected = crc32c(zeroed);
  const given = value.length === 4 ? uint16(value, 0) * 0x10000 + uint16(value, 2) : Number.NaN;
  if (given !== expected) {
    throw new ProxyError('ERR_PROXY_CHECKSUM', [...value].map(hexOf).join(''));
  }
}

/** Writes a header of version 2. Throws `ERR_PROXY_VALUE` for addresses of no common family. */
export function writeBinary(
  header: Partial<Pick<ProxyHeader, 'command' | 'source' | 'destination' | 'tlvs'>>,
): Uint8Array {
  const { command = 'PROXY', source, destination, tlvs = [] } = header;
  const [code, addresses] = writeAddresses(command, source, destination);
  const body = [...addresses, ...tlvs.flatMap(writeTlv)];
  if (body.length > 0xffff) {
    throw new ProxyError('ERR_PROXY_VALUE', `${body.length} octets`);
  }
  const octets = [
    ...SIGNATURE,
    0x20 | COMMANDS.indexOf(command),
    code,
    ...uint16Octets(body.length),
  ];
  return Uint8Array.from([...octets, ...body]);
}

function writeAddresses(
  command: ProxyHeader['command'],
  source: ProxyEndpoint | undefined,
  destination: ProxyEndpoint | undefined,
): readonly [code: number, octets: readonly number[]] {
  if (command === 'LOCAL' || source === undefined || destination === undefined) {
    return [0x00, []];
  }
  if (source.port === undefined || destination.port === undefined) {
    return [0x31, [...pathOctets(source.address), ...pathOctets(destination.address)]];
  }
  const ports = [...uint16Octets(source.port), ...uint16Octets(destination.port)];
  for (const [code, parse] of [
    [0x11, parseIPv4],
    [0x21, parseIPv6],
  ] as const) {
    const from = parse(source.address);
    const to = parse(destination.address);
    if (from !== undefined && to !== undefined) {
      return [code, [...from, ...to, ...ports]];
    }
  }
  throw new ProxyError('ERR_PROXY_VALUE', `${source.address} and ${destination.address}`);
}

function pathOctets(path: string): number[] {
  const octets = Array.from(path, (character) => character.charCodeAt(0));
  if (octets.length > 108 || octets.some((octet) => octet > 0xff)) {
    throw new ProxyError('ERR_PROXY_VALUE', path);
  }
  return [...octets, ...Array.from({ length: 108 - octets.length }, () => 0)];
}

function writeTlv({ type, value }: ProxyTlv): number[] {
  return [type, ...uint16Octets(value.length), ...value];
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function uint16Octets(value: number): readonly [number, number] {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
    throw new ProxyError('ERR_PROXY_VALUE', String(value));
  }
  return [value >> 8, value & 0xff];
}

function cutAtZero(octets: Uint8Array): Uint8Array {
  const end = octets.indexOf(0);
  return end === -1 ? octets : octets.subarray(0, end);
}

/** Octets as text, one code unit for each. */
export function latin1(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function hexOf(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
