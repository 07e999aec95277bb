import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/proxy/crc32c.ts';
import {
  findTlv,
  parseSsl,
  PROXY_ERRORS,
  type ProxyEndpoint,
  ProxyError,
  type ProxyErrorCode,
  type ProxyEvent,
  ProxyReader,
  type ProxyVersions,
  TLV_TYPES,
  writeBinary,
  writeLine,
} from '../../src/proxy/index.ts';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const REST = latin1('GET / HTTP/1.1\r\n');

/** What a reader makes of octets that arrive in pieces: header and rest, or the code of the error. */
function readParts(
  parts: readonly Uint8Array[],
  versions: ProxyVersions = 'any',
): { header: ProxyEvent['header']; rest: string } | ProxyErrorCode | 'need-data' {
  const reader = new ProxyReader({ versions });
  try {
    for (const [index, part] of parts.entries()) {
      const event = reader.receive(part);
      if (event !== 'need-data') {
        const rest = Buffer.concat([event.rest, ...parts.slice(index + 1)]);
        return { header: event.header, rest: rest.toString('latin1') };
      }
    }
    return 'need-data';
  } catch (error) {
    if (error instanceof ProxyError) {
      return error.code;
    }
    throw error;
  }
}

/** Reads whole, octet by octet and at every split; all of them agree. */
function read(octets: Uint8Array, versions: ProxyVersions = 'any'): ReturnType<typeof readParts> {
  const whole = readParts([octets], versions);
  expect(
    readParts(
      Array.from(octets, (octet) => Uint8Array.of(octet)),
      versions,
    ),
  ).toEqual(whole);
  for (let at = 1; at < octets.length; at += 1) {
    expect(readParts([octets.subarray(0, at), octets.subarray(at)], versions)).toEqual(whole);
  }
  return whole;
}

const withRest = (octets: Uint8Array): Uint8Array => Uint8Array.from([...octets, ...REST]);

describe('ProxyReader', () => {
  test.each<readonly [line: string, family: string, source: ProxyEndpoint | undefined]>([
    [
      'PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535',
      'INET',
      { address: '255.255.255.255', port: 65_535 },
    ],
    [
      'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443',
      'INET',
      { address: '192.168.0.1', port: 56_324 },
    ],
    [
      'PROXY TCP6 ffff:f:f:f:f:f:f:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 0 65535',
      'INET6',
      { address: 'ffff:f:f:f:f:f:f:ffff', port: 0 },
    ],
    ['PROXY TCP6 2001:DB8:0:0::1 ::1 1 2', 'INET6', { address: '2001:db8::1', port: 1 }],
    ['PROXY TCP6 ::FFFF:1.2.3.4 :: 1 2', 'INET6', { address: '::ffff:1.2.3.4', port: 1 }],
    ['PROXY UNKNOWN', 'UNSPEC', undefined],
    [`PROXY UNKNOWN ${'f'.repeat(91)}`, 'UNSPEC', undefined],
  ])('reads %s', (line, family, source) => {
    const result = read(withRest(latin1(`${line}\r\n`)));
    expect(result).toMatchObject({
      header: { version: 1, command: 'PROXY', family, tlvs: [] },
      rest: 'GET / HTTP/1.1\r\n',
    });
    expect(result).toHaveProperty('header.source', source);
  });

  test.each([
    'PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3',
    'PROXY TCP4 1.2.3.4 5.6.7.8 1',
    'PROXY TCP4  1.2.3.4 5.6.7.8 1 2',
    'PROXY TCP4 1.2.3.4 5.6.7.8 1 2 ',
    'PROXY TCP4 01.2.3.4 5.6.7.8 1 2',
    'PROXY TCP4 1.2.3.4 5.6.7.8 01 2',
    'PROXY TCP4 1.2.3.4 5.6.7.8 65536 2',
    'PROXY TCP4 1.2.3.4 5.6.7.8 +1 2',
    'PROXY TCP4 ::1 ::1 1 2',
    'PROXY TCP6 1.2.3.4 5.6.7.8 1 2',
    'PROXY TCP6 ::1:: ::1 1 2',
    'PROXY TCP6 ::1%eth0 ::1 1 2',
    'PROXY TCP5 1.2.3.4 5.6.7.8 1 2',
    'PROXY tcp4 1.2.3.4 5.6.7.8 1 2',
    'PROXY UNKNOWNX',
    'PROXY TCP4 1.2.3.4\t5.6.7.8 1 2',
    'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n',
    'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rX',
    `PROXY UNKNOWN ${'f'.repeat(92)}`,
  ])('refuses the line %j', (line) => {
    expect(read(latin1(`${line}\r\n`))).toBe('ERR_PROXY_LINE');
  });

  test.each<readonly [name: string, octets: string, header: object]>([
    [
      'INET',
      `${SIGNATURE} 21 11 000c c0000207 c6336401 1267 01bb`,
      {
        family: 'INET',
        transport: 'STREAM',
        source: { address: '192.0.2.7', port: 4711 },
        destination: { address: '198.51.100.1', port: 443 },
      },
    ],
    [
      'INET6 over datagrams',
      `${SIGNATURE} 21 22 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0001 0002`,
      {
        family: 'INET6',
        transport: 'DGRAM',
        source: { address: '2001:db8::1', port: 1 },
        destination: { address: '::1', port: 2 },
      },
    ],
    [
      'UNIX',
      `${SIGNATURE} 21 31 00d8 2f61${'00'.repeat(106)}${'62'.repeat(108)}`,
      {
        family: 'UNIX',
        source: { address: '/a', port: undefined },
        destination: { address: 'b'.repeat(108), port: undefined },
      },
    ],
    ['LOCAL', `${SIGNATURE} 20 00 0000`, { command: 'LOCAL', family: 'UNSPEC', source: undefined }],
    [
      'LOCAL with what is to be discarded',
      `${SIGNATURE} 20 ff 0003 ffffff`,
      { command: 'LOCAL', source: undefined, tlvs: [] },
    ],
    ['UNSPEC', `${SIGNATURE} 21 00 0004 04000161`, { command: 'PROXY', source: undefined }],
    [
      'a family without a transport',
      `${SIGNATURE} 21 10 0002 ffff`,
      { family: 'UNSPEC', tlvs: [] },
    ],
    [
      'TLVs',
      `${SIGNATURE} 21 11 0016 01020304 05060708 0001 0002 04 0001 61 02 0003 782e79`,
      {
        tlvs: [
          { type: TLV_TYPES.noop, value: latin1('a') },
          { type: TLV_TYPES.authority, value: latin1('x.y') },
        ],
      },
    ],
  ])('reads a binary header: %s', (_name, octets, header) => {
    expect(read(withRest(hex(octets)))).toMatchObject({
      header: { version: 2, ...header },
      rest: 'GET / HTTP/1.1\r\n',
    });
  });

  test.each<readonly [octets: string, code: ProxyErrorCode]>([
    ['0d0a0d0b', 'ERR_PROXY_SIGNATURE'],
    [`${SIGNATURE} 11 11 000c`, 'ERR_PROXY_VERSION'],
    [`${SIGNATURE} 31`, 'ERR_PROXY_VERSION'],
    [`${SIGNATURE} 22`, 'ERR_PROXY_COMMAND'],
    [`${SIGNATURE} 21 41`, 'ERR_PROXY_FAMILY'],
    [`${SIGNATURE} 21 13`, 'ERR_PROXY_FAMILY'],
    [`${SIGNATURE} 21 11 000b`, 'ERR_PROXY_LENGTH'],
    [`${SIGNATURE} 21 21 0023`, 'ERR_PROXY_LENGTH'],
    [`${SIGNATURE} 21 31 00d7`, 'ERR_PROXY_LENGTH'],
    [`${SIGNATURE} 21 11 0ff1`, 'ERR_PROXY_LENGTH'],
    [`${SIGNATURE} 20 00 ffff`, 'ERR_PROXY_LENGTH'],
    [`${SIGNATURE} 21 11 000e 01020304 05060708 0001 0002 0400`, 'ERR_PROXY_TLV'],
    [`${SIGNATURE} 21 11 000f 01020304 05060708 0001 0002 040001`, 'ERR_PROXY_TLV'],
    [`${SIGNATURE} 21 11 0013 01020304 05060708 0001 0002 030004 00000000`, 'ERR_PROXY_CHECKSUM'],
    [`${SIGNATURE} 21 11 0010 01020304 05060708 0001 0002 030001 00`, 'ERR_PROXY_CHECKSUM'],
  ])('refuses %s', (octets, code) => {
    expect(read(hex(octets))).toBe(code);
    expect(PROXY_ERRORS[code].blame).toBe('peer');
  });

  test.each(['GET / HTTP/1.1\r\n', 'PROXX', 'P\r', '\u0016\u0003\u0001', 'proxy TCP4'])(
    'refuses %j, which is no header, at the first octet that shows it',
    (text) => {
      expect(read(latin1(text))).toBe('ERR_PROXY_SIGNATURE');
    },
  );

  test('reads a checksum that is right', () => {
    const body = '21 11 0013 01020304 05060708 0001 0002 030004';
    const sum = crc32c(hex(`${SIGNATURE} ${body} 00000000`))
      .toString(16)
      .padStart(8, '0');
    const result = read(hex(`${SIGNATURE} ${body} ${sum}`));
    expect(result).toHaveProperty('header.tlvs.0.value', hex(sum));
  });

  test('accepts only the version that it is told to', () => {
    const line = latin1('PROXY UNKNOWN\r\n');
    const binary = hex(`${SIGNATURE} 20 00 0000`);
    expect(read(line, 'v1')).toHaveProperty('header.version', 1);
    expect(read(binary, 'v2')).toHaveProperty('header.version', 2);
    expect(read(line, 'v2')).toBe('ERR_PROXY_VERSION');
    expect(read(binary, 'v1')).toBe('ERR_PROXY_VERSION');
  });

  test('waits for what is not there yet, and says so at the end', () => {
    const reader = new ProxyReader({ versions: 'any' });
    expect(reader.receive(new Uint8Array(0))).toBe('need-data');
    expect(reader.receive(latin1('PROXY TCP4'))).toBe('need-data');
    expect(() => reader.end()).toThrow(ProxyError);
    const done = new ProxyReader({ versions: 'any' });
    done.receive(latin1('PROXY UNKNOWN\r\n'));
    done.end();
    expect(() => done.receive(latin1('x'))).toThrow(/nothing is received after the header/);
  });

  test('never throws anything but its own errors, whatever comes', () => {
    const start = fc.constantFrom(
      latin1('PROXY '),
      latin1('PROXY TCP4 '),
      hex(`${SIGNATURE} 21 11`),
    );
    const any = fc.tuple(start, fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(any, fc.nat(300), ([first, second], at) => {
        const octets = Uint8Array.from([...first, ...second]);
        const parts = [octets.subarray(0, at), octets.subarray(at)];
        expect(readParts(parts)).toEqual(readParts([octets]));
      }),
      { numRuns: 500 },
    );
  });
});

const ipv4 = fc.ipV4();
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'));
const port = fc.integer({ min: 0, max: 65_535 });
const endpoints = fc
  .tuple(fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6)), port, port)
  .map(([[from, to], fromPort, toPort]) => ({
    source: { address: from, port: fromPort },
    destination: { address: to, port: toPort },
  }));

/** The shortest text of an address, as the URL standard writes it. */
function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

describe('writeLine and writeBinary', () => {
  test('write what a reader reads', () => {
    const tlvs = fc.array(
      fc.record({
        type: fc.integer({ min: 0xe0, max: 0xef }),
        value: fc.uint8Array({ maxLength: 20 }),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(endpoints, tlvs, (ends, given) => {
        const binary = readParts([writeBinary({ ...ends, tlvs: given })]);
        expect(binary).toMatchObject({ header: { tlvs: given }, rest: '' });
        const line = readParts([latin1(writeLine(ends))]);
        for (const result of [binary, line]) {
          expect(result).toHaveProperty('header.source.port', ends.source.port);
          expect(result).toHaveProperty('header.destination.port', ends.destination.port);
        }
        expect(binary).toHaveProperty(
          'header.source.address',
          line === 'need-data' || typeof line === 'string' ? line : line.header.source?.address,
        );
      }),
    );
  });

  test('write addresses in their shortest form', () => {
    fc.assert(
      fc.property(endpoints, (ends) => {
        const { address } = ends.source;
        const result = readParts([latin1(writeLine(ends))]);
        // the URL standard has no dotted form for addresses of IPv4 within IPv6
        fc.pre(!canonical(address).startsWith('::ffff:'));
        expect(result).toHaveProperty('header.source.address', canonical(address));
      }),
    );
  });

  test('write what has no addresses', () => {
    const unknown = { source: undefined, destination: undefined };
    expect(writeLine(unknown)).toBe('PROXY UNKNOWN\r\n');
    expect(readParts([writeBinary({ command: 'LOCAL' })])).toHaveProperty(
      'header.command',
      'LOCAL',
    );
    const paths = {
      source: { address: '/a', port: undefined },
      destination: { address: '', port: undefined },
    };
    expect(readParts([writeBinary(paths)])).toMatchObject({ header: { family: 'UNIX', ...paths } });
  });

  test('refuse what they cannot say', () => {
    const four = { address: '1.2.3.4', port: 1 };
    const six = { address: '::1', port: 1 };
    const path = { address: '/a', port: undefined };
    expect(() => writeLine({ source: four, destination: six })).toThrow(ProxyError);
    expect(() => writeLine({ source: path, destination: path })).toThrow(ProxyError);
    expect(() => writeBinary({ source: four, destination: six })).toThrow(/family/);
    expect(() => writeBinary({ source: { ...four, port: 70_000 }, destination: four })).toThrow(
      /70000/,
    );
    const long = { address: 'a'.repeat(109), port: undefined };
    expect(() => writeBinary({ source: long, destination: path })).toThrow(ProxyError);
    const tlvs = [{ type: 0xe0, value: new Uint8Array(65_533) }];
    expect(() => writeBinary({ source: four, destination: four, tlvs })).toThrow(/65548|octets/);
  });
});

describe('parseSsl', () => {
  const value = hex('03 00000000 21 0007 544c5376312e33 22 0003 416e6e 23 0001 63');

  test('reads what the proxy says of TLS', () => {
    const tlvs = [{ type: TLV_TYPES.ssl, value }];
    const result = readParts([writeBinary({ command: 'PROXY', tlvs })]);
    if (typeof result === 'string') {
      throw new TypeError(result);
    }
    expect(parseSsl(findTlv(result.header, TLV_TYPES.ssl) ?? new Uint8Array(0))).toEqual({
      secure: true,
      verified: true,
      version: 'TLSv1.3',
      commonName: 'Ann',
      cipher: 'c',
    });
    expect(findTlv(result.header, TLV_TYPES.alpn)).toBeUndefined();
  });

  test.each([
    ['01 00000000', { secure: true, verified: false }],
    ['03 00000001', { secure: true, verified: false }],
    ['00 00000000', { secure: false, verified: false, version: undefined }],
  ])('reads %s', (octets, expected) => {
    expect(parseSsl(hex(octets))).toMatchObject(expected);
  });

  test.each(['01', '01 00000000 21', '01 00000000 21 0002 61'])('refuses %s', (octets) => {
    expect(() => parseSsl(hex(octets))).toThrow(ProxyError);
  });
});

describe('crc32c', () => {
  test.each([
    ['', 0],
    ['123456789', 0xe3069283],
  ])('of %j is %i', (text, sum) => {
    expect(crc32c(latin1(text))).toBe(sum);
  });
});
