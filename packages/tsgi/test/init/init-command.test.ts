import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { initCommand } from '../../src/cli/init-command.ts';
import { resolveSettings } from '../../src/settings/resolve.ts';
import { endCommands, tsgiIn } from '../tsgi-process.ts';
import { isMissing, run, scratch } from './program.ts';

const directory = scratch();

afterEach(endCommands);

async function init(...args: readonly string[]): Promise<{ output: string; errors: string }> {
  const command = tsgiIn({ cwd: directory }, 'init', ...args);
  await command.exit;
  return { output: command.output(), errors: command.errors() };
}

describe('tsgi init', () => {
  test('takes the application, the settings and what stands around from its flags', async () => {
    const args =
      'nginx shop.mjs --protocol uwsgi --script-name /shop --upstream 127.0.0.1:9001,unix:/run/shop.sock --server-name example.org --static ./public=/static/ --accel /srv/files=/protected --certfile c.pem --keyfile k.pem --listen 127.0.0.1:8443 --name it';
    const { output, errors } = await init(...args.split(' '));
    expect(errors).toBe('');
    for (const line of [
      '#     tsgi serve shop.mjs --bind 127.0.0.1:9001 --protocol uwsgi --script-name /shop',
      'upstream it {',
      '    server unix:/run/shop.sock max_fails=3 fail_timeout=10s;',
      '    listen 127.0.0.1:8443 ssl http2;',
      `    ssl_certificate ${join(directory, 'c.pem')};`,
      `        alias ${join(directory, 'public')}/;`,
      '    location ^~ /protected/ {',
      '        alias /srv/files/;',
      '        uwsgi_pass it;',
    ]) {
      expect(output.split('\n')).toContain(line);
    }
  });

  test('leaves to the configuration file what it says', async () => {
    const config = { app: './src/shop.ts', workers: 3, maxBodySize: '1mb', healthPath: '/up' };
    writeFileSync(join(directory, 'tsgi.config.json'), JSON.stringify(config));
    const { output } = await init('docker', '--part', 'dockerfile', '--max-requests', '9');
    expect(output).toContain(
      '\nCMD ["node","node_modules/tsgi/bin/tsgi.mjs","serve","./src/shop.ts","--bind","0.0.0.0:8000","--max-requests","9"]\n',
    );
    expect(output).toContain(String.raw`\"path\":\"/up\"`);
    const front = await init('nginx', '--config', 'tsgi.config.json');
    expect(front.output).toContain('client_max_body_size 1048576;');
  });

  test.skipIf(isMissing('nginx'))('writes a configuration that nginx takes as it is', async () => {
    const { output } = await init('nginx', 'a.mjs', '--standalone', '--listen', '127.0.0.1:8080');
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, output);
    const { status } = await run('nginx', '-t', '-p', directory, '-e', 'stderr', '-c', file);
    expect(status).toBe(0);
  });

  test.each<[readonly string[], string]>([
    [['docker', '--config', 'none'], 'init docker takes FILE, the application; there is none'],
    [['apache', '--cgi', '--config', 'none'], 'init apache takes FILE'],
    [['nginx', '--static', 'public'], '--static takes DIR=/URL; got "public"'],
    [['nginx', '--static', '=/static'], '--static takes DIR=/URL; got "=/static"'],
    [['nginx', '--static', 'public=/'], 'the path of --static takes a path such as /shop'],
    [['nginx', '--listen', '80'], '--listen takes HOST:PORT'],
    [['nginx', '--keyfile', 'k'], '--keyfile: there is no TLS without --certfile'],
    [['nginx', '--part', 'x'], 'tsgi init nginx takes no --part; it is a flag of systemd, docker'],
    [
      ['procfile', 'a.mjs', '--protocol', 'scgi', '--certfile', 'c'],
      '--protocol, --certfile: FastCGI, SCGI and uwsgi come from a web server',
    ],
    [['nginx', 'a.mjs', 'b.mjs'], 'init takes one FILE; got b.mjs as well'],
  ])('refuses %j', async (args, message) => {
    const running = resolveSettings(['init', ...args], {}, directory).then(initCommand);
    const error: unknown = await running.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
  });
});
