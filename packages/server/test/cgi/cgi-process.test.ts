import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { posted, variables } from '../front/front-client.ts';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** Runs an application, given as text, as a CGI program; `before` is done by the shell. */
function program(
  application: string,
  env: Readonly<Record<string, string>>,
  before = ':',
): ChildProcessWithoutNullStreams {
  const script = `import(${JSON.stringify(INDEX)}).then(async ({ serveCgi }) => {
    process.exitCode = await serveCgi(${application});
  })`;
  const child = spawn('sh', ['-c', `${before}; exec "$0" "$@"`, process.execPath, '-e', script], {
    env: { PATH: process.env['PATH'], GATEWAY_INTERFACE: 'CGI/1.1', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function outputOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  child.stdout.on('data', (octets: Buffer) => {
    text += octets.toString('latin1');
  });
  await once(child.stdout, 'end');
  return text;
}

async function exitOf(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('a CGI program', () => {
  test('ends when it has answered, though its standard input stays open', async () => {
    const child = program(
      `(environ, start) => {
        start('200 OK', []);
        return [environ['tsgi.input'].read()];
      }`,
      posted('/', 5),
    );
    child.stdin.write('hello');
    const [text, code] = await Promise.all([outputOf(child), exitOf(child)]);
    expect(text).toBe('Status: 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    expect(code).toBe(0);
  });

  test('gets the octets of its environment that are no UTF-8', async () => {
    const child = program(
      `(environ, start) => {
        start('200 OK', []);
        return [Buffer.from(environ.PATH_INFO + environ.HTTP_X_A, 'latin1')];
      }`,
      variables('/', { REQUEST_URI: '/caf%E9%20x' }),
      `export PATH_INFO="$(printf '/caf\\351 x')" HTTP_X_A="$(printf '<\\303\\251\\377>')"`,
    );
    const text = await outputOf(child);
    expect(text.split('\r\n\r\n')[1]).toBe('/caf%E9%20x<\xc3\xa9\xff>');
  });

  test('ends the body and exits with 1 when the front closes its standard output', async () => {
    const child = program(
      `(environ, start) => {
        start('200 OK', []);
        return (function* () {
          try {
            for (;;) yield new Uint8Array(65536);
          } finally {
            process.stderr.write('closed');
          }
        })();
      }`,
      variables('/'),
    );
    const said = once(child.stderr, 'data') as Promise<[Buffer]>;
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [[errors], code] = await Promise.all([said, exitOf(child)]);
    expect(String(errors)).toBe('closed');
    expect(code).toBe(1);
  });
});
