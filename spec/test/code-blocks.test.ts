import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, lintAsync, type LintError } from '../../packages/lint/src/index.ts';
import { createAsyncClient, createClient } from '../../packages/testing/src/index.ts';
import type {
  Application,
  AsyncApplication,
  HeaderList,
  Middleware,
} from '../../packages/types/src/index.ts';
import { extractCode } from '../tools/extract-code.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const blocks = extractCode(join(ROOT, 'spec')).map(({ file, line, code }) => ({
  file,
  line,
  code,
  name: `${file}-${line}`.replaceAll(/[/.]/g, '-'),
}));

interface Module {
  readonly app?: Application | AsyncApplication;
  readonly run?: (request: object, parts: object) => void;
  readonly noSniff?: Middleware;
  readonly scramble?: Middleware;
}

let folder = '';
let compiler = { status: null as number | null, stdout: '' };

const load = (name: string): Promise<Module> =>
  import(pathToFileURL(join(folder, 'out', `${name}.js`)).href);
const named = (text: string): string => {
  const found = blocks.filter(({ code }) => code.includes(text));
  expect(found).toHaveLength(1);
  return found[0]?.name ?? '';
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-code-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules/@tsgi'), { recursive: true });
  symlinkSync(join(ROOT, 'packages/types'), join(folder, 'node_modules/@tsgi/types'), 'junction');
  for (const { name, code } of blocks) writeFileSync(join(folder, 'src', `${name}.ts`), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const compilerOptions = {
    composite: false,
    declaration: true,
    declarationMap: false,
    sourceMap: false,
    rootDir: 'src',
    outDir: 'out',
    customConditions: ['tsgi-source'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  const config = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, include: ['src'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  compiler = spawnSync(process.execPath, [tsc, '-p', folder], {
    encoding: 'utf8',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a request gave: the status line and the content as text, or that it was aborted. */
interface Exchange {
  status: string;
  headers: HeaderList;
  content: string;
  end: 'complete' | 'aborted' | 'none';
}

const request = (method: string): object => ({
  REQUEST_METHOD: method,
  SCRIPT_NAME: '',
  PATH_INFO: '/api/x',
  QUERY_STRING: '',
  REQUEST_URI: '/api/x',
  SERVER_NAME: 'localhost',
  SERVER_PORT: '80',
  SERVER_PROTOCOL: 'HTTP/1.1',
  'tsgi.version': [1, 0],
  'tsgi.url_scheme': 'http',
  'tsgi.input': Object.assign([new Uint8Array(3)], { read: () => new Uint8Array(0) }),
  'tsgi.input_buffered': true,
  'tsgi.errors': { write() {}, flush() {} },
  'tsgi.multithread': false,
  'tsgi.multiprocess': false,
  'tsgi.run_once': true,
  'tsgi.interleaved': false,
  'tsgi.async': false,
});

/** Runs an application on the gateway that the specification shows. */
const exchange = async (application: unknown, method = 'GET'): Promise<Exchange> => {
  const { run } = await load(named('export function run('));
  const got: Exchange = { status: '', headers: [], content: '', end: 'none' };
  const sink = {
    head(status: string, headers: HeaderList) {
      Object.assign(got, { status, headers });
    },
    chunk(octets: Uint8Array) {
      got.content += Buffer.from(octets).toString('latin1');
    },
    end() {
      got.end = 'complete';
    },
    abort() {
      got.end = 'aborted';
    },
    ownAnswer(status: number) {
      Object.assign(got, { status: `${status} own`, end: 'complete' });
      return 26;
    },
  };
  const validate = (_status: unknown, headers: HeaderList): HeaderList => [...headers];
  run?.(request(method), { application, sink, log() {}, validate });
  return got;
};

describe('the code blocks of the specification', () => {
  test('compile under the settings of this repository', () => {
    expect(compiler.stdout).toBe('');
    expect(compiler.status).toBe(0);
  });

  test.each(blocks.filter(({ code }) => /export const app: Application/.test(code)))(
    '$file:$line answers on the gateway that the core shows',
    async ({ name }) => {
      const { app } = await load(name);
      const got = await exchange(app);
      expect(got.status).toMatch(/^[2-5]\d\d \S/);
      expect(got.status).not.toBe('500 own');
      expect(got.end).toBe('complete');
    },
  );
});

/** Runs a request under lint; gives the status, the rules broken, and what was logged. */
const judge = async ({
  app,
}: Module): Promise<{ status: number; broken: string[]; log: string }> => {
  const broken: string[] = [];
  const onFinding = (finding: LintError): void => void broken.push(finding.rule);
  const application = lintAsync(app as AsyncApplication, { onFinding });
  const { status, errors } = await createAsyncClient(application).get('/api/x');
  return { status, broken, log: errors };
};

describe('the applications of the specification', () => {
  test.each(blocks.filter(({ code }) => /export const app: Application/.test(code)))(
    '$file:$line breaks no rule',
    async ({ name }) => {
      const { app } = await load(name);
      const broken: string[] = [];
      const onFinding = (finding: LintError): void => void broken.push(finding.rule);
      const { status, errors } = createClient(lint(app as Application, { onFinding })).get(
        '/api/x',
      );
      expect({ broken, errors }).toEqual({ broken: [], errors: '' });
      expect(status).toBeLessThan(500);
    },
  );

  test.each(blocks.filter(({ code }) => /export const app: AsyncApplication/.test(code)))(
    '$file:$line breaks no rule of the async profile',
    async ({ name }) => {
      const { status, broken, log } = await judge(await load(name));
      expect({ broken, log }).toEqual({ broken: [], log: '' });
      expect(status).toBeLessThan(500);
    },
  );
});

describe('the gateway in one page', () => {
  const hello: Application = (_environ, startResponse) => {
    startResponse('200 OK', []);
    return [Buffer.from('hello')];
  };

  test('sends no content for HEAD', async () => {
    expect(await exchange(hello, 'HEAD')).toMatchObject({ status: '200 OK', content: '' });
  });

  test('cuts content at its Content-Length and completes the response', async () => {
    const app: Application = (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '3']]);
      return [Buffer.from('he'), Buffer.from('llo')];
    };
    expect(await exchange(app)).toMatchObject({ content: 'hel', end: 'complete' });
  });

  test('aborts content that is shorter than its Content-Length', async () => {
    const app: Application = (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '9']]);
      return [Buffer.from('hello')];
    };
    expect(await exchange(app)).toMatchObject({ content: 'hello', end: 'aborted' });
  });

  test('runs return, close and the callbacks in this order after a fault', async () => {
    const events: string[] = [];
    const app: Application = (environ, startResponse) => {
      environ['tsgi.on_finish'](
        ({ status, aborted }) => void events.push(`1 ${status} ${aborted}`),
      );
      environ['tsgi.on_finish'](() => void events.push('2'));
      startResponse('200 OK', []);
      const chunks: unknown[] = [Buffer.from('a'), 'not a chunk'];
      return {
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: chunks.shift() as Uint8Array }),
          return: () => {
            events.push('return');
            return { done: true, value: undefined };
          },
        }),
        close: () => void events.push('close'),
      };
    };
    expect(await exchange(app)).toMatchObject({ content: 'a', end: 'aborted' });
    expect(events).toEqual(['return', 'close', '2', '1 200 true']);
  });

  test.each([undefined, 'text', new Uint8Array(1), Promise.resolve([])])(
    'answers 500 for the result %s',
    async (result) => {
      const app = (_environ: unknown, startResponse: (...args: unknown[]) => void): unknown => {
        startResponse('200 OK', []);
        return result;
      };
      expect(await exchange(app)).toMatchObject({ status: '500 own', end: 'complete' });
    },
  );
});

describe('the middleware examples', () => {
  const hello: Application = (_environ, startResponse) => {
    startResponse('200 OK', [['X-A', '1']]);
    return [Buffer.from('Hello')];
  };

  test('noSniff adds its field to those of the application', async () => {
    const { noSniff } = await load(named('export const noSniff'));
    const { headers } = await exchange(noSniff?.(hello));
    expect(headers).toEqual([
      ['X-A', '1'],
      ['X-Content-Type-Options', 'nosniff'],
    ]);
  });

  test('scramble replaces letters and forwards close', async () => {
    const { scramble } = await load(named('export const scramble'));
    let closed = 0;
    const app: Application = (environ, startResponse) =>
      Object.assign([...hello(environ, startResponse)], { close: () => void (closed += 1) });
    expect((await exchange(scramble?.(app))).content).toBe('Uryyb');
    expect(closed).toBe(1);
  });
});
