import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildVariables, parseVariables } from '../../src/cgi/index.ts';
import {
  SCGI_ERRORS,
  ScgiError,
  type ScgiErrorCode,
  ScgiReader,
  type ScgiReaderOptions,
  writeScgiHead,
} from '../../src/scgi/index.ts';
import { damaged, joined, request } from '../cgi/arbitraries.ts';
import { trace, traceAll, type Traced } from '../cgi/drive.ts';
import { sizes } from '../http1/arbitraries.ts';
import { latin1, octets } from '../http1/notation.ts';
import { pieces } from '../http1/segmentation.ts';

function read(text: string, options: ScgiReaderOptions = {}): Traced[] {
  return traceAll(() => new ScgiReader(options), octets(text));
}

/** A netstring of headers that are written with `|` for NUL. */
function netstring(headers: string): string {
  return `${headers.length}:${headers.replaceAll('|', '\0')},`;
}

const EMPTY = 'CONTENT_LENGTH|0|SCGI|1|';

// The example of the specification
const EXAMPLE =
  '70:CONTENT_LENGTH\x0027\0SCGI\x001\0REQUEST_METHOD\0POST\0REQUEST_URI\0/deepthought\0,' +
  'What is the answer to life?';
const EXAMPLE_VARIABLES = [
  'CONTENT_LENGTH',
  '27',
  'SCGI',
  '1',
  'REQUEST_METHOD',
  'POST',
  'REQUEST_URI',
  '/deepthought',
];

describe('ScgiReader', () => {
  test('reads the example of the specification', () => {
    expect(read(EXAMPLE)).toEqual([
      { type: 'request', variables: EXAMPLE_VARIABLES, contentLength: 27 },
      { type: 'data', data: 'What is the answer to life?' },
      { type: 'end' },
      'closed',
    ]);
  });

  test('ends a request at its length, and says that a connection was not used', () => {
    expect(trace(new ScgiReader(), [octets(netstring(EMPTY))], { end: false })).toEqual([
      expect.objectContaining({ contentLength: 0 }),
      { type: 'end' },
      'need-data',
    ]);
    expect(read('')).toEqual(['closed']);
  });

  test('reads values that are empty, and octets of any kind', () => {
    const [event] = read(netstring(`${EMPTY}A||\x01\xff=|\x80,|`));
    expect(event).toMatchObject({
      variables: ['CONTENT_LENGTH', '0', 'SCGI', '1', 'A', '', '\x01\xff=', '\x80,'],
    });
  });

  test.each<readonly [text: string, code: ScgiErrorCode]>([
    ['GET / HTTP/1.1', 'ERR_SCGI_NETSTRING'],
    [':', 'ERR_SCGI_NETSTRING'],
    ['0:,', 'ERR_SCGI_NETSTRING'],
    ['024:', 'ERR_SCGI_NETSTRING'],
    ['-1:', 'ERR_SCGI_NETSTRING'],
    ['+1:', 'ERR_SCGI_NETSTRING'],
    [' 1:', 'ERR_SCGI_NETSTRING'],
    ['1 :', 'ERR_SCGI_NETSTRING'],
    ['12\n', 'ERR_SCGI_NETSTRING'],
    [netstring(EMPTY).replace(',', ';'), 'ERR_SCGI_NETSTRING'],
    [netstring(EMPTY).replace('24', '23'), 'ERR_SCGI_NETSTRING'],
    ['131073:', 'ERR_SCGI_TOO_LARGE'],
    ['999999999999999999999:', 'ERR_SCGI_TOO_LARGE'],
    ['999999x', 'ERR_SCGI_TOO_LARGE'],
    [netstring('|'), 'ERR_SCGI_HEADERS'],
    [netstring('x'), 'ERR_SCGI_HEADERS'],
    [netstring(`${EMPTY}A`), 'ERR_SCGI_HEADERS'],
    [netstring(`${EMPTY}A|`), 'ERR_SCGI_HEADERS'],
    [netstring(`${EMPTY}A|b`), 'ERR_SCGI_HEADERS'],
    [netstring(`${EMPTY}|b|`), 'ERR_SCGI_HEADERS'],
    [netstring(`${EMPTY}||`), 'ERR_SCGI_HEADERS'],
    [netstring('SCGI|1|CONTENT_LENGTH|0|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('SCGI|1|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('CONTENT_LENGTH||SCGI|1|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('CONTENT_LENGTH|-1|SCGI|1|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('CONTENT_LENGTH|0x1|SCGI|1|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('CONTENT_LENGTH|9007199254740992|SCGI|1|'), 'ERR_SCGI_CONTENT_LENGTH'],
    [netstring('CONTENT_LENGTH|0|'), 'ERR_SCGI_VERSION'],
    [netstring('CONTENT_LENGTH|0|SCGI|2|'), 'ERR_SCGI_VERSION'],
    [netstring('CONTENT_LENGTH|0|scgi|1|'), 'ERR_SCGI_VERSION'],
    [netstring(`${EMPTY}A|1|A|1|`), 'ERR_SCGI_DUPLICATE'],
    [netstring(`${EMPTY}SCGI|1|`), 'ERR_SCGI_DUPLICATE'],
    [netstring(`${EMPTY}CONTENT_LENGTH|0|`), 'ERR_SCGI_DUPLICATE'],
    ['2', 'ERR_SCGI_TRUNCATED'],
    [netstring(EMPTY).slice(0, -1), 'ERR_SCGI_TRUNCATED'],
  ])('refuses %j', (text, code) => {
    expect(read(text)).toEqual([code]);
    expect(SCGI_ERRORS[code].blame).toBe('peer');
  });

  test('tells a length that lies', () => {
    expect(read(EXAMPLE.slice(0, -1)).at(-1)).toBe('ERR_SCGI_TRUNCATED');
    expect(read(`${EXAMPLE}!`).slice(-2)).toEqual([{ type: 'end' }, 'ERR_SCGI_EXCESS']);
    expect(read(`${netstring(EMPTY)}${netstring(EMPTY)}`).at(-1)).toBe('ERR_SCGI_EXCESS');
  });

  test('gives names that are there twice where it is told to, but not two lengths', () => {
    const options = { duplicates: 'keep' } as const;
    expect(read(netstring(`${EMPTY}A|1|A|2|`), options)[0]).toMatchObject({
      variables: ['CONTENT_LENGTH', '0', 'SCGI', '1', 'A', '1', 'A', '2'],
    });
    expect(read(netstring(`${EMPTY}CONTENT_LENGTH|1|`), options)).toEqual(['ERR_SCGI_DUPLICATE']);
    expect(read(netstring(`${EMPTY}SCGI|2|`), options)).toEqual(['ERR_SCGI_VERSION']);
  });

  test('holds to its limits, at each of them and one beyond', () => {
    const limits = { head: 40, variables: 3, name: 14, value: 6 };
    const refused = ['ERR_SCGI_TOO_LARGE'];
    expect(read(netstring(`${EMPTY}ABCDEFGH|123456|`), { limits })[0]).toMatchObject({
      type: 'request',
    });
    expect(read(netstring(`${EMPTY}ABCDEFGHI|123456|`), { limits })).toEqual(refused);
    expect(read(netstring(`${EMPTY}A|1|B|2|`), { limits })).toEqual(refused);
    expect(read(netstring(`${EMPTY}A|1234567|`), { limits })).toEqual(refused);
    expect(read(netstring(`${EMPTY}${'A'.repeat(14)}||`), { limits })[0]).toMatchObject({
      type: 'request',
    });
    const names = { ...limits, head: 80 };
    expect(read(netstring(`${EMPTY}${'A'.repeat(15)}||`), { limits: names })).toEqual(refused);
  });

  test('takes nothing after the end', () => {
    const reader = new ScgiReader();
    reader.receive(octets(''));
    expect(() => reader.receive(octets('x'))).toThrow(ScgiError);
  });

  test('comes to an end with octets of any kind, the same for all pieces', () => {
    const limits = { head: 400, variables: 30, value: 60 };
    const sent = request.map(([head, content]) =>
      joined(writeScgiHead(buildVariables(head)), content),
    );
    fc.assert(
      fc.property(
        fc.oneof(damaged(sent), fc.uint8Array({ maxLength: 60 })),
        sizes,
        (input, cut) => {
          const whole = trace(new ScgiReader({ limits }), [input]);
          expect(trace(new ScgiReader({ limits }), pieces(input, cut))).toEqual(whole);
          expect(whole.at(-1)).toMatch(/^(closed|ERR_SCGI_[A-Z_]+)$/);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('writeScgiHead', () => {
  test('writes the example of the specification, whatever the order of its variables', () => {
    const length = EXAMPLE_VARIABLES.slice(0, 2);
    const version = EXAMPLE_VARIABLES.slice(2, 4);
    const rest = EXAMPLE_VARIABLES.slice(4);
    const head = EXAMPLE.slice(0, EXAMPLE.indexOf(',') + 1);
    expect(latin1(writeScgiHead(EXAMPLE_VARIABLES))).toBe(head);
    expect(latin1(writeScgiHead([...rest, ...length]))).toBe(head);
    expect(latin1(writeScgiHead([...rest, ...version, ...length]))).toBe(head);
    expect(latin1(writeScgiHead([]))).toBe(netstring(EMPTY));
  });

  test('writes what a reader reads, with content', () => {
    fc.assert(
      fc.property(request, sizes, ([head, content], cut) => {
        const variables = buildVariables(head);
        const all = joined(writeScgiHead(variables), content);
        const [event, ...rest] = trace(new ScgiReader(), pieces(all, cut));
        const got = (event as { variables: string[] }).variables;
        expect(parseVariables(got).headers).toEqual(parseVariables(variables).headers);
        expect(parseVariables(got).pathInfo).toBe(head.pathInfo);
        expect(rest).toEqual([
          ...(content.length === 0 ? [] : [{ type: 'data', data: latin1(content) }]),
          { type: 'end' },
          'closed',
        ]);
      }),
    );
  });

  test.each([
    [['A']],
    [['', 'b']],
    [['A', '\0']],
    [['A\0', 'b']],
    [['A', '\u0100']],
    [['A', '1', 'A', '1']],
    [['SCGI', '2']],
    [['CONTENT_LENGTH', 'x']],
    [['CONTENT_LENGTH', '1', 'CONTENT_LENGTH', '2']],
  ])('refuses %j', (variables) => {
    expect(() => writeScgiHead(variables)).toThrow(
      expect.objectContaining({ code: 'ERR_SCGI_VALUE', blame: 'caller' }),
    );
  });
});
