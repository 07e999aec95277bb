import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { HarnessFault } from '../src/engine/failures.ts';
import { UrlTarget } from '../src/target/url-target.ts';
import { runKit } from './run-kit.ts';

const BUDGET = 5000;

/** A server that takes for the probe application whoever names a nonce, until it is closed. */
async function openServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const nonce = request.url?.split('/')[3] ?? '';
    response.setHeader('Tsgi-Nonce', nonce).setHeader('Connection', 'close');
    response.end(request.url?.includes('/arm/') === true ? 'armed sync\n' : '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, close };
}

function openTarget(url: string): UrlTarget {
  return new UrlTarget({ url, meta: { name: url, version: 'unknown' }, capabilities: {} });
}

describe('UrlTarget', () => {
  test('is lost once connections are refused, and stays so', async () => {
    const { url, close } = await openServer();
    const target = openTarget(url);
    await target.ready(BUDGET);
    await target.start(
      {
        check: 'ENV-METHOD.get',
        nonce: 'n1',
        settings: {},
        port: 0,
        fresh: false,
        alone: false,
        hearsLog: false,
        gates: new SharedArrayBuffer(4),
        budget: BUDGET,
      },
      BUDGET,
    );
    expect(target.alive).toBe(true);
    await close();
    await expect(target.fetch()).rejects.toThrow(HarnessFault);
    expect(target.alive).toBe(false);
    const next = openTarget(url);
    await expect(next.ready(BUDGET)).rejects.toThrow(/the server at the URL does not answer: /);
    expect(next.alive).toBe(false);
    const named = openTarget(url.replace('127.0.0.1', 'localhost'));
    await expect(named.ready(BUDGET)).rejects.toThrow(/does not answer: .*ECONNREFUSED/);
  });

  test('ends the run at once where nobody accepts connections', async () => {
    const { url, close } = await openServer();
    await close();
    const { code, out } = await runKit('server', '--url', url, '--run', 'ENV-METHOD.*');
    expect(code).toBe(3);
    expect(out).toContain('\nfault: the server at the URL does not answer: ');
    expect(out).not.toMatch(/^(?:pass|error|blocked)/m);
  });
});
