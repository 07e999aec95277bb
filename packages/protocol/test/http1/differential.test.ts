import { METHODS } from 'node:http';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Http1Client } from '../../src/http1/index.ts';
import { content, fields, originForm, sizes, trailers } from './arbitraries.ts';
import { type Exchange, writeRequestContent, writeRequestHead } from './exchange.ts';
import { REFUSED_BY_NODE, TAKEN_BY_NODE } from './known-differences.ts';
import { askEngine, NodePeer } from './node-peer.ts';
import { octets } from './notation.ts';
import { pieces } from './segmentation.ts';

const SEED = 20_262;
/** Methods that node:http gives to no request listener. */
const OTHERS: ReadonlySet<string> = new Set(['CONNECT']);
/** Fields that node:http takes for itself. */
const TAKEN: ReadonlySet<string> = new Set(['upgrade', 'proxy-connection']);

/** Field lines that keep their one space, and the end of a head. */
const BARE = /^(?:$|(?:Connection|Content-Length|Transfer-Encoding):)/;

/** Optional whitespace of any kind around a value: RFC 9112 section 5.1. */
const ows = fc.constantFrom('', ' ', '\t', '  ', ' \t ');

const request = fc
  .record({
    method: fc.constantFrom(...METHODS.filter((name) => !OTHERS.has(name))),
    target: fc.oneof(
      originForm,
      originForm.map((path) => `http://example:80${path}`),
    ),
    connection: fc.constantFrom(undefined, undefined, 'keep-alive', 'x'),
    headers: fields.map((flat) =>
      flat.flatMap((name, at) =>
        at % 2 === 1 || TAKEN.has(name.toLowerCase()) ? [] : [name, ...flat.slice(at + 1, at + 2)],
      ),
    ),
    content,
    chunked: fc.boolean(),
    trailers,
    before: ows,
    after: ows,
    empty: fc.nat(2),
  })
  .map(({ before, after, empty, ...made }) => {
    const client = new Http1Client();
    const sent: Exchange = {
      ...made,
      version: 'HTTP/1.1',
      request: { ...made, headers: made.headers },
      interims: [],
      status: 200,
      reason: '',
      response: { headers: [], content: [], chunked: false, trailers: [] },
      serverCloses: false,
      early: false,
    };
    const [line = '', ...rest] = writeRequestHead(client, sent).split('\r\n');
    // what is written as ': ' may be any whitespace, and a value may have some after it; node:http
    // wants those that decide about framing bare
    const spaced = rest.map((field) =>
      BARE.test(field) ? field : field.replace(/: /, `:${before}`) + after,
    );
    return (
      '\r\n'.repeat(empty) + [line, ...spaced].join('\r\n') + writeRequestContent(client, sent)
    );
  });

let peer: NodePeer;

beforeAll(async () => {
  peer = await NodePeer.start();
});

afterAll(() => peer.stop());

describe('Http1Server beside node:http', () => {
  test('both see the same in valid requests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 5 }),
        sizes,
        async (all, cut) => {
          const arriving = pieces(
            octets(all.join('')),
            cut.map((size) => size * 8),
          );
          const { seen, statuses } = await peer.ask(arriving);
          expect(statuses).toEqual(all.map(() => 200));
          expect(askEngine(arriving)).toEqual(seen);
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });
});

// What a version of Node.js takes belongs to that version.
describe.runIf(process.versions.node.startsWith('20.'))('Http1Server unlike node:http 20', () => {
  test.each(TAKEN_BY_NODE)('$what: refused here. $rule', async ({ input, code }) => {
    const arriving = [octets(input)];
    const { seen, statuses } = await peer.ask(arriving);
    expect(statuses).toEqual([200]);
    expect(seen).toHaveLength(1);
    expect(() => askEngine(arriving)).toThrow(expect.objectContaining({ code, blame: 'peer' }));
  });

  test.each(REFUSED_BY_NODE)('$what: taken here. $rule', async ({ input }) => {
    const arriving = [octets(input)];
    const { seen, statuses } = await peer.ask(arriving);
    expect(statuses).toEqual([400]);
    expect(seen).toEqual([]);
    expect(askEngine(arriving)).toHaveLength(1);
  });

  test('it answers a valid request before it refuses what came with it in one write', async () => {
    const arriving = [
      octets('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n'),
    ];
    // RFC 9112, 9.6: what comes after close is not processed
    expect((await peer.ask(arriving)).statuses).toEqual([400]);
    expect(askEngine(arriving)).toHaveLength(1);
  });
});
