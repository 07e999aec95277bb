import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildVariables, CgiResponseReader, writeCgiHead } from '../../src/cgi/index.ts';
import {
  UWSGI_ERRORS,
  UwsgiError,
  type UwsgiErrorCode,
  UwsgiReader,
  type UwsgiReaderOptions,
  writeUwsgiHead,
} from '../../src/uwsgi/index.ts';
import { damaged, joined, request } from '../cgi/arbitraries.ts';
import { trace, traceAll, type Traced } from '../cgi/drive.ts';
import { sizes } from '../http1/arbitraries.ts';
import { latin1, octets } from '../http1/notation.ts';
import { pieces } from '../http1/segmentation.ts';

function read(text: string, options: UwsgiReaderOptions = {}): Traced[] {
  return traceAll(() => new UwsgiReader(options), octets(text));
}

const size = (count: number): string => String.fromCharCode(count & 0xff, count >> 8);

/** A packet of a block. */
const packet = (block: string): string => `\0${size(block.length)}\0${block}`;

const variable = (name: string, value: string): string =>
  `${size(name.length)}${name}${size(value.length)}${value}`;

// struct uwsgi_packet_header { uint8_t modifier1; uint16_t datasize; uint8_t modifier2; }
const EXAMPLE =
  '\0\x2a\0\0\x0e\0REQUEST_METHOD\x04\0POST\x0e\0CONTENT_LENGTH\x02\x0012hello, world';

describe('UwsgiReader', () => {
  test('reads a packet written by hand from the definition', () => {
    expect(read(EXAMPLE)).toEqual([
      {
        type: 'request',
        variables: ['REQUEST_METHOD', 'POST', 'CONTENT_LENGTH', '12'],
        contentLength: 12,
      },
      { type: 'data', data: 'hello, world' },
      { type: 'end' },
      'closed',
    ]);
  });

  test('reads a block of more than 255 octets, low octet first', () => {
    const value = 'v'.repeat(0x123);
    expect(trace(new UwsgiReader(), [octets(packet(variable('A', value)))])).toEqual([
      { type: 'request', variables: ['A', value], contentLength: 0 },
      { type: 'end' },
      'closed',
    ]);
  });

  test('keeps names that are there twice, empty values, and no variables', () => {
    const block = variable('A', '1') + variable('A', '') + variable('CONTENT_LENGTH', '');
    expect(read(packet(block))[0]).toMatchObject({
      variables: ['A', '1', 'A', '', 'CONTENT_LENGTH', ''],
      contentLength: 0,
    });
    expect(read(packet(''))[0]).toMatchObject({ variables: [], contentLength: 0 });
    expect(read('')).toEqual(['closed']);
  });

  test.each<readonly [name: string, text: string, code: UwsgiErrorCode]>([
    ['modifier1', '\x05', 'ERR_UWSGI_MODIFIER'],
    ['HTTP', 'GET / HTTP/1.1\r\n', 'ERR_UWSGI_MODIFIER'],
    ['modifier2', '\0\0\0\x01', 'ERR_UWSGI_MODIFIER'],
    ['half a prefix', '\0\0', 'ERR_UWSGI_TRUNCATED'],
    ['half a block', packet(variable('A', 'b')).slice(0, -1), 'ERR_UWSGI_TRUNCATED'],
    ['one octet of a size', packet('\x01'), 'ERR_UWSGI_VARIABLE'],
    ['a name without a value', packet('\x01\0A'), 'ERR_UWSGI_VARIABLE'],
    ['one octet of the size of a value', packet('\x01\0A\x01'), 'ERR_UWSGI_VARIABLE'],
    ['a name beyond the block', packet('\x02\0A'), 'ERR_UWSGI_VARIABLE'],
    ['a value beyond the block', packet('\x01\0A\x02\0b'), 'ERR_UWSGI_VARIABLE'],
    ['a huge name', packet('\xff\xffA'), 'ERR_UWSGI_VARIABLE'],
    ['an empty name', packet(variable('', 'b')), 'ERR_UWSGI_VARIABLE'],
    ['a length in words', packet(variable('CONTENT_LENGTH', 'x')), 'ERR_UWSGI_CONTENT_LENGTH'],
    [
      'two lengths',
      packet(variable('CONTENT_LENGTH', '1') + variable('CONTENT_LENGTH', '2')),
      'ERR_UWSGI_CONTENT_LENGTH',
    ],
    [
      'a length beyond 2^53-1',
      packet(variable('CONTENT_LENGTH', '9007199254740992')),
      'ERR_UWSGI_CONTENT_LENGTH',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(read(text)).toEqual([code]);
    expect(UWSGI_ERRORS[code].blame).toBe('peer');
  });

  test('names the modifier that it does not take', () => {
    const reader = new UwsgiReader();
    reader.receive(octets('\x0e\0\0\0'));
    expect(() => reader.next()).toThrow(/modifier1 0 and modifier2 0; got "modifier1 14"/);
  });

  test('tells a length that lies', () => {
    const head = packet(variable('CONTENT_LENGTH', '2'));
    expect(read(`${head}h`).at(-1)).toBe('ERR_UWSGI_TRUNCATED');
    expect(read(`${head}hi!`).slice(-2)).toEqual([{ type: 'end' }, 'ERR_UWSGI_EXCESS']);
  });

  test('holds to its limits, at each of them and one beyond', () => {
    const limits = { head: 16, variables: 2, name: 4, value: 5 };
    const refused = ['ERR_UWSGI_TOO_LARGE'];
    expect(read(packet(variable('AB', 'cd').repeat(2)), { limits })).toHaveLength(3);
    expect(read(packet(variable('ABCD', '12345')), { limits })).toHaveLength(3);
    expect(read(packet('x'.repeat(17)), { limits })).toEqual(refused);
    expect(read(packet(variable('ABCDE', '')), { limits })).toEqual(refused);
    expect(read(packet(variable('A', '123456')), { limits })).toEqual(refused);
    expect(read(packet(variable('A', '').repeat(3)), { limits })).toEqual(refused);
  });

  test('takes nothing after the end', () => {
    const reader = new UwsgiReader();
    reader.receive(octets(''));
    expect(() => reader.receive(octets('x'))).toThrow(UwsgiError);
  });

  test('comes to an end with octets of any kind, the same for all pieces', () => {
    const limits = { head: 400, variables: 30, value: 60 };
    const sent = request.map(([head, content]) =>
      joined(writeUwsgiHead(buildVariables(head)), content),
    );
    const noise = fc
      .uint8Array({ maxLength: 60 })
      .map((block) => joined(octets('\0\x20\0\0'), block));
    fc.assert(
      fc.property(fc.oneof(damaged(sent), noise), sizes, (input, cut) => {
        const whole = trace(new UwsgiReader({ limits }), [input]);
        expect(trace(new UwsgiReader({ limits }), pieces(input, cut))).toEqual(whole);
        expect(whole.at(-1)).toMatch(/^(closed|ERR_UWSGI_[A-Z_]+)$/);
      }),
      { numRuns: 400 },
    );
  });
});

describe('writeUwsgiHead', () => {
  test('writes what a reader reads, with content', () => {
    fc.assert(
      fc.property(request, sizes, ([head, content], cut) => {
        const variables = buildVariables(head);
        const all = joined(writeUwsgiHead(variables), content);
        expect(trace(new UwsgiReader(), pieces(all, cut))).toEqual([
          { type: 'request', variables, contentLength: content.length },
          ...(content.length === 0 ? [] : [{ type: 'data', data: latin1(content) }]),
          { type: 'end' },
          'closed',
        ]);
      }),
    );
  });

  test('fills a packet, and refuses one octet more', () => {
    const value = 'v'.repeat(0xffff - 5);
    const head = writeUwsgiHead(['A', value]);
    expect(head).toHaveLength(4 + 0xffff);
    expect(trace(new UwsgiReader(), [head])[0]).toMatchObject({ variables: ['A', value] });
    expect(() => writeUwsgiHead(['A', `${value}v`])).toThrow(UwsgiError);
  });

  test.each([
    [['A']],
    [['', 'b']],
    [['A', '\u0100']],
    [['A', 'v'.repeat(0x10000)]],
    [['CONTENT_LENGTH', 'x']],
  ])('refuses %j', (variables) => {
    expect(() => writeUwsgiHead(variables)).toThrow(
      expect.objectContaining({ code: 'ERR_UWSGI_VALUE', blame: 'caller' }),
    );
  });

  test('has its answer read as the status line and the fields that uWSGI sends', () => {
    const head = { status: 404, reason: 'Not Found', headers: ['Content-Type', 'text/plain'] };
    const answer = joined(writeCgiHead(head, 'HTTP/1.1'), octets('no'));
    expect(traceAll(() => new CgiResponseReader({ statusLine: 'accept' }), answer)).toEqual([
      expect.objectContaining(head),
      { type: 'data', data: 'no' },
      { type: 'end' },
      'closed',
    ]);
  });
});
