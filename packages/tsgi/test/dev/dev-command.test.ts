import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Command, endCommands, tsgiIn } from '../tsgi-process.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-dev-'));
});

afterEach(() => {
  endCommands();
  rmSync(folder, { recursive: true, maxRetries: 3 });
});

function put(name: string, source: string): void {
  writeFileSync(join(folder, name), source);
}

const saying = (words: string): string => `export default (environ, startResponse) => {
  startResponse('200 OK', []);
  return [new TextEncoder().encode(${JSON.stringify(words)})];
};
`;

interface Dev extends Command {
  readonly url: string;
  /** Does something, and waits until the command has said the words since. */
  readonly after: (act: () => void, words: string) => Promise<string>;
}

/** Resolves when more has come, or the process has ended. */
async function nextOutput({ child, exit }: Command): Promise<void> {
  const ended = await Promise.race([
    once(child.stdout ?? child, 'data').then(() => false),
    exit.then(() => true),
  ]);
  if (ended) {
    throw new Error('tsgi dev has ended');
  }
}

async function dev(...args: string[]): Promise<Dev> {
  const command = tsgiIn({ cwd: folder }, 'dev', 'app.mjs', '--bind', '127.0.0.1:0', ...args);
  const url = /http:\/\/[\d.:]+/.exec(await command.until('http://'))?.[0] ?? '';
  const after = async (act: () => void, words: string): Promise<string> => {
    const seen = command.output().length;
    act();
    while (!command.output().slice(seen).includes(words)) {
      await nextOutput(command);
    }
    return command.output().slice(seen);
  };
  return { ...command, url, after };
}

interface Answer {
  readonly status: number | undefined;
  readonly content: string;
}

// Each on a connection of its own: one that is kept may be answered by the worker that ends.
async function ask(url: string, accept = '*/*'): Promise<Answer> {
  const request = httpGet(url, { agent: false, headers: { accept } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, content: await text(response) };
}

const get = async (url: string, accept?: string): Promise<string> =>
  (await ask(url, accept)).content;

describe('tsgi dev', () => {
  test('serves the application, with a line for each request, until a signal', async () => {
    put('app.mjs', saying('one'));
    const command = await dev();
    expect(command.output()).toMatch(/serving app\.mjs on http:.* \(sync\), and watching/);
    expect(await get(`${command.url}/path?q`)).toBe('one');
    await command.until('GET /path?q 200');
    command.child.kill('SIGTERM');
    expect(await command.exit).toBe(0);
    expect(command.errors()).toBe('');
  });

  test('serves the application as it is after a change', async () => {
    put('words.mjs', "export const words = 'one';\n");
    put(
      'app.mjs',
      saying('').replace('""', 'words').replace(/^/, "import { words } from './words.mjs';\n"),
    );
    const command = await dev();
    expect(await get(command.url)).toBe('one');
    for (const words of ['two', 'three']) {
      const said = await command.after(
        () => put('words.mjs', `export const words = '${words}';\n`),
        'serving again',
      );
      expect(said).toContain('words.mjs changed');
      expect(await get(command.url)).toBe(words);
    }
  });

  test('loses no request while it reloads', async () => {
    put('app.mjs', saying('0'));
    const command = await dev();
    const load = { running: true };
    let served = 0;
    const run = async (): Promise<void> => {
      while (load.running) {
        expect(await get(command.url)).toMatch(/^\d$/);
        served += 1;
      }
    };
    const loads = [run(), run()];
    for (let round = 1; round <= 3; round += 1) {
      await command.after(() => put('app.mjs', saying(String(round))), 'serving again');
    }
    load.running = false;
    await Promise.all(loads);
    expect(served).toBeGreaterThan(3);
    expect(await get(command.url)).toBe('3');
  });

  test('lets a response end that has begun before the change', async () => {
    put(
      'app.mjs',
      `export const profile = 'async';
let release;
export default async function* app(environ, startResponse) {
  startResponse('200 OK', []);
  if (environ.PATH_INFO === '/slow') {
    yield new TextEncoder().encode('begun ');
    await new Promise((resolve) => { release = resolve; });
    yield new TextEncoder().encode('and ended');
  } else {
    release?.();
    yield new TextEncoder().encode('released');
  }
}
`,
    );
    const command = await dev();
    const socket = createConnection(Number(new URL(command.url).port), '127.0.0.1');
    const keptAlive = createConnection(Number(new URL(command.url).port), '127.0.0.1');
    const kept = text(keptAlive);
    keptAlive.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await once(keptAlive, 'readable');
    const answer = text(socket);
    socket.write('GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    await once(socket, 'readable');
    await command.after(() => put('other.mjs', ''), 'serving again');
    keptAlive.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await answer).toContain('and ended');
    expect(await kept).toContain('released');
  });

  test('shows a syntax error, and goes on with the next change', async () => {
    put('app.mjs', saying('one'));
    const command = await dev();
    const said = await command.after(
      () => put('app.mjs', `${saying('two')}\nconst broken = ;\n`),
      'waiting for a change',
    );
    expect(said).toContain('SyntaxError');
    expect(said).toMatch(/> 6 \| const broken = ;/);
    const response = await ask(command.url, 'text/html');
    expect(response.status).toBe(500);
    const page = response.content;
    expect(page).toContain('cannot load app.mjs');
    expect(page).toMatch(/<mark>.*const broken = ;<\/mark>/);
    await command.after(() => put('app.mjs', saying('three')), 'serving again');
    expect(await get(command.url)).toBe('three');
  });

  test('begins with an application that cannot be loaded', async () => {
    put('app.mjs', "import './absent.mjs';\n");
    const command = await dev();
    await command.until('waiting for a change');
    expect(await get(command.url)).toContain('absent.mjs');
    await command.after(() => put('app.mjs', saying('there')), 'serving again');
    expect(await get(command.url)).toBe('there');
  });

  test('shows a startup that fails', async () => {
    put(
      'app.mjs',
      `${saying('one')}
export const lifespan = { startup() { throw new Error('no database'); } };
`,
    );
    const command = await dev();
    await command.until('waiting for a change');
    expect(await get(command.url)).toContain('Error: no database');
  });

  test('shows a page where the application throws, and the finding of the lint', async () => {
    put(
      'app.mjs',
      `export default (environ, startResponse) => {
  if (environ.PATH_INFO === '/throw') throw new RangeError('thrown here');
  startResponse('200 OK', [['Connection', 'close']]);
  return [];
};
`,
    );
    const command = await dev();
    expect(await get(`${command.url}/throw`, 'text/html')).toMatch(/<mark>.*thrown here/);
    const page = await get(command.url);
    expect(page).toMatch(/LintError: [A-Z]+(?:-[A-Z]+)+: /);
    expect(command.errors()).toMatch(/LintError: [A-Z]+(?:-[A-Z]+)+: /);
  });

  test('survives the end of its worker, and shows what ended it', async () => {
    put(
      'app.mjs',
      `export default (environ, startResponse) => {
  setImmediate(() => { throw new Error('out of nowhere'); });
  startResponse('200 OK', []);
  return [new TextEncoder().encode('answered')];
};
`,
    );
    const command = await dev();
    const said = await command.after(() => void get(command.url).catch(() => {}), 'serving again');
    expect(said).toContain('the worker ended with code 1');
    expect(await get(command.url)).toContain('out of nowhere');
    expect(command.errors()).toContain('out of nowhere');
    await command.after(() => put('app.mjs', saying('well')), 'serving again');
    expect(await get(command.url)).toBe('well');
  });

  test('reads the configuration again, and goes on where it is broken', async () => {
    put('app.mjs', saying('one'));
    put('tsgi.config.json', '{ "scriptName": "/m" }');
    const command = await dev();
    expect((await ask(command.url)).status).toBe(404);
    await command.after(() => put('tsgi.config.json', '{ "scriptName": "/n" }'), 'serving again');
    expect(await get(`${command.url}/n/`)).toBe('one');
    await command.after(() => put('tsgi.config.json', '{ "scriptName": 3 }'), 'goes on');
    expect(await get(`${command.url}/n/`)).toBe('one');
  });

  test('takes other files and directories to watch', async () => {
    put('app.mjs', saying('one'));
    const command = await dev('--reload-include', '*.html', '--reload-exclude', 'out.html');
    put('app.mjs', saying('two'));
    put('out.html', '1');
    const said = await command.after(() => put('page.html', '1'), 'serving again');
    expect(said).toMatch(/page\.html changed/);
    expect(command.output()).not.toMatch(/(?:app\.mjs|out\.html) changed/);
  });

  test('ends with 5 where it cannot listen', async () => {
    put('app.mjs', saying('one'));
    const first = await dev();
    const { host } = new URL(first.url);
    const second = tsgiIn({ cwd: folder }, 'dev', 'app.mjs', '--bind', host);
    expect(await second.exit).toBe(5);
    expect(second.errors()).toMatch(/^tsgi: cannot listen on .*: the port is in use\n$/);
  });
});
