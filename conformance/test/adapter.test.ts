import { describe, expect, test } from 'vitest';
import { checkRunning, readAdapter } from '../src/target/adapter.ts';
import { KIT, runNode } from './run-kit.ts';
import { join } from 'node:path';

const start = (): void => undefined;

describe('readAdapter', () => {
  test.each(['url', 'runtime'])('refuses a meta.%s that is no string', (name) => {
    const meta = { name: 'n', version: '1', [name]: 7 };
    expect(() => readAdapter({ meta, start })).toThrow(`meta.${name} must be a string`);
  });
});

describe('checkRunning', () => {
  test('takes what has a url and a close()', () => {
    const server = { url: 'http://127.0.0.1:1', close: async () => undefined };
    expect(checkRunning(server)).toBe(server);
  });

  test.each([
    [undefined, 'got undefined'],
    [null, 'got null'],
    [{ url: 'http://127.0.0.1:1' }, 'got { url: string, close: undefined }'],
    [{ close: start }, 'got { url: undefined, close: function }'],
  ])('says of %j what start() settles with', (server, got) => {
    expect(() => checkRunning(server)).toThrow(
      `start() settles with { url, close }, a string and a function; ${got}`,
    );
  });
});

describe('tsgi-harness', () => {
  const harness = join(KIT, 'bin/tsgi-harness.mjs');

  test('tells how it is used', async () => {
    expect(await runNode([harness, '--help'])).toMatchObject({
      code: 0,
      out: 'usage: tsgi-harness ADAPTER, a module; for tsgi-conformance server --protocol\n',
      err: '',
    });
  });

  test('asks for a module in place of a flag', async () => {
    const { code, out, err } = await runNode([harness, '--verbose']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('ADAPTER is missing: name a module, got the flag --verbose');
  });
});
