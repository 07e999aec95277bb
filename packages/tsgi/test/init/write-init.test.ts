import { describe, expect, test } from 'vitest';
import type { InitInput } from '../../src/init/init-input.ts';
import { INIT_KINDS, writeInit } from '../../src/init/write-init.ts';
import { INPUT } from './inputs.ts';

describe('writeInit', () => {
  test.each(INIT_KINDS)('ends %s with one line feed', (kind) => {
    expect(writeInit(kind, INPUT)).toMatch(/[^\n]\n$/);
  });

  test.each<[Partial<InitInput>, string]>([
    [{ app: 'a\nb' }, 'FILE holds a control character; got "a\\nb"'],
    [{ directory: '/a\u0085' }, 'the directory holds a control character'],
    [{ directory: 'a' }, 'the directory of the application is an absolute path; got a'],
    [{ serverName: ['a; return 200'] }, '--server-name takes a host name'],
    [{ serverName: [''] }, '--server-name takes a host name'],
    [{ serverName: ['a.*'] }, '--server-name takes a host name'],
    [{ settings: { scriptName: '/a b' } }, '--script-name takes a path such as /shop'],
    [{ settings: { scriptName: '/caf%C3%A9' } }, '--script-name takes a path such as /shop'],
    [{ settings: { certfile: '/a\n' } }, 'the name of a file holds a control character'],
    [{ static: [{ directory: 'a', url: '/' }] }, 'the path of --static takes'],
    [{ static: [{ directory: 'a', url: '/a{' }] }, 'the path of --static takes'],
    [{ static: [{ directory: 'a\r', url: '/a' }] }, '--static holds a control character'],
    [{ name: 'a b' }, '--name takes a name of ASCII letters'],
    [{ upstream: [{ path: '/a\n' }] }, '--upstream holds a control character'],
  ])('refuses %j for every web server', (input, message) => {
    for (const kind of ['nginx', 'apache'] as const) {
      expect(() => writeInit(kind, { ...INPUT, ...input })).toThrow(message);
    }
  });

  test.each([
    ['app.mjs', 'app'],
    ['src/My shop.ts:app', 'My-shop'],
    ['/srv/été.mjs', 't'],
    ['/srv/_.mjs', 'app'],
  ])('calls %s %s', (app, name) => {
    expect(writeInit('nginx', { ...INPUT, app })).toContain(`\nupstream ${name} {\n`);
  });

  test('refuses a value of a flag with a line break', () => {
    const settings = { errorLog: 'a\nb' };
    for (const kind of ['systemd', 'docker', 'procfile'] as const) {
      expect(() => writeInit(kind, { ...INPUT, settings })).toThrow(
        '--error-log holds a control character',
      );
    }
  });
});
