import { describe, expect, test } from 'vitest';
import { answer, echo } from '../server-fixture.ts';
import { type FrontClient, posted, PROTOCOLS, type Variables, variables } from './front-client.ts';
import { startFront } from './front-fixture.ts';

const HTTP = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

describe.each(PROTOCOLS)('a request over %s', (protocol) => {
  const start = startFront(protocol);
  const never = answer(() => {
    throw new Error('called');
  });

  test.each<readonly [what: string, status: number, values: Variables]>([
    ['no method', 400, variables('/', { REQUEST_METHOD: '' })],
    ['a method that is none', 400, variables('/', { REQUEST_METHOD: 'G T' })],
    ['no Host', 400, variables('/', { HTTP_HOST: 'a b' })],
    ['two Hosts', 400, variables('/', { HTTP_HOST: 'a, b' })],
    ['a broken target', 400, variables('/', { REQUEST_URI: '/a\\b' })],
    ['a broken query', 400, variables('/', { QUERY_STRING: 'a b' })],
    ['a PATH_INFO that is no path', 400, variables('/', { PATH_INFO: 'x' })],
    ['a field with a line break', 400, variables('/', { HTTP_X_A: 'a\r\nb' })],
    ['CONNECT', 501, variables('/', { REQUEST_METHOD: 'CONNECT', REQUEST_URI: 'h:443' })],
    ['HTTP/0.9', 505, variables('/', { SERVER_PROTOCOL: 'HTTP/0.9' })],
    ['a long target', 414, variables(`/${'x'.repeat(5000)}`)],
    ['a long field', 431, variables('/', { HTTP_X_A: 'x'.repeat(5000) })],
    ['a large body', 413, posted('/', 11)],
  ])('with %s is answered with %i, without a call', async (_what, status, values) => {
    const { client, recorded, faults } = await start(never, {
      maxRequestLine: 4096,
      maxFieldSize: 4096,
      maxBodySize: 10,
    });
    const front = await client();
    const response = await front.response(front.request(values));
    expect(response).toMatchObject({ status, complete: true });
    expect(response.body).toMatch(new RegExp(`^${status} .+\n$`));
    await expect(recorded(1)).resolves.toMatchObject([{ status, environ: undefined }]);
    expect(faults).toEqual([]);
  });

  test('that the front has not described is refused, and said so', async () => {
    const { client, log } = await start(never);
    const front = await client();
    const { REQUEST_METHOD, ...rest } = variables('/');
    expect(REQUEST_METHOD).toBe('GET');
    await expect(front.response(front.request(rest))).resolves.toMatchObject({ status: 400 });
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^tsgi: refused a request from 127\.0\.0\.1: .+"REQUEST_METHOD="/);
  });

  test('with two lengths is refused, and said so', async () => {
    const { client, log } = await start(never);
    const front = await client();
    const values = posted('/', 0, { HTTP_CONTENT_LENGTH: '5' });
    await expect(front.response(front.sendHead(values))).resolves.toMatchObject({ status: 400 });
    expect(log[0]).toContain('CONTENT_LENGTH=0 and HTTP_CONTENT_LENGTH=5');
  });

  test('outside of the mount of the operator is answered with 404', async () => {
    const { client } = await start(never, { scriptName: '/m' });
    const front = await client();
    await expect(front.response(front.request(variables('/mx')))).resolves.toMatchObject({
      status: 404,
    });
  });

  test('in another protocol is refused, and said so once', async () => {
    const { client, log, server } = await start(echo);
    for (let count = 0; count < 3; count += 1) {
      const front = await client();
      front.send(HTTP);
      await front.end();
      expect(front.text(0)).toMatch(protocol === 'fastcgi' ? /^$/ : /\b400 Bad Request\r\n/);
    }
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^tsgi: closed 127\.0\.0\.1: .+; got "/);
    const front = await client();
    await expect(front.response(front.request(posted('/', 2), 'ok'))).resolves.toMatchObject({
      body: 'ok',
    });
    expect(server.counters()).toMatchObject({ active: 0, requests: 1 });
  });

  test('with variables beyond every limit is answered with 431', async () => {
    const { client } = await start(never, { maxFields: 10 });
    const front = await client();
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`X_${at}`, '']));
    await expect(front.response(front.request(variables('/', many)))).resolves.toMatchObject({
      status: 431,
    });
  });

  /** A request with a body as it is written. */
  function written(front: FrontClient): Buffer {
    const parts: Uint8Array[] = [];
    const write = front.socket.write.bind(front.socket);
    front.socket.write = (part: Uint8Array): boolean => {
      parts.push(part);
      return true;
    };
    front.request(posted('/', 5), 'hello', false);
    front.socket.write = write;
    return Buffer.concat(parts);
  }

  test.each(['fin', 'reset'] as const)(
    'that is cut after any octet by a %s leaves nothing behind',
    async (how) => {
      let calls = 0;
      const { client, server, log } = await start(
        answer(() => {
          calls += 1;
          return '';
        }),
      );
      const whole = written(await client());
      for (let length = 1; length < whole.length; length += 11) {
        const front = await client();
        front.socket.write(whole.subarray(0, length), () => {
          if (how === 'fin') {
            front.socket.end();
          } else {
            front.socket.resetAndDestroy();
          }
        });
        await front.end();
      }
      // SCGI and uwsgi: where the last octet of the body has come, all has
      expect(calls).toBe(0);
      expect(log).toEqual([]);
      const front = await client();
      await expect(front.response(front.request(posted('/', 2), 'ok'))).resolves.toMatchObject({
        status: 200,
      });
      await server.close();
      expect(server.counters()).toMatchObject({ connections: 0, active: 0 });
    },
  );

  test.each([
    ['its head', (text: Uint8Array) => text.subarray(0, 20)],
    ['its body', (text: Uint8Array) => text.subarray(0, -16)],
  ])('that ends within %s is answered with 400 where it can be', async (_what, cut) => {
    const { client, log } = await start(echo);
    const front = await client();
    front.send(cut(written(await client())));
    front.socket.end();
    await front.end();
    if (protocol !== 'fastcgi') {
      expect(front.text(0)).toMatch(/\b400 Bad Request\r\n/);
    }
    // what a client does that leaves is no fault of the front
    expect(log).toEqual([]);
  });
});

describe('a packet of uwsgi', () => {
  test('that is no request is refused with its modifier', async () => {
    const { client, log } = await startFront('uwsgi')(echo);
    const front = await client();
    front.send(Uint8Array.of(5, 0, 0, 0));
    await front.end();
    expect(log[0]).toContain('modifier1 0 and modifier2 0; got "modifier1 5"');
  });
});
