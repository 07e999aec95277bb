import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { RunningCommand, temporaryDirectory } from './running-command.ts';

/** Addresses of which nobody else takes a port between two servers. */
const HOSTS = ['127.71.83.74', '127.71.83.75'] as const;

const QUIET = ['-w', '2', '--access-log', 'off', '--control-socket', 'off'];

async function urlsOf(command: RunningCommand): Promise<readonly string[]> {
  const [, urls = ''] = await command.until(/^tsgi: serving \S+ on (.*) \(sync\)\n/m);
  return urls.split(', ');
}

describe('tsgi serve --bind', () => {
  test('serves several addresses, two with the same port', async () => {
    const first = new RunningCommand(['serve', 'names.mjs', ...QUIET, '-b', `${HOSTS[0]}:0`]);
    const [url = ''] = await urlsOf(first);
    const { port } = new URL(url);
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
    const binds = HOSTS.flatMap((host) => ['-b', `${host}:${port}`]);
    const command = new RunningCommand([
      'serve',
      'names.mjs',
      ...QUIET,
      ...binds,
      '-b',
      'localhost:0',
    ]);
    const urls = await urlsOf(command);
    expect(urls).toHaveLength(3);
    const names = await Promise.all(urls.map(async (each) => (await fetch(each)).text()));
    // the server's name is the host as it was given, whichever process answers
    expect(names).toEqual([...HOSTS, 'localhost']);
  });

  test.each(['systemd', 'fd://40'])('refuses %s where there is no such socket', async (bind) => {
    const command = new RunningCommand(['serve', 'pid.mjs', ...QUIET, '-b', bind]);
    const code = await command.closed;
    expect([bind, code]).toEqual([bind, bind === 'systemd' ? 2 : 5]);
    expect(command.errors).toMatch(/^tsgi: .*\n$/);
  });

  test('listens on all addresses or none', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const path = `${temporaryDirectory()}/app.sock`;
    const command = new RunningCommand([
      'serve',
      'pid.mjs',
      ...QUIET,
      '-b',
      `unix:${path}`,
      '-b',
      `127.0.0.1:${port}`,
    ]);
    expect(await command.closed).toBe(5);
    expect(command.errors).toBe(`tsgi: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
    taken.close();
  });
});
