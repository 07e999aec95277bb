import { describe, expect, test } from 'vitest';
import { type DataEvent, Http1Server } from '../../src/http1/index.ts';
import { octets } from './notation.ts';
import { bytewise, pieces } from './segmentation.ts';
import { answerEmpty } from './trace.ts';
import { countWork } from './work.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CHUNKED = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Takes pieces to their end; gives the number of requests that were read. */
function take(engine: Http1Server, arriving: readonly Uint8Array[]): number {
  let requests = 0;
  for (const data of arriving) {
    engine.receive(data);
    for (let event = engine.next(); event !== 'need-data'; event = engine.next()) {
      if (event === 'paused') {
        requests += 1;
        answerEmpty(engine);
        engine.nextCycle();
      }
    }
  }
  return requests;
}

/** A head of a number of octets, in lines of 100. */
function headOf(length: number): string {
  const lines = Math.floor((length - GET.length) / 100);
  return `GET / HTTP/1.1\r\nHost: a\r\n${`A: ${'x'.repeat(95)}\r\n`.repeat(lines)}\r\n`;
}

const ONE = 1_000_000;

const CASES: [string, string, (data: Uint8Array) => Uint8Array[], requests: number][] = [
  ['a head of 16 KiB', headOf(16_384), (data) => [data], 1],
  ['a head of 16 KiB, octet by octet', headOf(16_384), bytewise, 1],
  ['a head of 32 KiB, octet by octet', headOf(32_700), bytewise, 1],
  [
    'a head of two lines of 8 KiB, octet by octet',
    `GET /${'x'.repeat(8100)} HTTP/1.1\r\nHost: a\r\nA: ${'x'.repeat(8100)}\r\n\r\n`,
    bytewise,
    1,
  ],
  ['10,000 requests at once', GET.repeat(10_000), (data) => [data], 10_000],
  ['2000 requests, octet by octet', GET.repeat(2000), bytewise, 2000],
  ['10,000 requests in pieces of 1000', GET.repeat(10_000), (data) => pieces(data, [1000]), 10_000],
  ['100 requests of 3000 octets at once', headOf(3000).repeat(100), (data) => [data], 100],
  ['100 requests of 5000 octets at once', headOf(5000).repeat(100), (data) => [data], 100],
  ['empty lines between requests', `\r\n\r\n${GET}`.repeat(5000), (data) => [data], 5000],
  [
    '10,000 chunks of one octet',
    `${CHUNKED}${'1\r\nx\r\n'.repeat(10_000)}0\r\n\r\n`,
    (data) => [data],
    1,
  ],
  [
    '10,000 chunks of one octet, octet by octet',
    `${CHUNKED}${'1\r\nx\r\n'.repeat(10_000)}0\r\n\r\n`,
    bytewise,
    1,
  ],
  [
    '800 trailer fields, octet by octet',
    `${CHUNKED}0\r\n${'A: b\r\n'.repeat(800)}\r\n`,
    bytewise,
    1,
  ],
  [
    'a body of 20,000 octets, octet by octet',
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(20_000)}`,
    bytewise,
    1,
  ],
];

describe('Http1Server', () => {
  test.each(CASES)(
    'decodes, copies and searches each octet a few times for %s',
    (_what, text, cut, requests) => {
      const arriving = cut(octets(text));
      let read = 0;
      const work = countWork((decode) => {
        read = take(new Http1Server({ decode, limits: { chunkOverhead: ONE } }), arriving);
      });
      expect(read).toBe(requests);
      expect(work.decoded).toBeLessThanOrEqual(3 * text.length);
      expect(work.copied).toBeLessThanOrEqual(4 * text.length);
      expect(work.searched).toBeLessThanOrEqual(2 * text.length);
    },
  );

  test('copies no octet of a body, and decodes none', () => {
    const body = new Uint8Array(1_000_000);
    const head = octets(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
    const work = countWork((decode) => {
      expect(take(new Http1Server({ decode }), [head, ...pieces(body, [65_536])])).toBe(1);
    });
    expect(work).toEqual({ decoded: head.length, copied: 0, searched: 0 });
  });

  test('gives a piece of a body as it came, and holds nothing of it', () => {
    const engine = new Http1Server();
    const body = new Uint8Array(65_536);
    engine.receive(octets(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n`));
    expect(engine.next()).toMatchObject({ type: 'request' });
    engine.receive(body);
    expect((engine.next() as DataEvent).data).toBe(body);
    expect([engine.next(), engine.unread]).toEqual(['need-data', 0]);
  });
});
