import type { AsyncApplication } from '@tsgi/types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer, get, octets, post, startOn, TRANSPORTS } from './server-fixture.ts';

// One after the other on a connection, as a proxy sends them for its users: each differs from another
// in one thing that a server must not take over from the request before.
const HOST = 'Host: h';
const REQUESTS: readonly string[] = [
  ['GET / HTTP/1.1', HOST, 'X-User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User: bob', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User: Alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'x-user: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User: alice', 'Cookie: id=2'],
  ['GET / HTTP/1.1', HOST, 'Cookie: id=1', 'X-User: alice'],
  ['GET / HTTP/1.1', HOST, 'X-User: alice', 'X-User: bob', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User: bob', 'X-User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User: alice', 'Cookie: id=1', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X-User:alice', 'Cookie: id=1 '],
  ['GET / HTTP/1.1', HOST, 'X-User: ', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'X_User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'Connection: X-User', 'X-User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, 'TE: trailers', 'X-User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.1', HOST, '__proto__: alice', 'constructor: bob', 'toString: carol'],
  ['GET / HTTP/1.1', 'Host: other', 'X-User: alice', 'Cookie: id=1'],
  ['GET / HTTP/1.0', HOST, 'Connection: keep-alive', 'X-User: alice'],
  ['GET / HTTP/1.1', HOST, 'Connection: keep-alive', 'X-User: alice'],
  ['POST / HTTP/1.1', HOST, 'X-User: alice', 'Content-Length: 3', '', 'abc'],
  ['POST / HTTP/1.1', HOST, 'X-User: alice', 'Content-Length: 4', '', 'abcd'],
  ['POST / HTTP/1.1', HOST, 'X-User: alice', 'Content-Length: 0'],
  ['POST / HTTP/1.1', HOST, 'X-User: alice', 'Transfer-Encoding: chunked', '', '3', 'xyz', '0'],
  ['POST / HTTP/1.1', HOST, 'X-User: alice', 'Transfer-Encoding: chunked', '', '0'],
  [post('/', get('/x', 'X-User: eve'), 'X-User: alice')],
  ['GET / HTTP/1.1', HOST, ...Array.from({ length: 40 }, (_, at) => `X-${at}: v`)],
].map(toOctets);

// A body with a length ends where it ends; heads and chunked bodies end with an empty line.
function toOctets(lines: readonly string[]): string {
  const text = lines.join('\r\n');
  return lines.some((line) => /^Content-Length: [1-9]/m.test(line)) ? text : `${text}\r\n\r\n`;
}

// Shows all that environ says of a request, then spoils what it was given.
const showAndSpoil = answer((environ) => {
  const body = Buffer.from(environ['tsgi.input'].read()).toString('latin1');
  const entries = Object.entries(environ).filter(
    ([key, value]) => typeof value === 'string' && !/^(?:REMOTE|SERVER)_PORT$/.test(key),
  );
  const raw = environ['tsgi.raw_headers'] ?? [];
  const shown = JSON.stringify({ entries, raw, body, trailers: 'tsgi.trailers' in environ });
  const given = environ as unknown as Record<string, unknown>;
  for (const pair of raw as unknown as string[][]) {
    pair.fill('spoilt');
  }
  (raw as unknown as unknown[]).push(['X-User', 'spoilt']);
  for (const key of Object.keys(given)) {
    given[key] = 'spoilt';
  }
  return `<<${shown}>>`;
});

const shownIn = (received: string): string[] => received.match(/<<.*?>>/gs) ?? [];

describe.each(TRANSPORTS)('what a connection on %s remembers', (transport) => {
  const start = startOn(transport);

  test.each([
    ['', 'off'],
    ['PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n', 'v1'],
  ] as const)('lets no request show in another one: %j', async (header, proxyProtocol) => {
    const { client } = await start(showAndSpoil, {
      proxyProtocol,
      // a hook that hides what it logs
      onRequestEnd: ({ requestHeaders }) => void (requestHeaders as string[]).fill('hidden'),
    });
    const ask = async (pieces: readonly string[], count: number): Promise<string[]> => {
      const raw = await client();
      raw.send(header);
      for (const piece of pieces) {
        raw.send(piece);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      const shown = shownIn(await raw.until('>>', count));
      raw.close();
      return shown;
    };
    const alone: string[] = [];
    for (const request of REQUESTS) {
      alone.push(...(await ask([request], 1)));
    }
    expect(alone).toHaveLength(REQUESTS.length);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(REQUESTS.length - 1), { minLength: 2, maxLength: 8 }),
        fc.array(fc.nat(1200), { maxLength: 6 }),
        async (order, cuts) => {
          const text = order.map((at) => REQUESTS[at]).join('');
          const ends = [...cuts.filter((cut) => cut < text.length), text.length].toSorted(
            (one, other) => one - other,
          );
          const pieces = ends.map((end, at) => text.slice(ends[at - 1] ?? 0, end));
          expect(await ask(pieces, order.length)).toEqual(order.map((at) => alone[at]));
        },
      ),
      {
        numRuns: 60,
        examples: [
          [[0, 1, 0, 0, 1], []],
          [[18, 21, 18, 19, 23, 0], []],
        ],
      },
    );
  });

  test('is nothing that a chunk kept by an application is written over by', async () => {
    const kept: Array<{ readonly path: string; readonly chunk: Uint8Array }> = [];
    const keep: AsyncApplication = async (environ, startResponse) => {
      let length = 0;
      for await (const chunk of environ['tsgi.async_input'] ?? []) {
        kept.push({ path: environ.PATH_INFO, chunk });
        length += chunk.byteLength;
      }
      startResponse('200 OK', []);
      return [octets(`<${environ.PATH_INFO} ${length}>`)];
    };
    const { client } = await start(keep, { profile: 'async' });
    const clients = await Promise.all([client(), client(), client()]);
    const sizes = [1, 100, 5000, 65_536, 131_072, 131_073, 300_000, 3];
    for (const [round, size] of sizes.entries()) {
      const fill = String.fromCodePoint(97 + round);
      await Promise.all(
        clients.map(async (raw, at) => {
          const path = `/${fill}${at}`;
          // two at a time: the second is read while the first is at work
          raw.send(post(path, fill.repeat(size)) + post(path, fill.repeat(size + 1)));
          await raw.until(`<${path} ${size + 1}>`);
          raw.clear();
        }),
      );
    }
    const total = kept.reduce((sum, { chunk }) => sum + chunk.byteLength, 0);
    expect(total).toBe(sizes.reduce((sum, size) => sum + clients.length * (2 * size + 1), 0));
    const spoilt = kept.filter(({ path, chunk }) => {
      return chunk.some((octet) => octet !== path.charCodeAt(1));
    });
    expect(spoilt).toEqual([]);
  });
});
