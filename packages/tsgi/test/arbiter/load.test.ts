import { describe, expect, test } from 'vitest';
import { Load } from './load.ts';
import { type ControlledServer, ctl, serveControlled } from './running-command.ts';

interface WorkerRow {
  readonly number: number;
  readonly pid: number;
  readonly state: string;
}

async function showWorkers({ socket }: ControlledServer): Promise<readonly WorkerRow[]> {
  const { output } = await ctl(['show', 'workers', '--json', '-s', socket]);
  return (JSON.parse(output) as { result: readonly WorkerRow[] }).result;
}

function serveTwo(...args: string[]): Promise<ControlledServer> {
  return serveControlled('pid.mjs', '-w', '2', ...args);
}

describe('tsgi serve --workers 2 under load', () => {
  test('loses no request on SIGHUP', async () => {
    const server = await serveTwo();
    const before = await showWorkers(server);
    const load = new Load(server.url);
    for (let round = 0; round < 3; round++) {
      await load.answered(200);
      server.command.forget();
      server.command.signal('SIGHUP');
      await server.command.until(/ reloaded: 2 new workers serve/);
    }
    await load.answered(200);
    const tally = await load.stop();
    expect(tally.lost).toEqual([]);
    expect(tally.answered).toBe(tally.sent);
    const after = await showWorkers(server);
    const pids = after.filter(({ state }) => state === 'ready').map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    expect(before.map(({ pid }) => pid)).not.toContain(pids[0]);
    expect(tally.byPid.size).toBeGreaterThanOrEqual(4);
  });

  test('loses no request on SIGTTIN and SIGTTOU', async () => {
    const server = await serveTwo();
    const load = new Load(server.url);
    await load.answered(100);
    server.command.signal('SIGTTIN');
    await server.command.until(/worker 3 \(process \d+\) serves/);
    await load.answered(500);
    expect(await showWorkers(server)).toHaveLength(3);
    server.command.signal('SIGTTOU');
    await server.command.until(/worker 3 \(process \d+\) has ended/);
    await load.answered(500);
    const tally = await load.stop();
    expect(tally.lost).toEqual([]);
    expect(tally.byPid.size).toBe(3);
  });

  test('loses only what a worker killed by SIGKILL had, and replaces it', async () => {
    const server = await serveTwo();
    const [victim] = await showWorkers(server);
    const load = new Load(server.url, { path: '/spin' });
    await load.answered(300);
    process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
    await server.command.until(/worker 3 \(process \d+\) serves/);
    await load.answered(300);
    const tally = await load.stop();
    expect(tally.lost.filter(({ pid }) => pid !== undefined && pid !== victim?.pid)).toEqual([]);
    // at most the connections of eight clients that one of two workers held
    expect(tally.lost.length).toBeLessThanOrEqual(8);
    expect(tally.answered + tally.lost.length).toBe(tally.sent);
    expect(tally.byPid.size).toBe(3);
    expect(server.command.errors).toMatch(
      /worker 1 \(process \d+\) ended by SIGKILL after \d+ s of service/,
    );
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'answers what it has accepted on %s of the command',
    async (signal) => {
      const server = await serveTwo();
      const load = new Load(server.url, { path: '/spin' });
      await load.answered(300);
      server.command.signal(signal);
      expect(await server.command.exit).toBe(0);
      const tally = await load.stop();
      // What comes after the listening socket is closed is refused; a connection that the system has
      // taken in that very instant is reset by it, before any process has seen it.
      const unseen = tally.lost.filter(
        ({ reason, pid }) => reason === 'ECONNRESET' && pid === undefined,
      );
      const refused = tally.lost.filter(({ reason }) => reason === 'ECONNREFUSED');
      // none of the eight clients meets with that instant twice
      expect(unseen.length).toBeLessThanOrEqual(8);
      expect(tally.lost).toHaveLength(unseen.length + refused.length);
    },
  );

  test('replaces workers that have had their requests without losing one', async () => {
    const server = await serveTwo('--max-requests', '300', '--max-requests-jitter', '100');
    const load = new Load(server.url);
    await server.command.until(/worker 5 \(process \d+\) serves/);
    const tally = await load.stop();
    expect(tally.lost).toEqual([]);
    expect(server.command.errors).toMatch(/worker \d+ \(process \d+\) is replaced: max-requests/);
  });
});
