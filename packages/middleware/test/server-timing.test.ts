import { createClient } from '@tsgi/testing';
import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { serverTiming, timingOf } from '../src/server-timing.ts';
import { clientBetween } from './between-lints.ts';
import { answering, octets } from './samples.ts';

const telling =
  (read: (environ: Environ) => string | undefined): Application =>
  (environ, startResponse) => {
    startResponse('200 OK', []);
    return [octets(read(environ) ?? '(none)')];
  };

describe('serverTiming', () => {
  test('tells what the application adds, and the total', () => {
    const application: Application = (environ, startResponse) => {
      const timing = timingOf(environ);
      timing.add('cache', undefined, 'a "hit"\u00E9');
      const value = timing.measure('db', () => 'row');
      timing.add('none', 1.23456);
      return answering('200 OK', value)(environ, startResponse);
    };
    const field = clientBetween(serverTiming(), application).get('/').header('server-timing');
    expect(field).toMatch(
      /^cache;desc="a \\"hit\\"\?", db;dur=[\d.]+, none;dur=1\.235, total;dur=[\d.]+$/,
    );
  });

  test('tells nothing to others, and takes timings without it', () => {
    const application = telling((environ) => {
      timingOf(environ).add('x', 1);
      return 'ok';
    });
    const quiet = clientBetween(serverTiming(), application, { remoteAddress: '192.0.2.1' }).get(
      '/',
    );
    expect([quiet.text(), quiet.header('server-timing')]).toEqual(['ok', undefined]);
    expect(createClient(application).get('/').text()).toBe('ok');
  });

  test('refuses a name that is no token', () => {
    expect(() => timingOf({} as Environ).add('a b')).toThrow('a name must be a token; got "a b"');
  });
});
