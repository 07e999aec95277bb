import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { answersMore, keepAsking, tally } from '../load.ts';
import { TRANSPORTS } from '../server-fixture.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../fixtures/drain.mjs', import.meta.url));
const CLIENTS = 16;
const WRK_CONNECTIONS = 32;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

interface Served {
  readonly url: string;
  /** Closes the server; gives what it has counted once it has ended in good order. */
  readonly drain: () => Promise<{ requests: number; active: number }>;
}

/**
 * Serves on a socket that outlives the server, as under systemd: no connection is refused. `drain` waits
 * until every connection of wrk has come to the waiting room behind it, and so has all its answers.
 */
async function serveInherited(transport: string): Promise<Served> {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { fd } = Reflect.get(socket, '_handle') as { fd: number };
  const child = spawn(process.execPath, [FIXTURE, transport, String(WRK_CONNECTIONS)], {
    stdio: ['ignore', 'inherit', 'inherit', fd, fd, 'ipc'],
  });
  children.push(child);
  const [url] = (await once(child, 'message')) as [string];
  socket.close();
  return {
    url,
    async drain() {
      const counted = once(child, 'message');
      child.send('drain');
      const [counters] = await counted;
      await once(child, 'message');
      return counters as { requests: number; active: number };
    },
  };
}

async function serveInProcess(transport: string): Promise<Served> {
  const script = `import(${JSON.stringify(INDEX)}).then(async ({ serve }) => {
    const server = await serve((environ, start) => { start('200 OK', []); return [Buffer.from('<ok>')]; }, { port: 0, transport: '${transport}' });
    process.stdout.write(server.url + '\\n');
    process.once('SIGTERM', () => server.close().then(() => process.stdout.write(JSON.stringify(server.counters()))));
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: String(line).trim(),
    async drain() {
      const counted = once(child.stdout, 'data');
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [counters] = (await counted) as [Buffer];
      expect(await ended).toEqual([0, null]);
      return JSON.parse(String(counters));
    },
  };
}

describe.each(TRANSPORTS)('drain on %s', (transport) => {
  test('fails no request under load', async () => {
    const { url, drain } = await serveInProcess(transport);
    const load = tally();
    const clients = Array.from({ length: CLIENTS }, () => keepAsking(url, load));
    await answersMore(load, 2000);
    const { requests, active } = await drain();
    await Promise.all(clients);
    expect(load.failed).toEqual([]);
    expect(active).toBe(0);
    // whatever the server has taken for a request, a client has seen the answer of
    expect(requests).toBe(load.answered);
  });

  test('fails no request of wrk', async ({ skip }) => {
    if (spawnSync('wrk', ['--version']).error !== undefined) {
      skip('wrk is not installed');
      return;
    }
    const { url, drain } = await serveInherited(transport);
    // ends when it is told to; what it has asked by then and has no answer to, it does not count
    const wrk = spawn('wrk', ['-t1', `-c${WRK_CONNECTIONS}`, '-d55s', '--timeout', '20s', url]);
    children.push(wrk);
    const report = text(wrk.stdout);
    const busy = tally();
    const client = keepAsking(url, busy);
    await answersMore(busy, 200);
    busy.stopped = true;
    await client;
    const { requests, active } = await drain();
    expect(wrk.exitCode).toBe(null);
    wrk.kill('SIGINT');
    const results = readWrk(await report);
    expect(busy).toMatchObject({ failed: [], refused: 0 });
    expect(active).toBe(0);
    expect(results.answered).toBeGreaterThan(100);
    expect(results).toMatchObject({ answered: requests - busy.answered, notOk: 0 });
    // where wrk stands still meanwhile, it asks on connections that were closed as idle
    const { connect, read, write, timeout } = results.errors;
    expect({ connect, write, timeout }).toEqual({ connect: 0, write: 0, timeout: 0 });
    expect(read).toBeLessThanOrEqual(WRK_CONNECTIONS);
  });
});

interface WrkResults {
  readonly answered: number;
  readonly errors: Readonly<Record<'connect' | 'read' | 'write' | 'timeout', number>>;
  readonly notOk: number;
}

// `  4321 requests in 2.00s`, `  Socket errors: connect 9, read 0, write 0, timeout 0`
function readWrk(report: string): WrkResults {
  return {
    answered: Number(/(\d+) requests in/.exec(report)?.[1]),
    errors: {
      connect: errorsOf(report, 'connect'),
      read: errorsOf(report, 'read'),
      write: errorsOf(report, 'write'),
      timeout: errorsOf(report, 'timeout'),
    },
    notOk: Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0),
  };
}

function errorsOf(report: string, kind: string): number {
  return Number(new RegExp(`Socket errors: .*\\b${kind} (\\d+)`).exec(report)?.[1] ?? 0);
}
