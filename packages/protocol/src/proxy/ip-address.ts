// RFC 3986 section 3.2.2: dec-octet, without leading zeros, which some read as octal
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The four octets of an IPv4 address; undefined where the text is none. */
export function parseIPv4(text: string): number[] | undefined {
  return IPV4.test(text) ? text.split('.').map(Number) : undefined;
}

/** The sixteen octets of an IPv6 address (RFC 4291 section 2.2); undefined where the text is none. */
export function parseIPv6(text: string): number[] | undefined {
  const [left = '', right, ...more] = text.split('::');
  const head = parseGroups(left, right === undefined);
  const tail = right === undefined ? [] : parseGroups(right, true);
  if (more.length > 0 || head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) {
    return undefined;
  }
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  const groups = text === '' ? [] : text.split(':');
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    const embedded = last && index === groups.length - 1 ? parseIPv4(group) : undefined;
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

/** An IPv4 address as text. */
export function formatIPv4(octets: Uint8Array | readonly number[]): string {
  return [...octets].join('.');
}

/** An IPv6 address as text: RFC 5952 section 4, and section 5 for one that holds an IPv4 address. */
export function formatIPv6(octets: Uint8Array | readonly number[]): string {
  const bytes = [...octets];
  if (
    bytes.slice(0, 10).every((octet) => octet === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  ) {
    return `::ffff:${formatIPv4(bytes.slice(12))}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] as number) << 8) | (bytes[index * 2 + 1] as number)).toString(16),
  );
  const [start, length] = longestZeros(groups);
  if (length < 2) {
    return groups.join(':');
  }
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

// Section 4.2.3: the longest run, and of several as long the first one
function longestZeros(groups: readonly string[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === '0') {
      end += 1;
    }
    if (end - start > best[1]) {
      best = [start, end - start];
    }
  }
  return best;
}
