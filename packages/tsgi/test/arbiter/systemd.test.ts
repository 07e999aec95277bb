import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { FIXTURES, serve, temporaryDirectory } from './running-command.ts';

const BIN = fileURLToPath(new URL('../../bin/tsgi.mjs', import.meta.url));
const run = promisify(execFile);

function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The reason why a test cannot run here; it is printed, and the test is skipped. */
function reasonFor(...needs: ReadonlyArray<readonly [boolean, string]>): string | undefined {
  const missing = needs.filter(([met]) => !met).map(([, reason]) => reason);
  if (missing.length > 0) {
    process.stderr.write(`skipped: ${missing.join(', ')}\n`);
  }
  return missing[0];
}

const notify = reasonFor(
  [has('systemd-notify', '--version'), 'there is no systemd-notify'],
  [has('python3', '--version'), 'there is no python3 to receive datagrams'],
);
const manager = reasonFor(
  [existsSync('/run/systemd/system'), 'systemd does not run here'],
  [process.getuid?.() === 0, 'units are started by root'],
);

const RECEIVER = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`;

describe('tsgi serve', () => {
  test.skipIf(notify !== undefined)(
    'tells the service manager when it serves and stops',
    async () => {
      const socket = join(temporaryDirectory(), 'notify.sock');
      const receiver = spawn('python3', ['-c', RECEIVER, socket], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let received = '';
      receiver.stdout.setEncoding('utf8').on('data', (text: string) => {
        received += text;
      });
      const until = async (text: string): Promise<void> => {
        while (!received.includes(text)) {
          await once(receiver.stdout, 'data');
        }
      };
      await until('listening\n');
      const { command } = await serve(['pid.mjs'], { env: { NOTIFY_SOCKET: socket } });
      await until('READY=1\n');
      await until('STATUS=serving pid.mjs on http://127.0.0.1:');
      expect(received).toContain(`MAINPID=${command.pid}\n`);
      command.signal('SIGTERM');
      await until('STOPPING=1\n');
      expect(await command.exit).toBe(0);
      receiver.kill();
    },
  );

  test('says that there is no systemd-notify where the manager waits for it', async () => {
    const { command } = await serve(['pid.mjs'], {
      env: { NOTIFY_SOCKET: '/nowhere/notify', PATH: '/nowhere' },
    });
    const [message] = await command.until(/NOTIFY_SOCKET is set.*\n/);
    expect(message).toContain('but there is no systemd-notify; use Type=exec in the unit');
  });

  test.skipIf(manager !== undefined)('is started and stopped by systemd', async () => {
    const unit = `tsgi-test-${process.pid}`;
    const port = await freePort();
    await run('systemd-run', [
      `--unit=${unit}`,
      '--collect',
      '--service-type=notify',
      '--property=NotifyAccess=all',
      '--property=KillMode=mixed',
      `--working-directory=${FIXTURES}`,
      process.execPath,
      BIN,
      'serve',
      'pid.mjs',
      '--bind',
      `127.0.0.1:${port}`,
    ]);
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      expect(await response.text()).toMatch(/^\d+$/);
    } finally {
      await run('systemctl', ['stop', unit]);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
