import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../src/wire/byte-string.ts';
import { MalformedResponse, ResponseReader } from '../src/wire/response-reader.ts';
import type { WireResponse } from '../src/wire/response-reader.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

interface ReadableCase {
  readonly name: string;
  readonly octets: string;
  readonly method?: string;
  readonly framing: WireResponse['framing'];
  readonly body: string;
  readonly rest?: string;
}

const READABLE: readonly ReadableCase[] = [
  {
    name: 'a length',
    octets: `${OK}Content-Length: 3\r\n\r\nabcX`,
    framing: 'length',
    body: 'abc',
    rest: 'X',
  },
  { name: 'a length of 0', octets: `${OK}Content-Length: 0\r\n\r\n`, framing: 'length', body: '' },
  {
    name: 'chunks',
    octets: `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-T: 1\r\n\r\nHTTP`,
    framing: 'chunked',
    body: 'abcde',
    rest: 'HTTP',
  },
  {
    name: 'HEAD',
    method: 'HEAD',
    octets: `${OK}Content-Length: 3\r\n\r\n`,
    framing: 'none',
    body: '',
  },
  { name: '204', octets: 'HTTP/1.1 204 No Content\r\n\r\n', framing: 'none', body: '' },
  {
    name: '304 with a length',
    octets: 'HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n',
    framing: 'none',
    body: '',
  },
  {
    name: 'an empty reason',
    octets: 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n',
    framing: 'length',
    body: '',
  },
];

const REFUSED: Readonly<Record<string, string>> = {
  'a bare line feed': 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  'a bare carriage return': `${OK}X: a\rb\r\n\r\n`,
  'a folded field': `${OK}X: a\r\n b\r\n\r\n`,
  'a space before the colon': `${OK}X : a\r\n\r\n`,
  'an empty name': `${OK}: a\r\n\r\n`,
  'a control character in a value': `${OK}X: a\0b\r\n\r\n`,
  'no colon': `${OK}X\r\n\r\n`,
  'two lengths': `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
  'length and coding': `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a signed length': `${OK}Content-Length: +1\r\n\r\na`,
  'another coding': `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'a chunk-size with a sign': `${OK}Transfer-Encoding: chunked\r\n\r\n-1\r\n`,
  'a chunk-size with a space': `${OK}Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n`,
  'a chunk that is too long': `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`,
  'a version with three digits': 'HTTP/1.10 200 OK\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'no space after the status': 'HTTP/1.1 200\r\n\r\n',
  'content before the head': `x${OK}\r\n`,
  'an upgrade nobody asked for': 'HTTP/1.1 101 X\r\n\r\n',
  'a length in an interim response': `HTTP/1.1 103 X\r\nContent-Length: 1\r\n\r\n`,
};

function readInParts(octets: string, sizes: readonly number[], method = 'GET') {
  const reader = new ResponseReader();
  const bytes = toBytes(octets);
  let response: WireResponse | undefined;
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    reader.push(bytes.subarray(at, at + size));
    at = Math.min(bytes.length, at + size);
    response ??= reader.read(method);
  }
  return { response, unread: reader.unread };
}

/** Whole, octet by octet, and in two parts at every place. */
function segmentations(length: number): readonly (readonly number[])[] {
  const halves = Array.from({ length }, (_, at) => [at]);
  return [[length], Array.from({ length }, () => 1), ...halves];
}

describe('ResponseReader', () => {
  test.each(READABLE)(
    'reads $name in every segmentation',
    ({ octets, method, framing, body, rest = '' }) => {
      for (const sizes of segmentations(octets.length)) {
        const { response, unread } = readInParts(octets, sizes, method);
        expect(response?.framing).toBe(framing);
        expect(fromBytes(response?.body ?? toBytes('missing'))).toBe(body);
        expect(response?.complete).toBe(true);
        expect(unread).toBe(rest.length);
      }
    },
  );

  test.each(Object.entries(REFUSED))('refuses %s', (_name, octets) => {
    const reader = new ResponseReader();
    reader.push(toBytes(octets));
    expect(() => reader.read('GET', 'fin')).toThrow(MalformedResponse);
  });

  test('keeps interim responses apart from the final one', () => {
    const octets = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n${OK}Content-Length: 1\r\n\r\na`;
    const { response } = readInParts(octets, [octets.length]);
    expect(response?.interim.map(({ statusCode }) => statusCode)).toEqual([100, 103]);
    expect(response?.statusCode).toBe(200);
  });

  test('takes an orderly end of the connection as the end of the content, and a reset as none', () => {
    for (const [closing, complete] of [
      ['fin', true],
      ['rst', false],
    ] as const) {
      const reader = new ResponseReader();
      reader.push(toBytes(`${OK}\r\nabc`));
      expect(reader.read('GET')).toBeUndefined();
      expect(fromBytes(reader.partialContent)).toBe('abc');
      expect(reader.read('GET', closing)).toMatchObject({ framing: 'close', complete });
    }
  });

  test('returns a message without its end as not complete', () => {
    for (const head of ['Content-Length: 9', 'Transfer-Encoding: chunked']) {
      const reader = new ResponseReader();
      reader.push(toBytes(`${OK}${head}\r\n\r\n3\r\nabc`));
      expect(reader.read('GET', 'fin')).toMatchObject({ complete: false });
    }
  });

  test('keeps repeated fields in order and their octets as code units', () => {
    const { response } = readInParts(`${OK}X: \xe9\r\nx:  b \r\nContent-Length: 0\r\n\r\n`, [99]);
    expect(response?.fields.slice(0, 2)).toEqual([
      ['X', '\xe9'],
      ['x', 'b'],
    ]);
  });
});
