import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { answer, get, post, startOn, TRANSPORTS } from './server-fixture.ts';

const path = answer((environ) => `<${environ.PATH_INFO}>`);

describe.each(TRANSPORTS)('limits on %s', (transport) => {
  const start = startOn(transport);

  test.each([
    ['a long request line', 414, get(`/${'x'.repeat(5000)}`)],
    ['a long field line', 431, get('/', `X-A: ${'x'.repeat(5000)}`)],
    ['many fields', 431, get('/', ...Array.from({ length: 60 }, (_, at) => `X-${at}: v`))],
    [
      'a large head',
      431,
      get('/', ...Array.from({ length: 20 }, (_, at) => `X-${at}: ${'v'.repeat(1000)}`)),
    ],
  ])('answer %s with %i, without a call', async (_what, status, request) => {
    let calls = 0;
    const { client } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
      { maxRequestLine: 4096, maxFieldSize: 4096, maxHeaderSize: 16_384, maxFields: 50 },
    );
    const raw = await client();
    raw.send(request);
    await raw.end();
    expect(raw.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} (?!Error)`));
    expect(calls).toBe(0);
  });

  test('let a head pass that is not above them', async () => {
    const { client } = await start(path, { maxRequestLine: 100, maxFieldSize: 20, maxFields: 3 });
    const raw = await client();
    const target = `/${'x'.repeat(100 - 'GET / HTTP/1.1'.length)}`;
    raw.send(get(target, `X-A: ${'x'.repeat(15)}`, 'Connection: close'));
    await raw.end();
    expect(raw.received).toContain(`<${target}>`);
  });

  test('let a head pass that is larger than what a connection holds beside it', async () => {
    const { client } = await start(
      answer((environ) => `<${String(environ['HTTP_X_A']?.length)}>`),
      { maxHeaderSize: 400_000, maxFieldSize: 400_000 },
    );
    const raw = await client();
    raw.send(get('/', `X-A: ${'x'.repeat(300_000)}`).repeat(2));
    await expect(raw.until('<300000>', 2)).resolves.toContain('200 OK');
  });

  test('close a connection after maxRequestsPerConnection, and say so', async () => {
    const { client, server } = await start(path, { maxRequestsPerConnection: 2 });
    const raw = await client();
    raw.send(get('/1') + post('/2', 'abc') + get('/3'));
    await raw.end();
    expect(raw.received.match(/<.*?>|Connection: close/gi)).toEqual([
      '</1>',
      'Connection: close',
      '</2>',
    ]);
    const again = await client();
    again.send(get('/3'));
    await again.until('</3>');
    expect(server.counters()).toMatchObject({ accepted: 2, requests: 3 });
  });

  test('close connections above maxConnections at once, until there is room', async () => {
    const { client, server } = await start(path, { maxConnections: 2 });
    const [first, second] = [await client(), await client()];
    first.send(get('/1'));
    await first.until('</1>');
    second.send(get('/2'));
    await second.until('</2>');
    const third = await client();
    third.send(get('/3'));
    await third.end();
    expect(third.received).toBe('');
    expect(server.counters()).toMatchObject({ connections: 2, accepted: 2, refused: 1 });
    first.socket.end();
    await once(first.socket, 'close');
    while (server.counters().connections > 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    const fourth = await client();
    fourth.send(get('/4'));
    await expect(fourth.until('</4>')).resolves.toContain('200 OK');
  });

  test('let any number of connections pass where maxConnections is 0', async () => {
    const { client, server } = await start(path, { maxConnections: 0 });
    for (let count = 1; count <= 20; count++) {
      const raw = await client();
      raw.send(get('/'));
      await raw.until('</>');
      expect(server.counters()).toMatchObject({ connections: count, refused: 0 });
    }
  });

  test.each([
    ['[::1]', 200],
    ['[::1]:80', 200],
    ['[::ffff:127.0.0.1]', 200],
    ['[v1.a:b]', 200],
    ['[::12345]', 400],
    ['[1::2::3]', 400],
    ['[1:2:3:4:5:6:7]', 400],
    ['[::1.2.3.256]', 400],
    ['[]', 400],
  ])('take the host %s the same in a field and in a target', async (host, status) => {
    const { client } = await start(path);
    for (const head of [
      `GET / HTTP/1.1\r\nHost: ${host}\r\n`,
      `GET http://${host}/ HTTP/1.1\r\nHost: h\r\n`,
    ]) {
      const raw = await client();
      raw.send(`${head}Connection: close\r\n\r\n`);
      await raw.end();
      expect(raw.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });
});
