import type { Middleware } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { PROBES } from '../src/suites/middleware/probes.ts';
import { runMiddlewareSuite } from '../src/suites/middleware/run-middleware-suite.ts';
import type { MiddlewareSuiteOptions } from '../src/suites/middleware/run-middleware-suite.ts';

const unchanged: Middleware = (application) => application;

const unclosed: Middleware = (application) => (environ, startResponse) => {
  const body = application(environ, startResponse);
  return { [Symbol.iterator]: () => body[Symbol.iterator]() };
};

const hasty: Middleware = (application) => (environ, startResponse) => {
  const [first] = application(environ, startResponse);
  return first === undefined ? [] : [first];
};

const adding: Middleware = (application) => (environ, startResponse) =>
  application(environ, (status, headers, error) => {
    startResponse(status, [...headers, ['X-Added', 'yes']], error);
  });

/** The messages of the checks that fail, by id. */
async function failuresOf(
  options: MiddlewareSuiteOptions,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { results } = await runMiddlewareSuite({ ...options, threshold: 'should' });
  const bad = results.filter(({ outcome }) => outcome === 'fail' || outcome === 'error');
  return Object.fromEntries(bad.map(({ check, message }) => [check, message]));
}

describe('runMiddlewareSuite', () => {
  test.each(['sync', 'async'] as const)(
    'finds nothing in a middleware that changes nothing, %s',
    async (profile) => {
      const run = await runMiddlewareSuite({ middleware: unchanged, profile });
      expect(run).toMatchObject({ exitCode: 0, profile });
      const outcomes = new Set(run.results.map(({ outcome }) => outcome));
      expect(outcomes).toEqual(new Set(profile === 'sync' ? ['pass', 'skip'] : ['pass']));
    },
  );

  test('takes a header for a change, unless it is declared', async () => {
    expect(Object.keys(await failuresOf({ middleware: adding }))).toEqual(['MW-IDENTITY.headers']);
    const declares = { headers: ['x-added'] };
    expect(await failuresOf({ middleware: adding, declares })).toEqual({});
  });

  test('names the application and the personality', async () => {
    const failures = await failuresOf({ middleware: unclosed });
    expect(failures['MW-CLOSE.every-request']).toBe(
      'violations: expected none, got no "inner close" around array (an Array of one chunk, with its length), P0',
    );
  });

  test('shows both sides in one trace', async () => {
    const { results } = await runMiddlewareSuite({ middleware: hasty, run: ['MW-LAZY.*'] });
    const events = results.find(({ outcome }) => outcome === 'fail')?.events ?? [];
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'outer call',
        'inner call',
        'inner start',
        'outer start',
        'inner pull',
      ]),
    );
  });

  test('asks what a synchronous middleware makes of asynchronous results', async () => {
    const middleware: Middleware = (application) => (environ, startResponse) => {
      const body = application(environ, startResponse);
      const iterate = body[Symbol.iterator].bind(body);
      return { [Symbol.iterator]: iterate, close: () => body.close?.() };
    };
    expect(Object.keys(await failuresOf({ middleware }))).toEqual(['ASYNC-DOWNGRADE.unable']);
    const downgrading: Middleware = (application) => {
      const inner = middleware(application);
      return (environ, startResponse) => {
        environ['tsgi.async'] = false;
        return inner(environ, startResponse);
      };
    };
    expect(await failuresOf({ middleware: downgrading })).toEqual({});
  });

  test('has applications of every kind to put a middleware around', () => {
    expect(PROBES.length).toBeGreaterThanOrEqual(18);
    expect(new Set(PROBES.map(({ id }) => id)).size).toBe(PROBES.length);
  });
});
