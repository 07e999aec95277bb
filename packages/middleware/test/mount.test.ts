import { describe, expect, test } from 'vitest';
import { createClient } from '@tsgi/testing';
import { mount } from '../src/mount.ts';
import { answering, tellPath } from './samples.ts';

describe('mount', () => {
  const site = mount({ '/a': tellPath, '/a/b': tellPath, '/%C3%A9': tellPath });
  const client = createClient(site, { scriptName: '/m' });

  test.each([
    ['/m/a', '/m/a|'],
    ['/m/a/', '/m/a|/'],
    ['/m/a/x', '/m/a|/x'],
    ['/m/a/b/x', '/m/a/b|/x'],
    ['/m/a/bc', '/m/a|/bc'],
    ['/m/%c3%a9/', '/m/%C3%A9|/'],
  ])('shifts the path of %s', (target, expected) => {
    expect(client.get(target).text()).toBe(expected);
  });

  test.each(['/m/', '/m/ab', '/m'])('answers %s with 404', (target) => {
    expect(client.get(target).status).toBe(404);
  });

  test('gives what is left to the application at /', () => {
    const rest = createClient(mount({ '/': tellPath, '/a': answering('200 OK', 'a') }));
    expect(rest.get('/b').text()).toBe('|/b');
    expect(rest.get('/').text()).toBe('|/');
    expect(rest.get('/a').text()).toBe('a');
  });

  test('leaves the environ of whoever called it alone', () => {
    const seen: string[] = [];
    const inner = mount({ '/a': tellPath });
    createClient((environ, startResponse) => {
      const body = inner(environ, startResponse);
      seen.push(environ.SCRIPT_NAME, environ.PATH_INFO);
      return body;
    }).get('/a/b');
    expect(seen).toEqual(['', '/a/b']);
  });

  test.each(['a', '/a/', '', '/a/../b', '/a?b', '/%c3', '//'])('refuses the path %j', (path) => {
    expect(() => mount({ [path]: tellPath })).toThrow(/^mount: a path must be canonical/);
  });
});
