import { describe, expect, test } from 'vitest';
import {
  FASTCGI_ERRORS,
  FastCgiError,
  type FastCgiErrorCode,
  FastCgiServer,
  type FastCgiServerOptions,
} from '../../src/fastcgi/index.ts';
import { trace, traceAll, type Traced } from '../cgi/drive.ts';
import { octets } from '../http1/notation.ts';
import { begin, end, pair, params, record, text } from './records.ts';

function read(input: string, options: FastCgiServerOptions = {}): Traced[] {
  return traceAll(() => new FastCgiServer(options), octets(input));
}

/** A server that has taken octets, and what it gave. */
function serve(input: string, options: FastCgiServerOptions = {}): FastCgiServer {
  const server = new FastCgiServer(options);
  trace(server, [octets(input)], { end: false });
  return server;
}

// The pairs of the examples of appendix B
const PAIRS = '\x0b\x02SERVER_PORT80\x0b\x0eSERVER_ADDR199.170.183.42';
const VARIABLES = ['SERVER_PORT', '80', 'SERVER_ADDR', '199.170.183.42'];
const ITEM = 'quantity=100&item=3047936';

const request = (requestId: number, over: object = {}): object => ({
  type: 'request',
  requestId,
  keepConnection: false,
  variables: VARIABLES,
  contentLength: undefined,
  ...over,
});

describe('FastCgiServer', () => {
  test('reads the request without content of appendix B', () => {
    expect(read(begin(1) + params(1, PAIRS) + record(5, 1))).toEqual([
      request(1),
      { type: 'end', requestId: 1 },
      'closed',
    ]);
  });

  test('reads the request with content of appendix B, in records of any size', () => {
    const pairs = PAIRS.replace(/./gs, (octet) => record(4, 1, octet, 3));
    const input = begin(1) + pairs + record(4, 1, '', 255) + record(5, 1, ITEM, 7) + record(5, 1);
    expect(read(input)).toEqual([
      request(1),
      { type: 'data', requestId: 1, data: ITEM },
      { type: 'end', requestId: 1 },
      'closed',
    ]);
  });

  test('reads two requests that share a connection, as in appendix B', () => {
    const input =
      begin(1, { flags: 1 }) +
      params(1, PAIRS) +
      begin(2, { flags: 1 }) +
      params(2, PAIRS) +
      record(5, 2, 'b') +
      record(5, 1) +
      record(5, 2);
    expect(read(input)).toEqual([
      request(1, { keepConnection: true }),
      request(2, { keepConnection: true }),
      { type: 'data', requestId: 2, data: 'b' },
      { type: 'end', requestId: 1 },
      { type: 'end', requestId: 2 },
      'closed',
    ]);
  });

  test('writes the answers of appendix B', () => {
    const server = serve(begin(1) + params(1, PAIRS) + record(5, 1));
    const page = 'Content-type: text/html\r\n\r\n<html>\n<head> ... ';
    const problem = 'config error: missing SI_UID\n';
    const written = [
      ...server.sendStderr(1, octets(problem)),
      ...server.sendStdout(1, octets(page)),
      ...server.sendEnd(1, 2),
    ];
    expect(text(written)).toBe(
      record(7, 1, problem) +
        record(6, 1, page) +
        record(6, 1) +
        record(7, 1) +
        end(1, { status: 2 }),
    );
    expect(server.active).toBe(0);
    expect(server.shouldClose).toBe(true);
  });

  test('ends STDERR only where it was used, and writes nothing for no octets', () => {
    const server = serve(begin(300, { flags: 1 }) + params(300) + record(5, 300));
    expect(server.sendStdout(300, octets(''))).toEqual([]);
    expect(server.sendStderr(300, octets(''))).toEqual([]);
    expect(text(server.sendEnd(300, -1))).toBe(
      record(6, 300) + record(3, 300, '\xff\xff\xff\xff\0\0\0\0'),
    );
    expect(server.shouldClose).toBe(false);
  });

  test('splits what is longer than a record', () => {
    const server = serve(begin(1) + params(1));
    const data = new Uint8Array(65_535 + 2).fill(0x61);
    const [first, whole, second, rest, ...more] = server.sendStdout(1, data);
    expect(first).toEqual(octets('\x01\x06\0\x01\xff\xff\0\0'));
    expect(whole).toEqual(data.subarray(0, 65_535));
    expect(whole?.buffer).toBe(data.buffer);
    expect(second).toEqual(octets('\x01\x06\0\x01\0\x02\0\0'));
    expect([rest?.length, more.length]).toEqual([2, 0]);
  });

  test('keeps the connection until requests are answered that were to be', () => {
    const server = serve(begin(1, { flags: 1 }) + params(1) + begin(2) + params(2));
    server.sendEnd(2);
    expect(server.shouldClose).toBe(false);
    server.sendEnd(1);
    expect(server.shouldClose).toBe(true);
  });

  test('remembers that a request wanted the end, whatever the next one wants', () => {
    const server = serve(begin(1) + begin(2, { flags: 1 }));
    server.sendEnd(1);
    server.sendEnd(2);
    expect(server.shouldClose).toBe(true);
  });

  test('says that it is closed, while requests that arrived are still answered', () => {
    const server = new FastCgiServer();
    const [, , signal] = trace(server, [octets(begin(1, { flags: 1 }) + params(1) + record(5, 1))]);
    expect(signal).toBe('closed');
    expect(server.shouldClose).toBe(false);
    expect(text(server.sendEnd(1))).toContain('\x01\x03');
    expect(server.shouldClose).toBe(true);
  });

  test('takes an id again once its request is answered', () => {
    const server = serve(begin(1, { flags: 1 }) + params(1) + record(5, 1));
    server.sendEnd(1);
    expect(
      trace(server, [octets(begin(1, { flags: 1 }) + params(1, PAIRS))], { end: false }),
    ).toEqual([request(1, { keepConnection: true }), 'need-data']);
  });

  test('ignores what still comes of a request that was answered early', () => {
    const server = serve(begin(1, { flags: 1 }) + params(1), { limits: { idleRecords: 2 } });
    server.sendEnd(1);
    const rest = record(5, 1, 'x').repeat(9) + record(2, 1) + record(5, 1);
    expect(trace(server, [octets(rest)], { end: false })).toEqual(['need-data']);
    expect(trace(server, [octets(record(5, 1, 'x').repeat(3))], { end: false })).toEqual([
      'ERR_FASTCGI_TOO_MANY',
    ]);
  });

  test('counts what comes of a request that was answered whole, though its id was not before', () => {
    const server = serve(begin(1, { flags: 1 }) + params(1), { limits: { idleRecords: 2 } });
    server.sendEnd(1);
    const again = begin(1, { flags: 1 }) + params(1) + record(5, 1);
    trace(server, [octets(again)], { end: false });
    server.sendEnd(1);
    expect(trace(server, [octets(record(5, 1, 'x').repeat(3))], { end: false })).toEqual([
      'ERR_FASTCGI_TOO_MANY',
    ]);
  });

  test('reads lengths of four octets, though one would do', () => {
    const long = 'v'.repeat(300);
    const pairs = `\x80\0\0\x01\x80\0\x01\x2cA${long}\x01\x80\0\0\x01BC`;
    expect(read(begin(1) + params(1, pairs) + record(5, 1))[0]).toEqual(
      request(1, { variables: ['A', long, 'B', 'C'] }),
    );
  });

  test('tells an abort once, in the middle of any stream', () => {
    const aborted = [{ type: 'abort', requestId: 1 }, 'closed'];
    expect(read(begin(1) + record(2, 1) + record(2, 1))).toEqual(aborted);
    expect(read(begin(1) + record(4, 1, PAIRS) + record(2, 1) + params(1))).toEqual(aborted);
    const late = begin(1) + params(1, PAIRS) + record(5, 1, 'x') + record(2, 1) + record(5, 1, 'y');
    expect(read(late).slice(2)).toEqual(aborted);
    const server = serve(begin(1) + record(2, 1));
    expect(text(server.sendEnd(1))).toBe(record(6, 1) + end(1));
  });
});

describe('FastCgiServer, management', () => {
  const names = pair('FCGI_MPXS_CONNS', '') + pair('X', '') + pair('FCGI_MAX_CONNS', '');

  test('answers GET_VALUES with what it knows', () => {
    const reply = (values: string): object => ({ type: 'reply', octets: record(10, 0, values) });
    const known = pair('FCGI_MAX_CONNS', '9') + pair('FCGI_MPXS_CONNS', '1');
    const [event] = read(record(9, 0, names), { maxConnections: 9 }) as [{ octets: string }];
    expect(event.octets).toBe(record(10, 0, known));
    expect(read(record(9, 0))).toEqual([reply(''), 'closed']);
    const all = pair('FCGI_MAX_REQS', '');
    const single = { maxConnections: 3, multiplex: false };
    const [requests] = read(record(9, 0, all), single) as [{ octets: string }];
    expect(requests.octets).toBe(record(10, 0, pair('FCGI_MAX_REQS', '3')));
    const [many] = read(record(9, 0, all), { limits: { requests: 4 } }) as [{ octets: string }];
    expect(many.octets).toBe(record(10, 0, pair('FCGI_MAX_REQS', '4')));
  });

  test('answers types that it does not know with UNKNOWN_TYPE', () => {
    const body = '\x0c\0\0\0\0\0\0\0';
    expect(read(record(12, 0, 'abc', 5))).toEqual([
      { type: 'reply', octets: record(11, 0, body) },
      'closed',
    ]);
    expect(read(record(0, 0))[0]).toMatchObject({ octets: record(11, 0, '\0'.repeat(8)) });
  });

  test.each<readonly [name: string, input: string, options: FastCgiServerOptions, status: number]>([
    ['cant-multiplex', begin(1) + begin(2), { multiplex: false }, 1],
    ['overloaded, by count', begin(1) + begin(2), { limits: { requests: 1 } }, 2],
    ['overloaded, as it is told', begin(2), { overloaded: () => true }, 2],
    ['unknown-role, authorizer', begin(2, { role: 2 }), {}, 3],
    ['unknown-role, filter', begin(2, { role: 3 }), {}, 3],
    ['unknown-role, none', begin(2, { role: 0 }), {}, 3],
  ])('refuses a request: %s', (_name, input, options, protocol) => {
    expect(read(`${input}${record(5, 2, 'ignored')}`, options)[0]).toEqual({
      type: 'reply',
      octets: end(2, { protocol }),
    });
  });

  test('ignores all that comes of a request that it refused', () => {
    const limits = { idleRecords: 1 };
    const refused =
      begin(2, { role: 3, flags: 1 }) + params(2, PAIRS) + record(5, 2, 'x').repeat(9);
    expect(read(refused + record(5, 2), { limits }).slice(1)).toEqual(['closed']);
    expect(read(refused + record(5, 2).repeat(2), { limits }).at(-1)).toBe('ERR_FASTCGI_TOO_MANY');
  });

  test('closes after a request that it refused, where that was to be the last', () => {
    expect(serve(begin(2, { role: 3 })).shouldClose).toBe(true);
    expect(serve(begin(2, { role: 3, flags: 1 })).shouldClose).toBe(false);
  });
});

describe('FastCgiServer, faults', () => {
  test.each<readonly [input: string, code: FastCgiErrorCode]>([
    ['\0', 'ERR_FASTCGI_VERSION'],
    ['\x02', 'ERR_FASTCGI_VERSION'],
    ['GET / HTTP/1.1\r\n\r\n', 'ERR_FASTCGI_VERSION'],
    ['\x01\x01\0', 'ERR_FASTCGI_TRUNCATED'],
    [begin(1).slice(0, -1), 'ERR_FASTCGI_TRUNCATED'],
    [record(12, 0, 'a', 9).slice(0, -1), 'ERR_FASTCGI_TRUNCATED'],
    [begin(0), 'ERR_FASTCGI_REQUEST_ID'],
    [record(5, 0), 'ERR_FASTCGI_REQUEST_ID'],
    [record(8, 0), 'ERR_FASTCGI_REQUEST_ID'],
    [begin(1) + begin(1), 'ERR_FASTCGI_REQUEST_ID'],
    [record(1, 1), 'ERR_FASTCGI_BODY'],
    [record(1, 1, '\0\x01\0\0\0\0\0'), 'ERR_FASTCGI_BODY'],
    [record(1, 1, '\0\x01\0\0\0\0\0\0\0'), 'ERR_FASTCGI_BODY'],
    [begin(1) + record(3, 1), 'ERR_FASTCGI_TYPE'],
    [begin(1) + record(6, 1), 'ERR_FASTCGI_TYPE'],
    [begin(1) + record(8, 1), 'ERR_FASTCGI_TYPE'],
    [begin(1) + record(9, 1), 'ERR_FASTCGI_TYPE'],
    [begin(1) + record(99, 1), 'ERR_FASTCGI_TYPE'],
    [record(10, 0), 'ERR_FASTCGI_TYPE'],
    [record(11, 0, '\0'.repeat(8)), 'ERR_FASTCGI_TYPE'],
    [record(9, 0, 'x'), 'ERR_FASTCGI_PAIR'],
  ])('breaks the connection for %j', (input, code) => {
    expect(read(input)).toEqual([code]);
    expect(FASTCGI_ERRORS[code].blame).toBe('peer');
  });

  test.each<readonly [name: string, input: string, code: FastCgiErrorCode]>([
    ['STDIN before the end of PARAMS', record(5, 1), 'ERR_FASTCGI_STREAM'],
    ['PARAMS after their end', params(1, '') + record(4, 1, 'x'), 'ERR_FASTCGI_STREAM'],
    ['PARAMS that end twice', params(1, '') + record(4, 1), 'ERR_FASTCGI_STREAM'],
    ['STDIN after its end', params(1) + record(5, 1).repeat(2), 'ERR_FASTCGI_STREAM'],
    ['a name length alone', params(1, '\x01'), 'ERR_FASTCGI_PAIR'],
    ['lengths alone', params(1, '\x01\x01'), 'ERR_FASTCGI_PAIR'],
    ['a name beyond the end', params(1, '\x02\0A'), 'ERR_FASTCGI_PAIR'],
    ['a value beyond the end', params(1, '\x01\x02Ab'), 'ERR_FASTCGI_PAIR'],
    ['half a long length', params(1, '\x80\0\0'), 'ERR_FASTCGI_PAIR'],
    ['half a long length of a value', params(1, '\x01\xff\xff\xff'), 'ERR_FASTCGI_PAIR'],
    ['a huge length', params(1, '\xff\xff\xff\xff\x01A'), 'ERR_FASTCGI_PAIR'],
    ['two huge lengths', params(1, '\xff\xff\xff\xff\xff\xff\xff\xff'), 'ERR_FASTCGI_PAIR'],
    ['an empty name', params(1, '\0\x01A'), 'ERR_FASTCGI_PAIR'],
    ['nothing at all', params(1, '\0\0'), 'ERR_FASTCGI_PAIR'],
    ['a length in words', params(1, pair('CONTENT_LENGTH', 'x')), 'ERR_FASTCGI_CONTENT_LENGTH'],
    [
      'two lengths',
      params(1, pair('CONTENT_LENGTH', '1') + pair('CONTENT_LENGTH', '2')),
      'ERR_FASTCGI_CONTENT_LENGTH',
    ],
    [
      'too few octets',
      params(1, pair('CONTENT_LENGTH', '2')) + record(5, 1, 'x') + record(5, 1),
      'ERR_FASTCGI_CONTENT_LENGTH',
    ],
    [
      'too many octets',
      params(1, pair('CONTENT_LENGTH', '2')) + record(5, 1, 'xyz'),
      'ERR_FASTCGI_CONTENT_LENGTH',
    ],
    ['a connection that ends in PARAMS', record(4, 1, pair('A', 'b')), 'ERR_FASTCGI_TRUNCATED'],
    ['a connection that ends in STDIN', params(1) + record(5, 1, 'x'), 'ERR_FASTCGI_TRUNCATED'],
  ])('breaks one request and not the next one for %s', (_name, input, code) => {
    const traced = read(begin(1, { flags: 1 }) + begin(2) + params(2) + record(5, 2) + input);
    const faults = traced.filter((event) => typeof event === 'object' && event['type'] === 'fault');
    expect(faults).toEqual([{ type: 'fault', requestId: 1, error: code }]);
    expect(traced).toContainEqual({ type: 'end', requestId: 2 });
    expect(traced.at(-1)).toBe('closed');
  });

  test('answers a broken request once', () => {
    const server = serve(begin(1, { flags: 1 }) + record(5, 1, 'x').repeat(3));
    expect(text(server.sendEnd(1, 1))).toBe(record(6, 1) + end(1, { status: 1 }));
    expect(() => server.sendEnd(1)).toThrow(FastCgiError);
    expect(() => server.sendStdout(1, octets('x'))).toThrow(/request 1, which is not active/);
  });

  test('breaks requests that end with half a record, then the connection', () => {
    expect(read(`${begin(1)}\x01`)).toEqual([
      { type: 'fault', requestId: 1, error: 'ERR_FASTCGI_TRUNCATED' },
      'ERR_FASTCGI_TRUNCATED',
    ]);
  });

  test('takes nothing after the end', () => {
    const server = new FastCgiServer();
    server.receive(octets(''));
    expect(() => server.receive(octets('x'))).toThrow(FastCgiError);
  });

  test.each<readonly [name: string, limits: object, most: string, beyond: string]>([
    ['params', { params: 8 }, record(4, 1, pair('A', '12345')), record(4, 1, pair('A', '123456'))],
    [
      'records',
      { paramsRecords: 2 },
      `${record(4, 1, '\x01')}${record(4, 1, '\0A')}`,
      '\x01\0A'.replace(/./gs, (octet) => record(4, 1, octet)),
    ],
    [
      'variables',
      { variables: 2 },
      record(4, 1, pair('A', '').repeat(2)),
      record(4, 1, pair('A', '').repeat(3)),
    ],
    ['name', { name: 2 }, record(4, 1, pair('AB', '')), record(4, 1, pair('ABC', ''))],
    ['value', { value: 2 }, record(4, 1, pair('A', '12')), record(4, 1, pair('A', '123'))],
  ])('holds to its limit of %s, and one beyond', (_name, limits, most, beyond) => {
    expect(read(begin(1) + most + params(1) + record(5, 1), { limits })).toHaveLength(3);
    expect(read(begin(1) + beyond + params(1), { limits })).toEqual([
      { type: 'fault', requestId: 1, error: 'ERR_FASTCGI_TOO_LARGE' },
      'closed',
    ]);
  });

  test('holds to its limit of records that serve no request', () => {
    const limits = { idleRecords: 3 };
    for (const idle of [record(5, 9, 'x'), record(9, 0), record(12, 0), begin(9, { role: 2 })]) {
      expect(read(idle.repeat(3), { limits }).at(-1)).toBe('closed');
      expect(read(idle.repeat(4), { limits }).at(-1)).toBe('ERR_FASTCGI_TOO_MANY');
      expect(read(idle.repeat(3) + begin(1) + idle.repeat(3), { limits })).not.toContain(
        'ERR_FASTCGI_TOO_MANY',
      );
    }
    const aborts = begin(1) + record(2, 1);
    expect(read(aborts + record(2, 1).repeat(4), { limits }).at(-1)).toBe('ERR_FASTCGI_TOO_MANY');
  });
});
