import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RawClient } from '../raw-client.ts';
import { get, TRANSPORTS } from '../server-fixture.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

interface Tally {
  answered: number;
  failed: string[];
}

// Requests one after the other on each connection, a new connection where the server closed the old
// one in good order, until none can be had.
async function keepAsking(url: string, tally: Tally): Promise<void> {
  for (;;) {
    let client: RawClient;
    try {
      client = await RawClient.open(url);
    } catch {
      return;
    }
    await askUntilClosed(client, tally);
  }
}

async function askUntilClosed(client: RawClient, tally: Tally): Promise<void> {
  for (let asked = 1; ; asked++) {
    client.send(get('/'));
    try {
      await client.until('<ok>');
      tally.answered += 1;
    } catch (error) {
      // refused before it was accepted, which a client sees as a failed connect
      if (asked > 1 || client.received !== '') {
        tally.failed.push(String(error));
      }
      return;
    }
    if (/connection: close/i.test(client.received)) {
      client.close();
      return;
    }
    client.clear();
  }
}

describe.each(TRANSPORTS)('drain on %s', (transport) => {
  test('fails no request under load', async () => {
    const script = `import(${JSON.stringify(INDEX)}).then(async ({ serve }) => {
      const server = await serve((environ, start) => { start('200 OK', []); return [Buffer.from('<ok>')]; }, { port: 0, transport: '${transport}' });
      process.stdout.write(server.url + '\\n');
      process.once('SIGTERM', () => server.close().then(() => process.exit(0)));
    })`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = String(line).trim();
    const tally: Tally = { answered: 0, failed: [] };
    const clients = Array.from({ length: 16 }, () => keepAsking(url, tally));
    const exit = once(child, 'exit');
    const busy = setInterval(() => {
      if (tally.answered > 2000) {
        clearInterval(busy);
        child.kill('SIGTERM');
      }
    }, 1);
    const [code] = await exit;
    await Promise.all(clients);
    expect(code).toBe(0);
    expect(tally.failed).toEqual([]);
    expect(tally.answered).toBeGreaterThan(2000);
  });
});
