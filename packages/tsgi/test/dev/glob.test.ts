import { describe, expect, test } from 'vitest';
import { compileGlobs } from '../../src/dev/glob.ts';
import { RELOAD_EXCLUDE, RELOAD_INCLUDE } from '../../src/dev/watch-options.ts';

describe('compileGlobs', () => {
  test.each([
    ['*.js', 'a.js', true],
    ['*.js', 'b/c/a.js', true],
    ['*.js', 'a.jsx', false],
    ['src/*.js', 'src/a.js', true],
    ['src/*.js', 'src/b/a.js', false],
    ['src/**/*.js', 'src/a.js', true],
    ['src/**/*.js', 'src/b/c/a.js', true],
    ['src/**', 'src/b/c', true],
    ['./src/*.js', 'src/a.js', true],
    ['generated/', 'generated/a', true],
    ['generated/', 'b/generated/a', true],
    ['generated/', 'generated.js', false],
    ['a?.js', 'ab.js', true],
    ['a?.js', 'a/.js', false],
    ['*.{js,mjs}', 'a.mjs', true],
    ['*.{js,mjs}', 'a.{js', false],
    ['a+(b).js', 'a+(b).js', true],
    ['a,b', 'a,b', true],
    ['[a].js', 'a.js', false],
  ])('%s matches %s: %s', (glob, path, expected) => {
    expect(compileGlobs([glob])(path)).toBe(expected);
  });

  test('matches nothing without globs', () => {
    expect(compileGlobs([])('a')).toBe(false);
  });

  test.each([
    ['app.ts', true],
    ['deep/app.mjs', true],
    ['package.json', true],
    ['README.md', false],
    ['.env.js', false],
    ['node_modules', false],
    ['a/node_modules', false],
    ['.git', false],
    ['app.js~', false],
  ])('looks at %s by default: %s', (path, expected) => {
    const include = compileGlobs(RELOAD_INCLUDE);
    const exclude = compileGlobs(RELOAD_EXCLUDE);
    expect(include(path) && !exclude(path)).toBe(expected);
  });
});
