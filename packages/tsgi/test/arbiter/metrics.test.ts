import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseMetrics } from './parse-metrics.ts';
import { ctl, RunningCommand, serveControlled, temporaryDirectory } from './running-command.ts';

describe('--metrics-bind', () => {
  test('has the figures of all workers, also of those that are gone', async () => {
    const metrics = join(temporaryDirectory(), 'metrics.sock');
    const server = await serveControlled('pid.mjs', '-w', '2', '--metrics-bind', `unix:${metrics}`);
    for (let request = 0; request < 5; request++) {
      await (await fetch(server.url, { headers: { connection: 'close' } })).text();
    }
    expect(await ctl(['reload', '-s', server.socket])).toMatchObject({ code: 0 });
    await server.command.until(
      /worker 1 \(process \d+\) has ended[^]*worker 2 \(process \d+\) has ended|worker 2 \(process \d+\) has ended[^]*worker 1 \(process \d+\) has ended/,
    );
    const { type, body } = await get(metrics, '/metrics');
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const found = parseMetrics(body);
    expect(found.get('tsgi_workers{state="ready"}')).toBe(2);
    expect(found.get('tsgi_workers_started_total')).toBe(4);
    expect(found.get('tsgi_workers_ended_total{reason="reload"}')).toBe(2);
    expect(found.get('tsgi_requests_total{method="GET",status="2xx"}')).toBe(5);
    expect(found.get('tsgi_request_duration_seconds_count')).toBe(5);
    expect(found.get('tsgi_connections_accepted_total')).toBe(5);
    expect(found.get('tsgi_sent_bytes_total')).toBeGreaterThan(5);
    expect(found.get(`tsgi_backlog{listener="${new URL(server.url).host}"}`)).toBe(0);
    expect((await get(metrics, '/other')).status).toBe(404);
    const shown = await ctl(['show', 'metrics', '-s', server.socket]);
    expect([...parseMetrics(shown.output).keys()]).toEqual([...found.keys()]);
  });

  test('answers while every worker is stuck', async () => {
    const server = await serveControlled(
      'pid.mjs',
      '--metrics-bind',
      '127.0.0.1:0',
      '--timeout',
      '0',
    );
    const stuck = fetch(`${server.url}/stuck`).catch(() => 'reset');
    await server.command.until(/^stuck\n/m);
    const shown = await ctl(['show', 'metrics', '-s', server.socket]);
    expect(parseMetrics(shown.output).get('tsgi_workers{state="ready"}')).toBe(1);
    server.command.signal('SIGQUIT');
    expect(await stuck).toBe('reset');
  });

  test('is refused where it cannot listen, with exit code 5', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const command = new RunningCommand([
      'serve',
      'pid.mjs',
      '-b',
      ':0',
      '--metrics-bind',
      `127.0.0.1:${port}`,
    ]);
    expect(await command.closed).toBe(5);
    expect(command.errors).toBe(`tsgi: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
    taken.close();
  });
});

interface Page {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

async function get(socketPath: string, path: string): Promise<Page> {
  const request = httpGet({ socketPath, path, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    body: Buffer.concat(chunks).toString(),
  };
}
