/** An IP address as its octets: 4 or 16 of them. */
export type IpAddress = readonly number[];

/** What a list of addresses and networks says of one address. */
export type AddressFilter = (address: IpAddress) => boolean;

/**
 * Parses an IPv4 or IPv6 address; undefined where the text is none. An IPv4 address that is mapped
 * into IPv6 is one of IPv4, and the zone of a link-local address (RFC 4007) does not count.
 */
export function parseAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIPv6(text.replace(/%[0-9A-Za-z._~-]+$/, '')) : parseIPv4(text);
}

// RFC 3986 section 3.2.2: dec-octet, without leading zeros, which some read as octal
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function parseIPv4(text: string): IpAddress | undefined {
  return IPV4.test(text) ? text.split('.').map(Number) : undefined;
}

// RFC 4291 section 2.2: eight groups, one run of zeros as "::", the last two as IPv4
function parseIPv6(text: string): IpAddress | undefined {
  const [left, right, ...more] = text.split('::');
  if (left === undefined || more.length > 0) {
    return undefined;
  }
  const head = parseGroups(left, right === undefined);
  const tail = right === undefined ? [] : parseGroups(right, true);
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) {
    return undefined;
  }
  const octets = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return isMapped(octets) ? octets.slice(12) : octets;
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  const groups = text === '' ? [] : text.split(':');
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    const embedded =
      last && index === groups.length - 1 && group.includes('.') ? parseIPv4(group) : undefined;
    if (embedded !== undefined) {
      octets.push(...embedded);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return octets;
}

// RFC 4291 section 2.5.5.2
function isMapped(octets: readonly number[]): boolean {
  return (
    octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff
  );
}

/**
 * Compiles addresses (`192.0.2.1`, `2001:db8::1`), networks (`10.0.0.0/8`) and `*` for all of them.
 * Throws a RangeError that names the text that is none of these.
 */
export function compileNetworks(texts: readonly string[]): AddressFilter {
  const networks = texts.map(parseNetwork);
  return (address) => networks.some((network) => contains(network, address));
}

interface Network {
  /** Undefined for every address. */
  readonly address: IpAddress | undefined;
  /** How many bits count. */
  readonly bits: number;
}

function parseNetwork(text: string): Network {
  if (text === '*') {
    return { address: undefined, bits: 0 };
  }
  const [base = '', length, ...more] = text.split('/');
  const address = parseAddress(base);
  const width = (address?.length ?? 0) * 8;
  const bits = length === undefined ? width : Number(length);
  const wellFormed = length === undefined || /^(?:0|[1-9][0-9]{0,2})$/.test(length);
  if (address === undefined || more.length > 0 || !wellFormed || bits > width) {
    throw new RangeError(
      `an IP address, with or without /LENGTH, or *; got ${JSON.stringify(text)}`,
    );
  }
  return { address, bits };
}

function contains({ address, bits }: Network, candidate: IpAddress): boolean {
  if (address === undefined) {
    return true;
  }
  return (
    address.length === candidate.length &&
    address.every((octet, index) => {
      const mask = maskOf(bits - index * 8);
      return (octet & mask) === ((candidate[index] ?? 0) & mask);
    })
  );
}

function maskOf(bits: number): number {
  const set = Math.max(0, Math.min(8, bits));
  return (0xff << (8 - set)) & 0xff;
}
