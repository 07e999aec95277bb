import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, type Variables, variablesOf } from './front-client.ts';
import { isMissing } from './init/program.ts';

const BIN = fileURLToPath(new URL('../bin/tsgi.mjs', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'tsgi-script-'));
/** Where the hashbang finds tsgi and node. */
const PATH = [join(directory, 'bin'), dirname(process.execPath), process.env['PATH']].join(':');

/** Says what it sees: the settings of the process, the request, its body. */
const APP = `
const seen = ['HTTP_PROXY', 'HTTP_X_SEEN', 'REQUEST_METHOD'].filter((name) => name in process.env);

export const app = (environ, startResponse) => {
  startResponse('200 OK', [['content-type', 'application/json']]);
  const body = new TextDecoder().decode(environ['tsgi.input'].read());
  const { SCRIPT_NAME, PATH_INFO, HTTP_PROXY = null, HTTP_X_SEEN = null } = environ;
  const facts = { SCRIPT_NAME, PATH_INFO, HTTP_PROXY, HTTP_X_SEEN, body, seen };
  return [new TextEncoder().encode(JSON.stringify({ ...facts, cwd: process.cwd(), argv: process.argv.slice(2) }))];
};
`;

interface Seen {
  readonly [name: string]: unknown;
}

interface Ran {
  readonly code: number | null;
  readonly head: string;
  readonly content: string;
  readonly errors: string;
}

/** Starts a program as a web server does, and gives what it wrote. */
async function run(
  [program = '', ...args]: readonly string[],
  variables: Variables,
  body = '',
): Promise<Ran> {
  const child = spawn(program, args, { env: { PATH, ...variables }, cwd: directory });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  const [code] = (await once(child, 'close')) as [number | null];
  const end = output.indexOf('\r\n\r\n');
  return { code, head: output.slice(0, end + 2), content: output.slice(end + 4), errors };
}

function seenBy({ content }: Ran): Seen {
  return JSON.parse(content) as Seen;
}

/** Writes an executable application. */
function writeScript(path: string, first = '#!/usr/bin/env -S tsgi cgi', text = APP): string {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${first}\n${text}`);
  chmodSync(file, 0o755);
  return file;
}

function tsgi(...args: readonly string[]): readonly string[] {
  return [process.execPath, BIN, ...args];
}

beforeAll(() => {
  mkdirSync(join(directory, 'bin'));
  symlinkSync(BIN, join(directory, 'bin', 'tsgi'));
});

/** Where servers that were started say who they are, so that none is left. */
const PIDS = join(directory, 'pids');
const SAYS_PID = `
import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(PIDS)}, process.pid + '\\n');
`;

afterAll(() => {
  const pids = existsSync(PIDS) ? readFileSync(PIDS, 'utf8').trim().split('\n') : [];
  for (const pid of pids) {
    kill(Number(pid));
  }
  rmSync(directory, { recursive: true });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended as it should
  }
}

describe('tsgi cgi', () => {
  test('answers one request, with its body', async () => {
    const file = writeScript('one.mjs');
    const variables = variablesOf('/one.mjs/a%20b', {
      REQUEST_METHOD: 'POST',
      SCRIPT_NAME: '/one.mjs',
      PATH_INFO: '/a b',
      CONTENT_LENGTH: '4',
    });
    const ran = await run(tsgi('cgi', file), variables, 'body');
    expect(ran).toMatchObject({ code: 0, errors: '' });
    expect(ran.head).toMatch(/^Status: 200 OK\r\n/);
    expect(ran.head.toLowerCase()).toContain('\r\ncontent-type: application/json\r\n');
    expect(seenBy(ran)).toMatchObject({
      SCRIPT_NAME: '/one.mjs',
      PATH_INFO: '/a%20b',
      body: 'body',
    });
  });

  test.each([
    ['a module', 'app.mjs'],
    ['a script', 'app.js'],
    ['a file without ending', 'app'],
    ['a file whose ending is for the web server', 'app.cgi'],
  ])('is the first line of %s', async (_what, name) => {
    const file = writeScript(`cgi-bin/${name}`);
    const ran = await run([file, 'word'], variablesOf('/?word'));
    expect(ran).toMatchObject({ code: 0, errors: '' });
    expect(seenBy(ran)).toMatchObject({ argv: ['cgi', file, 'word'], cwd: dirname(file) });
  });

  test('reads no words of the query', async () => {
    const file = writeScript('query.mjs');
    const evil = writeScript('evil.config.mjs', '', 'throw new Error("it was read");');
    const words = ['--config', evil, '--', '-c', evil, '--script-name=/x', 'more.mjs'];
    for (const command of [tsgi('cgi', file, ...words), tsgi(file, ...words), [file, ...words]]) {
      const ran = await run(command, variablesOf('/'));
      expect(ran).toMatchObject({ code: 0, errors: '' });
      expect(seenBy(ran)).toMatchObject({ SCRIPT_NAME: '', PATH_INFO: '/' });
    }
  });

  test('keeps fields of the request out of the environment', async () => {
    const file = writeScript('proxy.mjs');
    const fields = { HTTP_PROXY: 'http://evil.example', HTTP_X_SEEN: 'yes', HTTP_HOST: 'a' };
    const ran = await run(tsgi('cgi', file), variablesOf('/', fields));
    expect(seenBy(ran)).toMatchObject({
      seen: ['REQUEST_METHOD'],
      HTTP_X_SEEN: 'yes',
      HTTP_PROXY: null,
    });
  });

  test('takes settings from its options, the environment and the file next to the application', async () => {
    const file = writeScript('settings/app.mjs', '#!/usr/bin/env -S tsgi cgi --max-body-size 9');
    const link = join(directory, 'linked.mjs');
    symlinkSync(file, link);
    writeFileSync(join(dirname(file), 'tsgi.config.json'), '{"scriptName": "/from-file"}');
    const variables = variablesOf('/from-file/x', {
      TSGI_PATH_SOURCE: 'request-uri',
      PORT: 'no port',
      HOST: 'no host:1',
      WEB_CONCURRENCY: 'many',
    });
    const ran = await run([link], variables);
    expect(ran).toMatchObject({ code: 0, errors: '' });
    expect(seenBy(ran)).toMatchObject({
      SCRIPT_NAME: '/from-file',
      PATH_INFO: '/x',
      cwd: dirname(file),
    });
    const large = { ...variables, REQUEST_METHOD: 'POST', CONTENT_LENGTH: '10' };
    expect((await run([link], large, '0123456789')).head).toMatch(/^Status: 413 /);
  });

  test('runs startup and shutdown around the request', async () => {
    const file = writeScript(
      'lifespan.mjs',
      '',
      `export const lifespan = {
        startup: (state) => { state.word = 'started'; },
        shutdown: () => { process.stderr.write('stopped\\n'); },
      };
      export const app = (environ, startResponse) => {
        startResponse('200 OK', []);
        return [new TextEncoder().encode(environ['tsgi.state'].word)];
      };`,
    );
    const ran = await run(tsgi('cgi', file), variablesOf('/'));
    expect(ran).toMatchObject({ code: 0, content: 'started', errors: 'stopped\n' });
  });

  test.each<[string, readonly string[], number, string]>([
    ['no file', ['cgi', 'absent.mjs'], 4, 'tsgi: there is no file '],
    ['a broken module', ['cgi', 'broken.mjs'], 4, 'tsgi: cannot load '],
    ['a broken module', ['broken.mjs'], 4, 'tsgi: cannot load '],
    ['a failing startup', ['cgi', 'startup.mjs'], 1, 'no database'],
    ['a wrong option', ['cgi', '--path-source', 'both', 'fine.mjs'], 2, '--path-source takes auto'],
    ['an option of servers', ['cgi', '--bind', ':80', 'fine.mjs'], 2, 'tsgi cgi takes no --bind'],
    ['no file at all', ['cgi'], 2, 'tsgi: cgi takes FILE'],
    ['a broken configuration', ['cgi', 'wrong/app.mjs'], 78, 'tsgi.config.json is no JSON'],
  ])('answers with 500 and without details where there is %s', async (_what, args, code, says) => {
    writeScript('broken.mjs', '', 'export default ((');
    writeScript('fine.mjs');
    writeScript('wrong/app.mjs');
    writeFileSync(join(directory, 'wrong', 'tsgi.config.json'), '{');
    writeScript(
      'startup.mjs',
      '',
      `export const lifespan = { startup() { throw new Error('no database'); } };
       export const app = () => [];`,
    );
    const ran = await run(tsgi(...args), variablesOf('/'));
    expect(ran.head).toMatch(/^Status: 500 Internal Server Error\r\n/);
    expect(ran.content).toBe('500 Internal Server Error\n');
    expect(ran.errors).toContain(says);
    expect(ran.code).toBe(code);
  });
});

describe('tsgi FILE', () => {
  test('answers by CGI where a web server starts it so', async () => {
    const file = writeScript('plain.mjs', '#!/usr/bin/env tsgi');
    const ran = await run([file], variablesOf('/x'));
    expect(ran).toMatchObject({ code: 0, errors: '' });
    expect(seenBy(ran)).toMatchObject({ PATH_INFO: '/x' });
  });

  test('serves by FastCGI on a listening socket that is its standard input', async () => {
    const file = writeScript('started/app.mjs', '#!/usr/bin/env tsgi', SAYS_PID + APP);
    writeFileSync(join(dirname(file), 'tsgi.config.json'), '{"maxRequests": 100}');
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { fd } = Reflect.get(server, '_handle') as { readonly fd: number };
    const child = spawn(file, [], { env: { PATH }, stdio: [fd, 'pipe', 'pipe'] });
    server.close();
    let output = '';
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
    });
    const response = await ask('fastcgi', { port }, variablesOf('/started'));
    const content = response.slice(response.indexOf('\r\n\r\n') + 4);
    expect(JSON.parse(content)).toMatchObject({ PATH_INFO: '/started', cwd: dirname(file) });
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output).not.toContain('GET /started');
  });

  test.skipIf(isMissing('cgi-fcgi'))('is started by cgi-fcgi', async () => {
    const file = writeScript('fcgi/app.mjs', '#!/usr/bin/env tsgi', SAYS_PID + APP);
    const socket = join(directory, 'fcgi.sock');
    const start = spawn('cgi-fcgi', ['-start', '-connect', socket, file], {
      env: { PATH },
      stdio: 'ignore',
    });
    await once(start, 'close');
    const ran = await run(
      ['cgi-fcgi', '-bind', '-connect', socket],
      variablesOf('/through', { CONTENT_LENGTH: '0' }),
    );
    const seen = JSON.parse(ran.content.slice(ran.content.indexOf('{'))) as Seen;
    expect(seen).toMatchObject({ PATH_INFO: '/through' });
  });

  test('says from a shell what to type', async () => {
    const file = writeScript('shell.mjs');
    const ran = await run(tsgi(file), {});
    expect(ran.code).toBe(2);
    expect(ran.errors).toMatch(/^tsgi: tsgi serve \S+ serves it, tsgi dev [^\n]*\n$/);
  });
});
