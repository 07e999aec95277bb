import { describe, expect, test } from 'vitest';
import {
  FastCgiClient,
  type FastCgiClientOptions,
  FastCgiError,
  type FastCgiErrorCode,
  NO_RECORD,
} from '../../src/fastcgi/index.ts';
import { traceAll, trace, type Traced } from '../cgi/drive.ts';
import { octets } from '../http1/notation.ts';
import { begin, end, pair, params, record, text } from './records.ts';

const REQUEST = { variables: ['A', 'b'], keepConnection: false };

/** A client with requests under way. */
function client(count: number, options: FastCgiClientOptions = {}): FastCgiClient {
  const made = new FastCgiClient(options);
  for (let sent = 0; sent < count; sent += 1) {
    made.sendRequest(REQUEST);
  }
  return made;
}

function read(input: string, count = 1, options: FastCgiClientOptions = {}): Traced[] {
  return traceAll(() => client(count, options), octets(input));
}

const over = (requestId: number, rest: object = {}): object => ({
  type: 'end',
  requestId,
  applicationStatus: 0,
  protocolStatus: 'complete',
  ...rest,
});

describe('FastCgiClient', () => {
  test('writes a request, its content and an abort', () => {
    const made = new FastCgiClient();
    const { requestId, octets: head } = made.sendRequest(REQUEST);
    expect(requestId).toBe(1);
    expect(text(head)).toBe(begin(1) + params(1, pair('A', 'b')));
    expect(text(made.sendData(1, octets('hi')))).toBe(record(5, 1, 'hi'));
    expect(made.sendData(1, octets(''))).toEqual([]);
    expect(text(made.sendDataEnd(1))).toBe(record(5, 1));
    expect(text(made.sendAbort(1))).toBe(record(2, 1));
    expect(() => made.sendData(1, octets('x'))).toThrow(/content of 1 after its end/);
  });

  test('writes no PARAMS but their end for no variables, and the flag of a kept connection', () => {
    const { octets: head } = new FastCgiClient().sendRequest({
      variables: [],
      keepConnection: true,
    });
    expect(text(head)).toBe(begin(1, { flags: 1 }) + record(4, 1));
  });

  test('writes lengths of more than 127 in four octets', () => {
    const value = 'v'.repeat(128);
    const { octets: head } = new FastCgiClient().sendRequest({
      variables: [value, 'b', 'a', value],
      keepConnection: false,
    });
    const pairs = `\x80\0\0\x80\x01${value}b\x01\x80\0\0\x80a${value}`;
    expect(text(head)).toBe(begin(1) + params(1, pairs));
  });

  test('reads a response, what is said of errors, and both statuses', () => {
    const input =
      record(6, 1, 'a', 3) +
      record(7, 1, 'bad') +
      record(6, 1, 'b') +
      record(6, 1) +
      record(7, 1) +
      record(3, 1, '\x80\0\x01\x02\0\0\0\0');
    expect(read(input)).toEqual([
      { type: 'stdout', requestId: 1, data: 'a' },
      { type: 'stderr', requestId: 1, data: 'bad' },
      { type: 'stdout', requestId: 1, data: 'b' },
      over(1, { applicationStatus: 0x80000102 }),
      'closed',
    ]);
  });

  test('takes what is no record for the end of the connection', () => {
    const made = client(1);
    made.receive(octets(record(6, 1, 'a')));
    made.receive(NO_RECORD);
    expect(made.next()).toMatchObject({ type: 'stdout' });
    expect(() => made.next()).toThrow('version 0');
    expect(made.next()).toBe('closed');
  });

  test('takes an end without the ends of the streams', () => {
    expect(read(record(6, 1, 'a') + end(1))).toEqual([
      { type: 'stdout', requestId: 1, data: 'a' },
      over(1),
      'closed',
    ]);
  });

  test.each(['complete', 'cant-multiplex', 'overloaded', 'unknown-role'])(
    'reads the protocol status %s',
    (protocolStatus) => {
      const protocol = ['complete', 'cant-multiplex', 'overloaded', 'unknown-role'].indexOf(
        protocolStatus,
      );
      expect(read(end(1, { protocol }))[0]).toEqual(over(1, { protocolStatus }));
    },
  );

  test('tells answers of several requests apart, and uses the lowest id that is free', () => {
    const made = client(3);
    expect(
      trace(made, [octets(record(6, 3, 'c') + end(2) + record(6, 1, 'a'))], { end: false }),
    ).toEqual([
      { type: 'stdout', requestId: 3, data: 'c' },
      over(2),
      { type: 'stdout', requestId: 1, data: 'a' },
      'need-data',
    ]);
    expect(made.active).toBe(2);
    expect(made.sendRequest(REQUEST).requestId).toBe(2);
    expect(made.sendRequest(REQUEST).requestId).toBe(4);
  });

  test('asks for values, and reads them', () => {
    const made = new FastCgiClient();
    const asked = pair('FCGI_MAX_CONNS', '') + pair('FCGI_MPXS_CONNS', '');
    expect(text(made.sendGetValues(['FCGI_MAX_CONNS', 'FCGI_MPXS_CONNS']))).toBe(
      record(9, 0, asked),
    );
    expect(read(record(10, 0, pair('FCGI_MAX_CONNS', '1')), 0)).toEqual([
      { type: 'values', values: ['FCGI_MAX_CONNS', '1'] },
      'closed',
    ]);
    expect(read(record(11, 0, '\x09\0\0\0\0\0\0\0'), 0)[0]).toEqual({
      type: 'unknown-type',
      recordType: 9,
    });
    expect(() => made.sendGetValues(['v'.repeat(65_535)])).toThrow(FastCgiError);
  });

  test('breaks every request that a connection leaves open', () => {
    const fault = (requestId: number): object => ({
      type: 'fault',
      requestId,
      error: 'ERR_FASTCGI_TRUNCATED',
    });
    expect(read('', 2)).toEqual([fault(1), fault(2), 'closed']);
    expect(read(record(6, 1, 'abc').slice(0, -1), 1)).toEqual([fault(1), 'ERR_FASTCGI_TRUNCATED']);
    expect(read('', 0)).toEqual(['closed']);
  });

  test.each<readonly [input: string, code: FastCgiErrorCode]>([
    ['HTTP/1.1 400', 'ERR_FASTCGI_VERSION'],
    [record(6, 2, 'a'), 'ERR_FASTCGI_REQUEST_ID'],
    [end(2), 'ERR_FASTCGI_REQUEST_ID'],
    [end(1) + record(6, 1), 'ERR_FASTCGI_REQUEST_ID'],
    [end(1) + end(1), 'ERR_FASTCGI_REQUEST_ID'],
    [begin(1), 'ERR_FASTCGI_TYPE'],
    [record(5, 1, 'a'), 'ERR_FASTCGI_TYPE'],
    [record(77, 1), 'ERR_FASTCGI_TYPE'],
    [record(9, 0), 'ERR_FASTCGI_TYPE'],
    [record(6, 0, 'a'), 'ERR_FASTCGI_TYPE'],
    [record(6, 1).repeat(2), 'ERR_FASTCGI_STREAM'],
    [record(7, 1) + record(7, 1, 'a'), 'ERR_FASTCGI_STREAM'],
    [record(3, 1), 'ERR_FASTCGI_BODY'],
    [record(3, 1, '\0'.repeat(9)), 'ERR_FASTCGI_BODY'],
    [end(1, { protocol: 4 }), 'ERR_FASTCGI_BODY'],
    [record(11, 0, '\x01'), 'ERR_FASTCGI_BODY'],
    [record(10, 0, '\x02\0A'), 'ERR_FASTCGI_PAIR'],
  ])('breaks the connection for %j', (input, code) => {
    expect(read(input).at(-1)).toBe(code);
  });

  test('holds to its limits', () => {
    const made = client(2, { limits: { requests: 2 } });
    expect(() => made.sendRequest(REQUEST)).toThrow(/one request too many/);
    const limits = { idleRecords: 2 };
    expect(read(record(10, 0).repeat(2), 0, { limits }).at(-1)).toBe('closed');
    expect(
      read(record(10, 0).repeat(2) + end(1) + record(10, 0).repeat(2), 1, { limits }),
    ).toContain('closed');
    expect(read(record(10, 0).repeat(3), 0, { limits }).at(-1)).toBe('ERR_FASTCGI_TOO_MANY');
  });

  test('refuses calls that fit nothing, and variables that cannot be said', () => {
    const made = client(0);
    expect(() => made.sendData(1, octets('x'))).toThrow(FastCgiError);
    expect(() => made.sendAbort(1)).toThrow(FastCgiError);
    for (const variables of [['A'], ['', 'b'], ['A', '\u0100']]) {
      expect(() => made.sendRequest({ variables, keepConnection: false })).toThrow(
        expect.objectContaining({ code: 'ERR_FASTCGI_VALUE', blame: 'caller' }),
      );
    }
    expect(made.active).toBe(0);
    made.receive(octets(''));
    expect(() => made.receive(octets('x'))).toThrow(FastCgiError);
    expect(() => made.sendRequest(REQUEST)).toThrow(/a request after the end/);
  });
});
