import { describe, expect, test } from 'vitest';
import { DEFAULTS, resolveOptions } from '../src/options.ts';

const CLIENT_TIMES = ['keepAliveTimeout', 'headersTimeout', 'bodyTimeout', 'writeTimeout'] as const;

describe('resolveOptions', () => {
  test.each(CLIENT_TIMES)('takes 0 for any time of %s', (name) => {
    const settings = resolveOptions({ [name]: 0 });
    expect(settings[name]).toBe(2 ** 31 - 1);
    for (const other of CLIENT_TIMES.filter((one) => one !== name)) {
      expect(settings[other]).toBe(DEFAULTS[other]);
    }
  });

  test('leaves 0 at once where the server itself takes the time', () => {
    expect(resolveOptions({ gracefulTimeout: 0, drainTimeout: 0 })).toMatchObject({
      gracefulTimeout: 0,
      drainTimeout: 0,
    });
  });
});
