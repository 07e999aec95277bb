import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findScript } from '../src/php-script.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-php-'));
  mkdirSync(join(folder, 'site/blog/empty'), { recursive: true });
  mkdirSync(join(folder, 'site/folder.php'));
  for (const file of [
    'outside.php',
    'site/index.php',
    'site/page.php',
    'site/upload.jpg',
    'site/.php',
    'site/café.php',
    'site/blog/index.php',
    'site/folder.php/inner.php',
  ]) {
    writeFileSync(join(folder, file), '<?php');
  }
  symlinkSync(join(folder, 'outside.php'), join(folder, 'site/linked.php'));
  symlinkSync(join(folder, 'site'), join(folder, 'current'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const octets = (text: string): string => Buffer.from(text).toString('latin1');

async function find(
  path: string,
  options: { fallback?: string; root?: string } = {},
): Promise<unknown> {
  const found = await findScript(octets(path), { root: join(folder, 'site'), ...options });
  return found === undefined || found === 'slash' ? found : [found.scriptName, found.pathInfo];
}

describe('findScript', () => {
  test.each([
    ['/page.php', '/page.php', ''],
    ['/page.php/', '/page.php', '/'],
    ['/page.php/a/b.php', '/page.php', '/a/b.php'],
    ['/', '/index.php', ''],
    ['/blog/', '/blog/index.php', ''],
    ['/folder.php/inner.php', '/folder.php/inner.php', ''],
    ['/café.php', octets('/café.php'), ''],
  ])('takes %s apart', async (path, script, info) => {
    expect(await find(path)).toEqual([script, info]);
  });

  test.each([
    '/upload.jpg',
    '/upload.jpg/x.php',
    '/missing.php',
    '/page.php.jpg',
    '/page.PHP',
    '/.php',
    '/linked.php',
    '/../outside.php',
    '/blog/../../outside.php',
    '//page.php',
    '/./page.php',
    '/blog/empty/',
    '/folder.php',
    '/page.php\0.jpg',
    '/nothing',
  ])('finds no script for %s', async (path) => {
    expect(await find(path)).toBeUndefined();
  });

  test.each(['', '/blog'])('sends %j to its folder', async (path) => {
    expect(await find(path)).toBe('slash');
  });

  test('finds no script where the octets are no text', async () => {
    expect(await findScript('/caf\xe9.php', { root: join(folder, 'site') })).toBeUndefined();
  });

  test.each(['/upload.jpg/x.php', '/nothing', '/../outside.php'])(
    'gives %s to the fallback',
    async (path) => {
      expect(await find(path, { fallback: 'index.php' })).toEqual(['/index.php', path]);
    },
  );

  test('finds no script for a fallback that is not there', async () => {
    expect(await find('/nothing', { fallback: 'missing.php' })).toBeUndefined();
  });

  test('names the file as PHP sees it', async () => {
    const root = join(folder, 'current');
    const found = await findScript('/page.php', { root, documentRoot: '/srv/app/' });
    expect(found).toMatchObject({
      variables: [
        'SCRIPT_FILENAME',
        '/srv/app/page.php',
        'DOCUMENT_ROOT',
        '/srv/app',
        'REDIRECT_STATUS',
        '200',
      ],
    });
  });

  test('finds nothing where the root is not there', async () => {
    expect(await find('/page.php', { root: join(folder, 'missing') })).toBeUndefined();
  });
});
