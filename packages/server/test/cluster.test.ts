import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { ListenAddress } from '../src/index.ts';
import { answersMore, keepAsking, tally } from './load.ts';
import { TRANSPORTS } from './server-fixture.ts';

const PRIMARY = fileURLToPath(new URL('fixtures/cluster.mjs', import.meta.url));
const CLIENTS = 8;
const cleanups: Array<() => void> = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    cleanup();
  }
});

interface Cluster {
  readonly primary: ChildProcess;
  readonly url: string;
  readonly tell: (order: 'replace' | 'stop') => Promise<void>;
}

async function startCluster(
  transport: string,
  listen: ListenAddress,
  descriptor: number | 'ignore' = 'ignore',
): Promise<Cluster> {
  const primary = fork(PRIMARY, [transport, JSON.stringify(listen)], {
    stdio: ['ignore', 'inherit', 'inherit', descriptor, 'ipc'],
  });
  cleanups.push(() => primary.kill('SIGKILL'));
  const [url] = (await once(primary, 'message')) as [string];
  return {
    primary,
    url,
    async tell(order) {
      const done = once(primary, 'message');
      primary.send(order);
      expect((await done)[0]).toBe(order);
    },
  };
}

const NOTHING_LOST = { failed: [], refused: 0, code: 0 };

// Replaces every worker while clients ask, and stops.
async function replaceUnderLoad({ primary, url, tell }: Cluster): Promise<unknown> {
  const load = tally();
  const clients = Array.from({ length: CLIENTS }, () => keepAsking(url, load));
  await answersMore(load, 200);
  await tell('replace');
  await answersMore(load, 200);
  load.stopped = true;
  await Promise.all(clients);
  const ended = once(primary, 'exit');
  await tell('stop');
  const [code] = (await ended) as [number];
  return { failed: load.failed, refused: load.refused, code };
}

describe.each(TRANSPORTS)('serve in a cluster on %s', (transport) => {
  test('loses no request on a port of the choice of the system', async () => {
    const cluster = await startCluster(transport, { host: '127.0.0.1', port: 0 });
    expect(await replaceUnderLoad(cluster)).toEqual(NOTHING_LOST);
  });

  test('loses no request on a Unix socket, which is removed by the last one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-cluster-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'app.sock');
    const cluster = await startCluster(transport, { path, mode: 0o600 });
    expect(await replaceUnderLoad(cluster)).toEqual(NOTHING_LOST);
    expect(existsSync(path)).toBe(false);
  });

  test('loses no request on a descriptor that the primary has inherited', async () => {
    const inherited = createServer().listen(0, '127.0.0.1');
    await once(inherited, 'listening');
    const { fd } = Reflect.get(inherited, '_handle') as { fd: number };
    const cluster = await startCluster(transport, { fd: 3 }, fd);
    inherited.close();
    expect(await replaceUnderLoad(cluster)).toEqual(NOTHING_LOST);
  });
});
