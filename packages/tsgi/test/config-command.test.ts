import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SETTING_ROWS } from '../src/settings/table.ts';
import { endCommands, tsgiIn } from './tsgi-process.ts';

let directory = '';

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'tsgi-config-')));
});

afterEach(() => {
  endCommands();
  rmSync(directory, { recursive: true });
});

const APPLICATION = `
export default (environ, startResponse) => {
  startResponse('200 OK', []);
  return [new TextEncoder().encode(process.cwd())];
};
`;

interface Listed {
  readonly configFile: string | null;
  readonly settings: Readonly<
    Record<string, { value: unknown; text: string | null; origin: unknown }>
  >;
}

describe('tsgi config', () => {
  test('prints every value and where it comes from', async () => {
    writeFileSync(
      join(directory, 'tsgi.config.mjs'),
      "export default { timeout: '5s', workers: 'auto' };",
    );
    const env = { TSGI_MAX_RSS: '1g', TSGI_TIMEOT: '1' };
    const command = tsgiIn({ cwd: directory, env }, 'config', 'app.js', '-b', ':0');
    expect(await command.exit).toBe(0);
    const lines = command.output().trimEnd().split('\n');
    expect(lines).toHaveLength(SETTING_ROWS.length);
    const words = new Map(lines.map((line) => [line.split(' ', 1)[0], line.split(/ {2,}/)]));
    expect(words.get('app')).toEqual(['app', 'app.js', 'argument']);
    expect(words.get('bind')).toEqual(['bind', '127.0.0.1:0', 'flag: --bind']);
    expect(words.get('maxRss')).toEqual(['maxRss', '1gib', 'environment: TSGI_MAX_RSS']);
    expect(words.get('timeout')).toEqual(['timeout', '5s', 'tsgi.config.mjs']);
    expect(words.get('workers')?.[1]).toMatch(/^auto \(\d+\)$/);
    expect(words.get('healthPath')).toEqual(['healthPath', 'none', 'default']);
    expect(command.errors()).toBe(
      'tsgi: warning: no setting has the variable TSGI_TIMEOT; did you mean TSGI_TIMEOUT?\n',
    );
  });

  test('writes them as JSON', async () => {
    writeFileSync(join(directory, 'tsgi.config.json'), '{ "maxBodySize": "8mb" }');
    const command = tsgiIn({ cwd: directory }, 'config', '--json');
    expect(await command.exit).toBe(0);
    const { configFile, settings } = JSON.parse(command.output()) as Listed;
    expect(configFile).toBe(join(directory, 'tsgi.config.json'));
    expect(Object.keys(settings)).toEqual(SETTING_ROWS.map(([name]) => name));
    expect(settings['maxBodySize']).toEqual({
      value: 8 * 2 ** 20,
      text: '8mib',
      origin: { source: 'file', file: 'tsgi.config.json', key: 'maxBodySize' },
    });
    expect(settings['healthPath']).toEqual({
      value: null,
      text: null,
      origin: { source: 'default' },
    });
  });

  test('writes the schema', async () => {
    const command = tsgiIn({ cwd: directory }, 'config', '--schema');
    expect(await command.exit).toBe(0);
    expect(JSON.parse(command.output())).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { timeout: { $ref: '#/$defs/duration', default: '30s' } },
    });
  });

  test.each(['workers', '--workers', 'TSGI_WORKERS'])('explains %s', async (name) => {
    const env = { WEB_CONCURRENCY: '3' };
    const command = tsgiIn({ cwd: directory, env }, 'config', `--explain=${name}`);
    expect(await command.exit).toBe(0);
    expect(command.output()).toMatch(/^workers: processes that serve/);
    expect(command.output()).toContain('  flag      -w, --workers N|auto\n');
    expect(command.output()).toContain('  variable  TSGI_WORKERS, WEB_CONCURRENCY\n');
    expect(command.output()).toContain('  value     3, from: environment: WEB_CONCURRENCY\n');
  });

  test.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ TSGI_COLOR: 'always' }, true],
    [{ FORCE_COLOR: '1', TSGI_COLOR: 'never' }, false],
    [{}, false],
  ])('is coloured with %j: %j', async (env, coloured) => {
    const command = tsgiIn({ cwd: directory, env }, 'config');
    expect(await command.exit).toBe(0);
    expect(command.output().includes('\u001B[')).toBe(coloured);
  });
});

describe('the configuration file', () => {
  test('names the application and where it is served from', async () => {
    mkdirSync(join(directory, 'sub'));
    writeFileSync(join(directory, 'sub', 'main.mjs'), APPLICATION);
    writeFileSync(
      join(directory, 'tsgi.config.mjs'),
      "export default { app: 'main.mjs', chdir: 'sub', bind: ':0' };",
    );
    const command = tsgiIn({ cwd: directory }, 'serve');
    const url = /http:\/\/\S+/.exec(await command.until(')\n'))?.[0] ?? '';
    expect(await (await fetch(url)).text()).toBe(join(directory, 'sub'));
  });

  test.each([
    ['tsgi.config.mjs', 'export default {', /^tsgi: cannot load tsgi\.config\.mjs: SyntaxError: /],
    [
      'tsgi.config.mjs',
      "throw new Error('no database');",
      /^tsgi: cannot load tsgi\.config\.mjs: Error: no database \(file:\S+tsgi\.config\.mjs:1:7\)\n$/,
    ],
    [
      'tsgi.config.json',
      '{ "timeout": "3 parsecs" }',
      /^tsgi: timeout in tsgi\.config\.json takes a duration such as 30s; got "3 parsecs"\n$/,
    ],
  ])('ends the command with 78 where %s holds %s', async (name, content, expected) => {
    writeFileSync(join(directory, name), content);
    const command = tsgiIn({ cwd: directory }, 'serve', 'app.mjs');
    expect(await command.exit).toBe(78);
    expect(command.errors()).toMatch(expected);
    expect(command.errors().split('\n')).toHaveLength(2);
  });

  const runsTypeScript = 'typescript' in process.features && process.features.typescript !== false;

  test.runIf(runsTypeScript)('may be TypeScript, as the application may', async () => {
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(directory, 'tsgi.config.ts'),
      "const bind: string = ':0';\nexport default { bind };",
    );
    writeFileSync(join(directory, 'app.ts'), `const typed: number = 1;${APPLICATION}`);
    const command = tsgiIn({ cwd: directory }, 'serve');
    const url = /http:\/\/\S+/.exec(await command.until(')\n'))?.[0] ?? '';
    expect((await fetch(url)).status).toBe(200);
  });

  test.runIf(!runsTypeScript).each([
    ['tsgi.config.ts', 'tsgi.config.ts', 78],
    ['app.ts', 'app.ts', 4],
    ['app.mts', 'app.mts', 4],
  ])(
    'says what to do where %s is TypeScript and Node.js does not run it',
    async (name, file, code) => {
      writeFileSync(join(directory, name), 'export default {};');
      const command = tsgiIn({ cwd: directory }, 'serve', ...(code === 4 ? [file] : []));
      expect(await command.exit).toBe(code);
      expect(command.errors()).toMatch(
        /^tsgi: cannot load (\S+): Node\.js \S+ does not run TypeScript; set NODE_OPTIONS=--import=tsx with the package tsx installed, or compile it to JavaScript, or use Node\.js 22\.18 or later, Bun or Deno\n$/,
      );
      expect(command.errors()).toContain(` ${file}: `);
    },
  );
});
