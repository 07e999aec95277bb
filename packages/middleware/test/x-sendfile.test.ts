import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '@tsgi/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../src/compose.ts';
import { staticFiles } from '../src/static-files.ts';
import { xSendfile } from '../src/x-sendfile.ts';
import { clientBetween } from './between-lints.ts';
import { answering, fileWrapper } from './samples.ts';

const withWrapper = { environ: { 'tsgi.file_wrapper': fileWrapper } };

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-send-'));
  mkdirSync(join(folder, 'sub dir'));
  writeFileSync(join(folder, 'sub dir/\u00E9?.txt'), 'content');
});

afterAll(() => rmSync(folder, { recursive: true }));

const sending =
  (range?: { offset: number; length: number }): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', [
      ['Content-Type', 'text/plain'],
      ['Content-Length', String(range?.length ?? 7)],
    ]);
    const wrapper = environ['tsgi.file_wrapper'];
    return wrapper?.(join(folder, 'sub dir/\u00E9?.txt'), range) ?? [];
  };

describe('xSendfile', () => {
  test('names the internal location of nginx', () => {
    const response = clientBetween(
      xSendfile({ accelRedirect: { [folder]: '/internal' } }),
      sending(),
      withWrapper,
    ).get('/');
    expect(response.header('x-accel-redirect')).toBe('/internal/sub%20dir/%C3%A9%3F.txt');
    expect([
      response.text(),
      response.header('content-length'),
      response.header('content-type'),
    ]).toEqual(['', '0', 'text/plain']);
  });

  test('names the file for other servers', () => {
    const response = clientBetween(xSendfile({ sendfile: [folder] }), sending(), withWrapper).get(
      '/',
    );
    expect(response.header('x-sendfile')).toBe(encodeURI(join(folder, 'sub dir/\u00E9?.txt')));
    expect(response.text()).toBe('');
  });

  test.each([
    ['a file elsewhere', { accelRedirect: { '/elsewhere': '/x' } }, sending()],
    ['a part of a file', { sendfile: [tmpdir()] }, sending({ offset: 0, length: 3 })],
    ['no file', { sendfile: [tmpdir()] }, answering('200 OK', 'content')],
  ] as const)('sends %s itself', (_name, options, application) => {
    const response = clientBetween(xSendfile(options), application, withWrapper).get('/');
    expect([response.header('x-sendfile'), response.header('x-accel-redirect')]).toEqual([
      undefined,
      undefined,
    ]);
    expect('content'.startsWith(response.text()) && response.text() !== '').toBe(true);
  });

  test('hands over what staticFiles finds', () => {
    const site = compose(xSendfile({ sendfile: [folder] }), staticFiles(folder));
    const client = clientBetween(site, answering('404 Not Found'), withWrapper);
    const target = '/sub%20dir/%C3%A9%3F.txt';
    expect(client.get(target).header('x-sendfile')).toContain('sub%20dir');
    expect(client.get(target, { headers: { Range: 'bytes=0-2' } }).text()).toBe('con');
  });

  test('pays no heed to what the client says', () => {
    const headers = { 'X-Accel-Mapping': '/=/x', 'X-Sendfile-Type': 'X-Sendfile' };
    const response = clientBetween(
      xSendfile({ sendfile: ['/elsewhere'] }),
      sending(),
      withWrapper,
    ).get('/', {
      headers,
    });
    expect(response.text()).toBe('content');
  });

  test('refuses folders and locations that are none', () => {
    expect(() => xSendfile({ sendfile: ['files'] })).toThrow(
      'xSendfile: a folder must be an absolute path',
    );
    expect(() => xSendfile({ accelRedirect: { '/a': 'x' } })).toThrow(
      'xSendfile: an internal location must begin with /',
    );
  });
});
