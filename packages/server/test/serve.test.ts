import { describe, expect, test } from 'vitest';
import { DEFAULTS, serve, type ServeOptions } from '../src/index.ts';
import { RawClient } from './raw-client.ts';
import { answer, gate, get, octets, startOn, TRANSPORTS } from './server-fixture.ts';

const hello = answer(() => 'hello');

describe.each(TRANSPORTS)('serve on %s', (transport) => {
  const start = startOn(transport);

  test('listens where it is told and says where', async () => {
    const { server, client } = await start(hello);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const raw = await client();
    raw.send(get('/'));
    await expect(raw.until('hello')).resolves.toContain('200 OK');
  });

  test('rejects where the port is in use', async () => {
    const { server } = await start(hello);
    await expect(serve(hello, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test.each<[string, unknown]>([
    ['port', -1],
    ['port', 70_000],
    ['port', '8000'],
    ['host', ''],
    ['profile', 'both'],
    ['scriptName', '/a/'],
    ['maxBodySize', 1.5],
    ['gracefulTimeout', Number.POSITIVE_INFINITY],
    ['prot', 1],
  ])('refuses the option %s: %j', async (name, value) => {
    const options = { port: 0, [name]: value } as ServeOptions;
    const failure = expect.objectContaining({
      code: 'ERR_TSGI_OPTION',
      message: expect.stringContaining(name === 'profile' ? '"both"' : name) as string,
    });
    await expect(serve(hello, options)).rejects.toEqual(failure);
  });

  test('refuses an application that is no function', async () => {
    await expect(serve({} as never, { port: 0 })).rejects.toMatchObject({
      code: 'ERR_TSGI_OPTION',
    });
  });

  test('takes undefined for the default', async () => {
    const { server } = await start(hello, { host: undefined, profile: undefined, port: 0 });
    expect(server.host).toBe(DEFAULTS.host);
  });

  test('lets two servers live side by side', async () => {
    const one = await start(answer(() => '<one>'));
    const two = await start(answer(() => '<two>'));
    const [first, second] = [await one.client(), await two.client()];
    first.send(get('/'));
    second.send(get('/'));
    await first.until('<one>');
    await expect(second.until('<two>')).resolves.not.toContain('<one>');
  });

  test('closes idle connections, lets running responses end, and refuses new ones', async () => {
    const running = gate();
    const reached = gate();
    const { server, client } = await start(
      async (_environ, startResponse) => {
        startResponse('200 OK', []);
        reached.open();
        await running.opened;
        return [octets('<whole>')];
      },
      { profile: 'async' },
    );
    const idle = await client();
    const busy = await client();
    busy.send(get('/'));
    await reached.opened;
    const closed = server.close();
    expect(server.close()).toBe(closed);
    await idle.end();
    await expect(RawClient.open(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    running.open();
    await busy.end();
    expect(busy.received).toMatch(/Connection: close[^]*<whole>$/);
    await closed;
  });

  test('cuts off what still runs after gracefulTimeout', async () => {
    const never = gate();
    const reached = gate();
    const { server, client } = await start(
      async (environ, startResponse) => {
        startResponse('200 OK', []);
        reached.open();
        await new Promise<void>((resolve) => {
          environ['tsgi.signal']?.addEventListener('abort', () => resolve());
        });
        never.open();
        return [];
      },
      { profile: 'async', gracefulTimeout: 10 },
    );
    const raw = await client();
    raw.send(get('/'));
    await reached.opened;
    await server.close();
    await never.opened;
    expect(raw.received).toBe('');
  });

  test('waits for cleanup before close() resolves', async () => {
    const reached = gate();
    let cleaned = false;
    const { server, client } = await start(
      async (environ, startResponse) => {
        environ['tsgi.on_finish'](async () => {
          await Promise.resolve();
          cleaned = true;
        });
        startResponse('200 OK', []);
        await Promise.resolve();
        reached.open();
        return [octets('x')];
      },
      { profile: 'async' },
    );
    const raw = await client();
    raw.send(get('/'));
    await reached.opened;
    await server.close();
    expect(cleaned).toBe(true);
  });
});
