import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Http1Client, Http1Server } from '../../src/http1/index.ts';
import { sizes } from './arbitraries.ts';
import { type Arrived, collect, ConnectionPair, createArrived } from './connection-pair.ts';
import {
  declaredLength,
  type Exchange,
  exchange,
  hasContent,
  type Message,
  requestFields,
  writeRequestContent,
  writeRequestHead,
  writeResponse,
} from './exchange.ts';
import { latin1, octets } from './notation.ts';
import { pieces } from './segmentation.ts';

const SEED = 20_260;

/** Whether the connection outlives an exchange: RFC 9112 section 9.3. */
function isKept(sent: Exchange): boolean {
  const http11 = sent.version === 'HTTP/1.1';
  const options = sent.connection?.toLowerCase() ?? '';
  const wanted = http11 ? options !== 'close' : options.startsWith('keep-alive');
  const untilClose = !http11 && sent.response.chunked && hasContent(sent);
  return wanted && !sent.serverCloses && !untilClose;
}

function joined({ content }: Message): string {
  return content.map(latin1).join('');
}

function framingOf(length: number | undefined): string[] {
  return length === undefined ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', `${length}`];
}

function expectRequest(arrived: Arrived | undefined, sent: Exchange): void {
  const { method, target, version, request } = sent;
  const length = declaredLength(request, version);
  const framing = length === 0 ? [] : framingOf(length);
  expect(arrived?.heads).toEqual([
    {
      type: 'request',
      method,
      target,
      protocol: version,
      headers: [...requestFields(sent), ...framing],
      contentLength: length,
      declared: framing[0] === 'Content-Length',
      expectsContinue: false,
      keepAlive: isKept({ ...sent, serverCloses: false, status: 204 }),
    },
  ]);
  expect(arrived?.content).toBe(joined(request));
  expect(arrived?.trailers).toEqual(length === undefined ? request.trailers : []);
}

/** The fields that a server adds to those of a response. */
function addedFields(sent: Exchange): string[] {
  const { response, version } = sent;
  const untilClose = response.chunked && version === 'HTTP/1.0';
  const framing =
    hasContent(sent) && !untilClose ? framingOf(declaredLength(response, version)) : [];
  const kept = isKept(sent);
  const option = kept ? (version === 'HTTP/1.0' ? 'keep-alive' : undefined) : 'close';
  return [...framing, ...(option === undefined ? [] : ['Connection', option])];
}

function expectResponse(arrived: Arrived, sent: Exchange): void {
  const { version, response, status, reason, interims } = sent;
  const protocol = 'HTTP/1.1';
  const hints = (version === 'HTTP/1.1' ? interims : []).map((headers) =>
    expect.objectContaining({ type: 'response', status: 103, reason: 'Early Hints', headers }),
  );
  const headers = [...response.headers, ...addedFields(sent)];
  const keepAlive = isKept(sent);
  expect(arrived.heads).toEqual([
    ...hints,
    { type: 'response', status, reason, protocol, headers, keepAlive },
  ]);
  const chunked = response.chunked && version === 'HTTP/1.1' && hasContent(sent);
  expect(arrived.content).toBe(hasContent(sent) ? joined(response) : '');
  expect(arrived.trailers).toEqual(chunked ? response.trailers : []);
}

describe('Http1Client and Http1Server', () => {
  test('what one sends arrives at the other, over as many exchanges as the connection lasts', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 4 }), sizes, (exchanges, cut) => {
        const pair = new ConnectionPair(cut);
        for (const sent of exchanges) {
          const [request, response] = pair.run(sent);
          expectRequest(request, sent);
          expectResponse(response, sent);
          const kept = isKept(sent);
          expect([pair.server.keepAlive, pair.client.keepAlive]).toEqual([kept, kept]);
          const signal = kept ? 'paused' : 'closed';
          expect([pair.server.next(), pair.client.next()]).toEqual([signal, signal]);
          if (!kept) {
            return;
          }
          pair.server.nextCycle();
          pair.client.nextCycle();
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  test('pipelined requests are answered in order, up to the one that closes', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 2, maxLength: 6 }), sizes, (exchanges, cut) => {
        const wire = exchanges.map((sent) => {
          const client = new Http1Client();
          return writeRequestHead(client, sent) + writeRequestContent(client, sent);
        });
        const { requests, responses } = serve(exchanges, pieces(octets(wire.join('')), cut));
        const closing = exchanges.findIndex((sent) => !isKept(sent));
        const answered = closing === -1 ? exchanges : exchanges.slice(0, closing + 1);
        expect(requests).toHaveLength(answered.length);
        for (const [at, sent] of answered.entries()) {
          expectRequest(requests[at], sent);
          expectResponse(readAlone(sent, responses[at] ?? '', cut), sent);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

/** A server that answers each request of a pipeline when it is whole. */
function serve(exchanges: readonly Exchange[], arriving: readonly Uint8Array[]) {
  const server = new Http1Server();
  const requests: Arrived[] = [];
  const responses: string[] = [];
  let arrived = createArrived();
  for (const piece of arriving) {
    server.receive(piece);
    collect(server, arrived);
    while (arrived.trailers !== undefined) {
      requests.push(arrived);
      const sent = exchanges[responses.length];
      responses.push(sent === undefined ? '' : writeResponse(server, sent));
      arrived = createArrived();
      if (server.keepAlive) {
        server.nextCycle();
        collect(server, arrived);
      }
    }
  }
  return { requests, responses };
}

/** What a client that has sent one request makes of octets. */
function readAlone(sent: Exchange, wire: string, cut: readonly number[]): Arrived {
  const client = new Http1Client();
  writeRequestHead(client, sent);
  writeRequestContent(client, sent);
  const arrived = createArrived();
  for (const piece of [...pieces(octets(wire), cut), new Uint8Array(0)]) {
    client.receive(piece);
    collect(client, arrived);
  }
  return arrived;
}
