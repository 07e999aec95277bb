import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Http1Client, Http1Error, type Http1Limits, Http1Server } from '../../src/http1/index.ts';
import { decodeLatin1 } from '../../src/http1/receive-buffer.ts';
import { sizes } from './arbitraries.ts';
import { exchange, writeRequestContent, writeRequestHead, writeResponse } from './exchange.ts';
import { mutated, noise } from './mutation.ts';
import { octets } from './notation.ts';
import { bytewise, pieces } from './segmentation.ts';
import { answerEmpty, traceClient, traceServer } from './trace.ts';

const RUNS = { seed: 20_261, numRuns: 600 };

const LIMITS: Http1Limits = {
  requestLine: 40,
  head: 200,
  field: 60,
  fields: 8,
  chunkLine: 30,
  chunkOverhead: 60,
  emptyLines: 2,
};

const requests = fc.array(exchange, { minLength: 1, maxLength: 3 }).map((exchanges) =>
  exchanges
    .map((sent) => {
      const client = new Http1Client();
      return writeRequestHead(client, sent) + writeRequestContent(client, sent);
    })
    .join(''),
);

const responses = fc.array(exchange, { minLength: 1, maxLength: 2 }).map((exchanges) =>
  exchanges
    .map((sent) => {
      const server = new Http1Server();
      server.receive(octets('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
      server.next();
      return writeResponse(server, sent);
    })
    .join(''),
);

/** Runs a server on pieces; what escapes has to be an error of the peer, and the last event. */
function expectBounded(arriving: readonly Uint8Array[]): void {
  let longest = 0;
  const engine = new Http1Server({
    limits: LIMITS,
    decode(data, start, end) {
      longest = Math.max(longest, data.byteLength);
      return decodeLatin1(data, start, end);
    },
  });
  let unread = 0;
  for (const data of arriving) {
    engine.receive(data);
    expectOrderly(engine);
    unread = Math.max(unread, engine.unread);
  }
  const most = LIMITS.head + 1;
  const piece = Math.max(...arriving.map((data) => data.byteLength));
  expect(unread).toBeLessThanOrEqual(most);
  expect(longest).toBeLessThanOrEqual(Math.max(256, 2 * (most + piece)));
}

function expectOrderly(engine: Http1Server): void {
  try {
    for (let event = engine.next(); event !== 'need-data'; event = engine.next()) {
      if (event === 'closed') {
        expect(engine.unread).toBe(0);
        return;
      }
      if (event === 'paused') {
        answerEmpty(engine);
        engine.nextCycle();
      }
    }
  } catch (error) {
    expect(error).toBeInstanceOf(Http1Error);
    expect(error).toMatchObject({ blame: 'peer' });
    expect([engine.next(), engine.next(), engine.keepAlive]).toEqual(['closed', 'closed', false]);
    expect([engine.theirState, engine.unread]).toEqual(['broken', 0]);
  }
}

describe('Http1Server', () => {
  test.each([
    ['noise', noise],
    ['requests that are nearly valid', mutated(requests)],
  ])('takes %s with no other errors than those of the peer, in bounded memory', (_what, input) => {
    fc.assert(
      fc.property(input, sizes, (text, cut) => {
        expectBounded(pieces(octets(text), cut));
      }),
      RUNS,
    );
  });

  test.each([
    ['noise', noise],
    ['valid requests', requests],
    ['requests that are nearly valid', mutated(requests)],
  ])('makes the same of %s, however they are segmented', (_what, input) => {
    fc.assert(
      fc.property(input, sizes, fc.boolean(), (text, cut, eof) => {
        const data = octets(text);
        for (const options of [{ eof }, { eof, limits: LIMITS }]) {
          const whole = traceServer([data], options);
          expect(traceServer(pieces(data, cut), options)).toEqual(whole);
          expect(traceServer(bytewise(data), options)).toEqual(whole);
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  test('takes valid requests without an error', () => {
    fc.assert(
      fc.property(requests, sizes, (text, cut) => {
        const trace = traceServer(pieces(octets(text), cut));
        expect(trace.filter((line) => line.startsWith('error'))).toEqual([]);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });
});

describe('Http1Client', () => {
  test.each([
    ['noise', noise],
    ['valid responses', responses],
    ['responses that are nearly valid', mutated(responses)],
  ])('makes the same of %s, however they are segmented', (_what, input) => {
    const method = fc.constantFrom('GET', 'HEAD', 'POST');
    fc.assert(
      fc.property(input, sizes, fc.boolean(), method, (text, cut, eof, first) => {
        const data = octets(text);
        for (const limits of [{}, LIMITS]) {
          const options = { eof, limits, methods: [first, 'GET', 'GET'] };
          const whole = traceClient([data], options);
          expect(traceClient(pieces(data, cut), options)).toEqual(whole);
          expect(traceClient(bytewise(data), options)).toEqual(whole);
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });
});
