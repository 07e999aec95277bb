import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { answersMore, keepAsking, tally } from '../load.ts';
import { TRANSPORTS } from '../server-fixture.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const CLIENTS = 16;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

interface Served {
  readonly url: string;
  /** Sends SIGTERM; gives what the server counted once it has ended in good order. */
  readonly drain: () => Promise<{ requests: number; active: number }>;
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

describe.each(TRANSPORTS)('drain on %s', { timeout: 60_000 }, (transport) => {
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
    const { url, drain } = await serveInProcess(transport);
    const wrk = spawn('wrk', ['-t', '1', '-c', '32', '-d', '2', url]);
    children.push(wrk);
    const report = text(wrk.stdout);
    // ends the server in the middle of the run, under its full load
    const busy = tally();
    const client = keepAsking(url, busy);
    await answersMore(busy, 500);
    busy.stopped = true;
    await client;
    const { requests } = await drain();
    const results = readWrk(await report);
    expect(results.answered).toBeGreaterThan(100);
    expect(results.answered).toBe(requests - busy.answered);
    // once the server has gone, connections are refused, which wrk counts where it connects or writes
    expect(results).toMatchObject({ read: 0, timeout: 0, notOk: 0 });
  });
});

interface WrkResults {
  readonly answered: number;
  readonly read: number;
  readonly timeout: number;
  readonly notOk: number;
}

// `  4321 requests in 2.00s`, `  Socket errors: connect 9, read 0, write 0, timeout 0`
function readWrk(report: string): WrkResults {
  const number = (pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? 0);
  return {
    answered: number(/(\d+) requests in/),
    read: number(/read (\d+)/),
    timeout: number(/timeout (\d+)/),
    notOk: number(/Non-2xx or 3xx responses: (\d+)/),
  };
}
