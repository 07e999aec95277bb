import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/settings/config-file.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tsgi-config-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function put(name: string, content: string): void {
  writeFileSync(join(directory, name), content);
}

function read(named?: string): ReturnType<typeof readConfigFile> {
  return readConfigFile({ value: named, label: '--config' }, directory);
}

describe('readConfigFile', () => {
  test.each([
    ['tsgi.config.json', '{ "timeout": "5s", "$schema": "./schema.json" }'],
    ['tsgi.config.mjs', "export default { timeout: '5s', lint: undefined };"],
    ['tsgi.config.js', "export default Promise.resolve({ timeout: '5s' });"],
  ])('reads %s', async (name, content) => {
    put('package.json', '{ "type": "module" }');
    put(name, content);
    const config = await read();
    expect(config?.file).toBe(name);
    expect([...(config?.values ?? [])]).toEqual([['timeout', 5000]]);
  });

  test('reads the file that is named, wherever it is', async () => {
    put('other.json', '{ "workers": 3 }');
    expect((await read('other.json'))?.values.get('workers')).toBe(3);
    const path = join(directory, 'other.json');
    const config = await readConfigFile({ value: path, label: '--config' }, tmpdir() + '/..');
    expect(config?.values.get('workers')).toBe(3);
  });

  test('reads none where there is none, and none where none is asked for', async () => {
    expect(await read()).toBeUndefined();
    put('tsgi.config.json', '{');
    expect(await read('none')).toBeUndefined();
  });

  test('takes the first of several and tells of the others', async () => {
    put('tsgi.config.mjs', 'export default { workers: 1 };');
    put('tsgi.config.json', '{ "workers": 2 }');
    const config = await read();
    expect(config?.values.get('workers')).toBe(1);
    expect(config?.warnings).toEqual([
      'tsgi.config.json is not read, since tsgi.config.mjs is there as well',
    ]);
  });

  test('reads a module again when it has changed', async () => {
    put('tsgi.config.mjs', 'export default { workers: 1 };');
    expect((await read())?.values.get('workers')).toBe(1);
    put('tsgi.config.mjs', 'export default { workers: 2 };');
    utimesSync(join(directory, 'tsgi.config.mjs'), 2, 2);
    expect((await read())?.values.get('workers')).toBe(2);
  });

  test.each<[string, string, string | RegExp]>([
    ['tsgi.config.json', '{ "timeout": }', /^tsgi\.config\.json is no JSON: Unexpected token/],
    ['tsgi.config.json', '[]', 'tsgi.config.json holds an object of settings; got an array of 0'],
    ['tsgi.config.json', 'null', 'tsgi.config.json holds an object of settings; got null'],
    [
      'tsgi.config.json',
      '{ "timout": 1 }',
      'tsgi.config.json: there is no setting timout; did you mean timeout?',
    ],
    ['tsgi.config.json', '{ "__proto__": 1 }', 'tsgi.config.json: there is no setting __proto__'],
    [
      'tsgi.config.json',
      '{ "config": "x" }',
      'tsgi.config.json: config is no setting of configuration files',
    ],
    [
      'tsgi.config.json',
      '{ "timeout": "3 parsecs" }',
      'timeout in tsgi.config.json takes a duration such as 30s; got "3 parsecs"',
    ],
    [
      'tsgi.config.json',
      '{ "lint": "on" }',
      'lint in tsgi.config.json takes true or false; got "on"',
    ],
    [
      'tsgi.config.json',
      '{ "bind": [":1", 8000] }',
      'bind[1] in tsgi.config.json takes HOST:PORT with a port from 0 to 65535, unix:/PATH, fd://N or systemd; got 8000',
    ],
    [
      'tsgi.config.json',
      '{ "maxFields": 2000000 }',
      'maxFields in tsgi.config.json takes at most 1048576; got 2000000',
    ],
    [
      'tsgi.config.mjs',
      'export const workers = 1;',
      'tsgi.config.mjs has no default export; it exports workers',
    ],
    [
      'tsgi.config.mjs',
      'export default { workers: 1n };',
      'workers in tsgi.config.mjs takes a whole number from 0 on, or auto; got 1n',
    ],
    [
      'tsgi.config.mjs',
      'export default { app() {} };',
      'app in tsgi.config.mjs takes a text; got a function',
    ],
  ])('refuses with 78 a %s that holds %s', async (name, content, message) => {
    put(name, content);
    await expect(read()).rejects.toMatchObject({
      exitCode: 78,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});
