import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildVariables } from '../../src/cgi/index.ts';
import { FastCgiClient, type FastCgiServerEvent, FastCgiServer } from '../../src/fastcgi/index.ts';
import { damaged, joined, request } from '../cgi/arbitraries.ts';
import { type Engine, trace } from '../cgi/drive.ts';
import { sizes } from '../http1/arbitraries.ts';
import { latin1 } from '../http1/notation.ts';
import { pieces } from '../http1/segmentation.ts';

const answer = fc.record({
  stdout: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 }),
  stderr: fc.uint8Array({ maxLength: 20 }),
  status: fc.nat(255),
});

const exchange = fc.tuple(request, answer);

const order = fc.infiniteStream(fc.nat(7));

/** Takes from several queues in an order that is given; each queue keeps its own. */
function interleaved<T>(queues: ReadonlyArray<readonly T[]>, turns: Iterator<number>): T[] {
  const left = queues.map((queue) => [...queue]);
  const taken: T[] = [];
  while (left.some((queue) => queue.length > 0)) {
    const open = left.filter((queue) => queue.length > 0);
    taken.push(open[turns.next().value % open.length]?.shift() as T);
  }
  return taken;
}

/** All events that an engine has, up to a signal. */
function drain(server: FastCgiServer): Exclude<FastCgiServerEvent, string>[] {
  const events: Exclude<FastCgiServerEvent, string>[] = [];
  for (let event = server.next(); typeof event !== 'string'; event = server.next()) {
    events.push(event);
  }
  return events;
}

const byId = (events: readonly object[], id: number, type: string): object[] =>
  events
    .filter((event) => 'requestId' in event && event.requestId === id)
    .filter((event) => 'type' in event && event.type === type);

const contentOf = (events: readonly object[]): string =>
  events.map((event) => ('data' in event ? latin1(event.data as Uint8Array) : '')).join('');

describe('FastCgiClient and FastCgiServer', () => {
  test('carry several requests and answers at a time, in any order and in any pieces', () => {
    const several = fc.array(exchange, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(several, order, sizes, (exchanges, turns, cut) => {
        const client = new FastCgiClient();
        const server = new FastCgiServer();
        const sent = exchanges.map(([[head, content]]) => {
          const variables = buildVariables(head);
          const { requestId, octets } = client.sendRequest({ variables, keepConnection: true });
          const body = client.sendData(requestId, content);
          return [octets, body, client.sendDataEnd(requestId)];
        });
        for (const piece of pieces(joined(...interleaved(sent, turns).flat()), cut)) {
          server.receive(piece);
        }
        const events = drain(server);
        exchanges.forEach(([[head, content]], index) => {
          const id = index + 1;
          expect(byId(events, id, 'request')).toEqual([
            expect.objectContaining({
              variables: buildVariables(head),
              contentLength: content.length,
            }),
          ]);
          expect(contentOf(byId(events, id, 'data'))).toBe(latin1(content));
          expect(byId(events, id, 'end')).toHaveLength(1);
        });
        const answers = exchanges.map(([, { stdout, stderr }], index) => [
          ...stdout.map((data) => server.sendStdout(index + 1, data)),
          server.sendStderr(index + 1, stderr),
        ]);
        const ends = exchanges.map(([, { status }], index) => server.sendEnd(index + 1, status));
        const all = [...interleaved(answers, turns), ...ends].flat();
        const got = trace(client, pieces(joined(...all), cut), { end: false });
        exchanges.forEach(([, { stdout, stderr, status }], index) => {
          const mine = got.filter(
            (event) => typeof event === 'object' && event['requestId'] === index + 1,
          ) as { type: string; data: string }[];
          const text = (type: string): string =>
            mine.map((event) => (event.type === type ? event.data : '')).join('');
          expect(text('stdout')).toBe(latin1(joined(...stdout)));
          expect(text('stderr')).toBe(latin1(stderr));
          expect(mine.at(-1)).toMatchObject({ type: 'end', applicationStatus: status });
        });
        expect([client.active, server.active]).toEqual([0, 0]);
      }),
      { numRuns: 100 },
    );
  });

  test('carry the content of two requests record by record', () => {
    const client = new FastCgiClient();
    const server = new FastCgiServer();
    const ids = [1, 2].map(() =>
      client.sendRequest({ variables: ['A', 'b'], keepConnection: true }),
    );
    const parts = ids.flatMap(({ octets }) => octets);
    const data = new Uint8Array(70_000).fill(0x61);
    for (const { requestId } of [...ids, ...ids]) {
      parts.push(...client.sendData(requestId, data));
    }
    for (const { requestId } of ids) {
      parts.push(...client.sendDataEnd(requestId));
    }
    for (const part of parts) {
      server.receive(part);
    }
    const events = drain(server);
    for (const { requestId } of ids) {
      expect(contentOf(byId(events, requestId, 'data'))).toHaveLength(140_000);
      expect(byId(events, requestId, 'end')).toHaveLength(1);
    }
  });

  test('come to an end with octets of any kind, the same for all pieces', () => {
    const limits = { params: 600, variables: 30, value: 80, requests: 2, idleRecords: 10 };
    const requests = fc.array(request, { minLength: 1, maxLength: 3 }).map((list) => {
      const client = new FastCgiClient();
      return joined(
        ...list.flatMap(([head, content]) => {
          const variables = buildVariables(head);
          const { requestId, octets } = client.sendRequest({ variables, keepConnection: true });
          const body = client.sendData(requestId, content);
          return [...octets, ...body, ...client.sendDataEnd(requestId)];
        }),
      );
    });
    // a few types and ids, so that records meet requests
    const header = fc
      .tuple(fc.nat(12), fc.nat(2), fc.uint8Array({ maxLength: 10 }), fc.nat(3))
      .map(([type, id, content, padding]) =>
        joined(
          Uint8Array.of(1, type, 0, id, 0, content.length, padding, 0),
          content,
          new Uint8Array(padding),
        ),
      );
    const noise = fc.array(header, { maxLength: 12 }).map((records) => joined(...records));
    const makers: readonly (() => Engine)[] = [
      () => new FastCgiServer({ limits }),
      () => {
        const client = new FastCgiClient({ limits });
        client.sendRequest({ variables: [], keepConnection: true });
        return client;
      },
    ];
    fc.assert(
      fc.property(fc.oneof(damaged(requests), noise), sizes, (input, cut) => {
        for (const make of makers) {
          const whole = trace(make(), [input]);
          expect(trace(make(), pieces(input, cut))).toEqual(whole);
          expect(whole.at(-1)).toMatch(/^(closed|ERR_FASTCGI_[A-Z_]+)$/);
        }
      }),
      { numRuns: 400 },
    );
  });
});
