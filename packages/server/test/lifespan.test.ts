import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Application, Environ, Lifespan } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { serve, type ServeOptions } from '../src/index.ts';
import { answer, gate, get, octets, startOn, TRANSPORTS } from './server-fixture.ts';

const hello = answer(() => 'hello');

/** An address that nobody else takes a port of between two calls: not the one that tests share. */
const HOST = '127.71.83.73';

/** A port of it on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.each(TRANSPORTS)('a lifespan on %s', (transport) => {
  const start = startOn(transport);

  test('is given a bare state, the one that every request finds', async () => {
    let given: unknown;
    const states: unknown[] = [];
    const keys: string[] = [];
    const lifespan: Lifespan = {
      startup(state) {
        given = state;
        for (const key in state) {
          keys.push(key);
        }
        expect('constructor' in state).toBe(false);
        state['greeting'] = 'hello';
      },
    };
    const app: Application = answer((environ: Environ) => {
      states.push(environ['tsgi.state']);
      return `<${String(environ['tsgi.state']?.['greeting'])}>`;
    });
    const { client } = await start(app, { lifespan });
    const raw = await client();
    raw.send(get('/') + get('/', 'Connection: close'));
    await raw.end();
    expect(raw.received.match(/<hello>/g)).toHaveLength(2);
    expect(keys).toEqual([]);
    expect(states).toEqual([given, given]);
    expect(states[0]).toBe(given);
  });

  test('gives each server a state of its own, without a lifespan too', async () => {
    const states: unknown[] = [];
    const app = answer((environ) => {
      states.push(environ['tsgi.state']);
      return '';
    });
    for (const one of [await start(app), await start(app)]) {
      const raw = await one.client();
      raw.send(get('/', 'Connection: close'));
      await raw.end();
    }
    expect(states[0]).toEqual({});
    expect(states[1]).not.toBe(states[0]);
  });

  test('starts before anybody can connect, and is called as an object', async () => {
    const port = await freePort();
    const refused: unknown[] = [];
    class Pool implements Lifespan {
      readonly name = 'pool';
      async startup(state: Record<string, unknown>): Promise<void> {
        await fetch(`http://${HOST}:${port}/`).catch((error: Error) => {
          refused.push((error.cause as { code?: string }).code);
        });
        state['name'] = this.name;
      }
    }
    const app = answer((environ) => `<${String(environ['tsgi.state']?.['name'])}>`);
    const { client } = await start(app, { host: HOST, port, lifespan: new Pool() });
    const raw = await client();
    raw.send(get('/'));
    await raw.until('<pool>');
    expect(refused).toEqual(['ECONNREFUSED']);
  });

  test('makes the start fail with what the startup throws, and runs no shutdown', async () => {
    const port = await freePort();
    let stops = 0;
    const lifespan: Lifespan = {
      startup: () => Promise.reject(new Error('no database')),
      shutdown() {
        stops += 1;
      },
    };
    await expect(start(hello, { host: HOST, port, lifespan })).rejects.toThrow('no database');
    await expect(fetch(`http://${HOST}:${port}/`)).rejects.toThrow('fetch failed');
    expect(stops).toBe(0);
  });

  test('ends after the cleanup of the last response, and is waited for', async () => {
    const events: string[] = [];
    const reached = gate();
    const running = gate();
    const { server, client } = await start(
      async (environ, startResponse) => {
        environ['tsgi.on_finish'](() => void events.push('finish'));
        startResponse('200 OK', []);
        reached.open();
        await running.opened;
        return [octets('x')];
      },
      {
        profile: 'async',
        lifespan: {
          async shutdown() {
            events.push('shutdown');
            await Promise.resolve();
            events.push('stopped');
          },
        },
      },
    );
    const raw = await client();
    raw.send(get('/'));
    await reached.opened;
    const closed = Promise.all([server.close(), server.close()]).then(() => events.push('closed'));
    running.open();
    await closed;
    expect(events).toEqual(['finish', 'shutdown', 'stopped', 'closed']);
  });

  test('makes close() reject with what the shutdown throws, when all has stopped', async () => {
    const server = await serve(hello, {
      transport,
      port: 0,
      lifespan: {
        shutdown() {
          throw new Error('queue lost');
        },
      },
    });
    await expect(server.close()).rejects.toThrow('queue lost');
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });

  test('is not waited for without end', async () => {
    const server = await serve(hello, {
      transport,
      port: 0,
      shutdownTimeout: 20,
      lifespan: { shutdown: () => new Promise(() => {}) },
    });
    await expect(server.close()).rejects.toMatchObject({ code: 'ERR_TSGI_CLEANUP_TIMEOUT' });
  });

  test('ends where its server cannot listen', async () => {
    const taken = await start(hello);
    const events: string[] = [];
    const failing = start(hello, {
      port: taken.server.port,
      lifespan: {
        startup: () => void events.push('startup'),
        shutdown: () => void events.push('shutdown'),
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(events).toEqual(['startup', 'shutdown']);
  });

  test.each([null, 'no', { startup: 1 }, { shutdown: null }])('refuses %j', async (lifespan) => {
    const options = { lifespan } as unknown as ServeOptions;
    await expect(start(hello, options)).rejects.toMatchObject({ code: 'ERR_TSGI_OPTION' });
  });
});
