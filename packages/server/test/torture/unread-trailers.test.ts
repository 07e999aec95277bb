import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Application } from '@tsgi/types';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerHandle } from '../../src/index.ts';
import type { RawClient } from '../raw-client.ts';
import { gate, get, octets, startOn, TRANSPORTS } from '../server-fixture.ts';

const SHORT = 1000;
const LONG = 60_000;
/** Together more than a Unix socket holds. */
const FIELDS = Array.from({ length: 128 }, (_, at): [string, string] => [
  `X-${at}`,
  'v'.repeat(2 ** 14),
]);
const LAST = `${'v'.repeat(2 ** 14)}\r\n\r\n`;

const folders: string[] = [];

// Only the time of timers is of the tests' making: what is sent and read is real.
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** Lets time pass and the server see to it. */
async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  for (let count = 0; count < 20; count++) {
    await turn();
  }
}

describe.each(TRANSPORTS)('a long trailer section on %s', (transport) => {
  interface Asked {
    readonly raw: RawClient;
    readonly server: ServerHandle;
  }

  /** Asks, does not read, and waits until the response is the transport's alone. */
  async function ask(timeouts: object, ...fields: string[]): Promise<Asked> {
    const handedOver = gate();
    const app: Application = (environ, startResponse) => {
      environ['tsgi.on_finish'](handedOver.open);
      environ['tsgi.trailers']?.(FIELDS);
      startResponse('200 OK', []);
      return [octets('content')];
    };
    const path = join(mkdtempSync(join(tmpdir(), 'tsgi-trailers-')), 'app.sock');
    folders.push(dirname(path));
    const { client, server } = await startOn(transport)(app, {
      port: undefined,
      listen: { path },
      ...timeouts,
    });
    const raw = await client();
    raw.socket.pause();
    raw.send(get('/', 'TE: trailers', ...fields));
    await handedOver.opened;
    return { raw, server };
  }

  test.each(['keep-alive', 'close'])('that nobody reads ends a connection: %s', async (option) => {
    const { raw, server } = await ask({ writeTimeout: SHORT }, `Connection: ${option}`);
    for (let waited = 0; server.counters().connections > 0; waited += SHORT) {
      expect(waited).toBeLessThan(2 * LONG);
      await pass(SHORT);
    }
    raw.socket.resume();
    await raw.end();
    expect(raw.received).not.toContain(LAST);
  });

  test.each(['keep-alive', 'close'])('waits for its reader: %s', async (option) => {
    const timeouts = { writeTimeout: LONG, keepAliveTimeout: SHORT, drainTimeout: SHORT };
    const { raw } = await ask(timeouts, `Connection: ${option}`);
    await pass(LONG / 2);
    raw.socket.resume();
    await expect(raw.until(LAST)).resolves.toContain('content');
  });

  test('goes to a client that closes its side before it reads', async () => {
    const { raw } = await ask({ writeTimeout: LONG }, 'Connection: close');
    raw.socket.end();
    await pass(0);
    raw.socket.resume();
    expect(await raw.end()).toBe('fin');
    expect(raw.received).toContain(LAST);
  });
});
