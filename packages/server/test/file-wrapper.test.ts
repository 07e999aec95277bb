import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application, Body, Environ } from '@tsgi/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrapFile } from '../src/file-wrapper.ts';
import { gate, get, startOn, TRANSPORTS } from './server-fixture.ts';

const MIB = 1024 * 1024;
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-file-'));
  path = join(folder, 'digits');
  writeFileSync(path, '0123456789');
});

afterAll(() => rmSync(folder, { recursive: true }));

const code = (value: string) => expect.objectContaining({ code: value });
const text = (body: Iterable<Uint8Array>) => Buffer.concat([...body]).toString('latin1');

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

function fdOf(body: Body): number {
  return body['tsgi.file']?.fd ?? -1;
}

describe('wrapFile', () => {
  test('gives a body of the whole file, and shows the region', () => {
    const body = wrapFile(path);
    expect(body['tsgi.file']).toEqual({ fd: fdOf(body), offset: 0, length: 10, path });
    expect(text(body)).toBe('0123456789');
    expect(text(body)).toBe('0123456789');
    body.close?.();
    expect(isOpen(fdOf(body))).toBe(false);
  });

  test.each([
    [{ offset: 3 }, '3456789'],
    [{ length: 2 }, '01'],
    [{ offset: 8, length: 2 }, '89'],
    [{ offset: 10 }, ''],
    [{ offset: undefined, length: undefined }, '0123456789'],
  ])('gives the part %j', (range, expected) => {
    const body = wrapFile(path, range);
    expect(text(body)).toBe(expected);
    body.close?.();
  });

  test('neither uses nor moves the position of a descriptor, nor closes it', () => {
    const fd = openSync(path, 'r');
    const body = wrapFile(fd, { offset: 2, length: 3 });
    expect(body['tsgi.file']).toEqual({ fd, offset: 2, length: 3 });
    expect(text(body)).toBe('234');
    body.close?.();
    body.close?.();
    expect(isOpen(fd)).toBe(true);
    closeSync(fd);
  });

  test.each<[string, unknown]>([
    ['a negative offset', { offset: -1 }],
    ['a fraction', { length: 1.5 }],
    ['a string', { length: '1' }],
    ['an end beyond the file', { offset: 9, length: 2 }],
    ['an offset beyond the file', { offset: 11 }],
  ])('refuses %s, and leaves no descriptor open', (_what, range) => {
    const before = openSync(path, 'r');
    closeSync(before);
    expect(() => wrapFile(path, range as { offset: number })).toThrow(RangeError);
    const after = openSync(path, 'r');
    closeSync(after);
    expect(after).toBe(before);
  });

  test('throws what the system says of a path that cannot be opened', () => {
    expect(() => wrapFile(join(folder, 'absent'))).toThrow(code('ENOENT'));
  });

  test('refuses a folder and a pipe, without waiting for a writer', () => {
    expect(() => wrapFile(folder)).toThrow(code('ERR_TSGI_FILE'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => wrapFile(pipe)).toThrow(code('ERR_TSGI_FILE'));
  });

  test.each([-1, 1.5, undefined, {}])('refuses %j in place of a file', (file) => {
    expect(() => wrapFile(file as string)).toThrow(TypeError);
  });

  test('yields no more once it is closed', () => {
    const body = wrapFile(path);
    const iterator = body[Symbol.iterator]();
    body.close?.();
    expect(() => iterator.next()).toThrow(code('ERR_TSGI_FILE'));
    expect(body['tsgi.file']).toBeUndefined();
  });

  test('throws where the file is shorter than it was', () => {
    const short = join(folder, 'short');
    writeFileSync(short, 'abc');
    const body = wrapFile(short);
    truncateSync(short, 0);
    expect(() => text(body)).toThrow(code('ERR_TSGI_FILE'));
    body.close?.();
  });
});

describe.each(TRANSPORTS)('tsgi.file_wrapper on %s', (transport) => {
  const start = startOn(transport);
  const wrap = (environ: Environ, ...of: Parameters<typeof wrapFile>): Body =>
    environ['tsgi.file_wrapper']?.(...of) ?? [];

  test.each(['sync', 'async'] as const)('sends a large file whole (%s)', async (profile) => {
    const large = join(folder, `large-${transport}-${profile}`);
    const content = Buffer.alloc(3 * MIB + 5, 'abcdefghijklmnopqrstuvwxy\n');
    writeFileSync(large, content);
    const { client } = await start(
      (environ, startResponse) => {
        startResponse('200 OK', []);
        return wrap(environ, large);
      },
      { profile },
    );
    const raw = await client();
    raw.send(get('/', 'Connection: close'));
    await raw.end();
    expect(raw.received).toContain(`Content-Length: ${content.length}\r\n`);
    const body = raw.received.slice(raw.received.indexOf('\r\n\r\n') + 4);
    expect(body === content.toString('latin1')).toBe(true);
  });

  test('sends parts on one connection, closes what it opened and keeps what it was given', async () => {
    const shared = openSync(path, 'r');
    const fds: number[] = [];
    const { client } = await start((environ, startResponse) => {
      startResponse('206 Partial Content', []);
      const whole = environ.PATH_INFO === '/path';
      const body = wrap(environ, whole ? path : shared, { offset: 2, length: 3 });
      fds.push(fdOf(body));
      return body;
    });
    const raw = await client();
    raw.send(get('/path') + get('/fd') + get('/path', 'Connection: close'));
    await raw.end();
    expect(raw.received.match(/\r\n\r\n234/g)).toHaveLength(3);
    expect(isOpen(shared)).toBe(true);
    expect(isOpen(fds[0] ?? -1)).toBe(false);
    closeSync(shared);
  });

  test('answers HEAD as GET, without the content', async () => {
    const { client } = await start((environ, startResponse) => {
      startResponse('200 OK', []);
      return wrap(environ, path);
    });
    const raw = await client();
    raw.send('HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    await raw.end();
    expect(raw.received).toMatch(/Content-Length: 10\r\n[^]*\r\n\r\n$/);
  });

  test('lets an application answer 404', async () => {
    const { client } = await start((environ, startResponse) => {
      try {
        wrap(environ, join(folder, 'absent'));
      } catch {
        startResponse('404 Not Found', []);
      }
      return [];
    });
    const raw = await client();
    raw.send(get('/', 'Connection: close'));
    await raw.end();
    expect(raw.received).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('cuts the response off where the file shrinks while it is sent', async () => {
    const shrinking = join(folder, `shrinking-${transport}`);
    writeFileSync(shrinking, Buffer.alloc(64 * MIB));
    const { client, faults } = await start((environ, startResponse) => {
      startResponse('200 OK', []);
      return wrap(environ, shrinking);
    });
    const raw = await client();
    raw.socket.pause();
    raw.send(get('/'));
    await new Promise<void>((resolve) => raw.socket.once('readable', resolve));
    truncateSync(shrinking, 100);
    raw.socket.resume();
    await raw.end();
    expect(raw.received.length).toBeLessThan(64 * MIB);
    expect(faults).toEqual([code('ERR_TSGI_FILE')]);
  });

  test('closes the body of a download that the client gives up', async () => {
    const large = join(folder, `given-up-${transport}`);
    writeFileSync(large, Buffer.alloc(64 * MIB));
    const finished = gate();
    let fd = -1;
    const app: Application = (environ, startResponse) => {
      startResponse('200 OK', []);
      const body = wrap(environ, large);
      fd = fdOf(body);
      environ['tsgi.on_finish'](finished.open);
      return body;
    };
    const { client, faults } = await start(app);
    const raw = await client();
    raw.send(get('/'));
    await raw.until('\r\n\r\n');
    expect(isOpen(fd)).toBe(true);
    raw.socket.resetAndDestroy();
    await finished.opened;
    expect(isOpen(fd)).toBe(false);
    expect(faults).toEqual([]);
  });

  test('iterates a body that wraps the wrapper', async () => {
    const { client } = await start((environ, startResponse) => {
      startResponse('200 OK', []);
      const inner = wrap(environ, path);
      return {
        *[Symbol.iterator]() {
          for (const chunk of inner) {
            yield chunk.map((octet) => (octet === 0x35 ? 0x2a : octet));
          }
        },
        close: () => inner.close?.(),
      };
    });
    const raw = await client();
    raw.send(get('/', 'Connection: close'));
    await raw.end();
    expect(raw.received).toContain('01234*6789');
  });
});
