import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { runApplicationSuite } from '../src/suites/application/run-application-suite.ts';
import type {
  ApplicationSuiteOptions,
  ModuleSuiteRun,
} from '../src/suites/application/run-application-suite.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']]);
  return [text('hello')];
};

/** The checks with an outcome, by id. */
function withOutcome({ results }: ModuleSuiteRun, ...outcomes: readonly string[]): string[] {
  return results.filter(({ outcome }) => outcomes.includes(outcome)).map(({ check }) => check);
}

async function failuresOf(options: ApplicationSuiteOptions): Promise<string[]> {
  return withOutcome(await runApplicationSuite(options), 'fail', 'warn', 'error');
}

describe('runApplicationSuite', () => {
  test('finds nothing in a sound application', async () => {
    const run = await runApplicationSuite({ application: hello, threshold: 'should' });
    expect(withOutcome(run, 'fail', 'warn', 'error', 'blocked', 'notrun')).toEqual([]);
    expect(run).toMatchObject({ exitCode: 0, profile: 'sync' });
  });

  test('names the rule, the request, what came, and the events', async () => {
    const run = await runApplicationSuite({
      application: (_environ, startResponse) => {
        startResponse('200 OK', [['Content-Length', '3']]);
        return [text('hello')];
      },
      run: ['APP-CL-MATCH.*'],
    });
    const failed = run.results.find(({ outcome }) => outcome === 'fail');
    expect(run.exitCode).toBe(1);
    expect(failed).toMatchObject({
      check: 'APP-CL-MATCH.every-request',
      rule: { id: 'APP-CL-MATCH' },
      expected: 'violations: none',
      wire: [{ sent: 'GET / HTTP/1.1\r\n\r\n' }],
    });
    expect(failed?.got).toContain('5 octets where Content-Length is 3 in GET /, P0');
    expect(failed?.events?.map(({ type }) => type)).toContain('start');
  });

  test('finds out that an application is asynchronous, and that its module does not say so', async () => {
    const application: AsyncApplication = async (_environ, startResponse) => {
      await new Promise(setImmediate);
      startResponse('200 OK', []);
      return [text('late')];
    };
    const run = await runApplicationSuite({ application, declared: undefined });
    expect(run.profile).toBe('async');
    expect(withOutcome(run, 'fail')).toEqual([
      'ASYNC-HONOUR.every-request',
      'ASYNC-MODULE.declared',
    ]);
  });

  test('asks under the chosen personalities alone', async () => {
    const asked: string[] = [];
    const run = await runApplicationSuite({
      application: hello,
      personalities: ['P5'],
      onPersonality: (id) => asked.push(id),
    });
    // P0 is what P5 is compared with.
    expect(asked.toSorted()).toEqual(['P0', 'P5']);
    expect(run.results.find(({ check }) => check === 'APP-HEAD.status')).toMatchObject({
      outcome: 'skip',
      reason: 'filtered',
    });
  });

  test('says where there is nothing to judge', async () => {
    const run = await runApplicationSuite({
      application: hello,
      requests: [{ method: 'GET', target: '/' }],
    });
    const result = run.results.find(({ check }) => check === 'APP-INPUT-END.unknown-length');
    expect(result).toMatchObject({ outcome: 'info', message: 'nothing to judge' });
  });

  test('compares the status with what the author expects', async () => {
    const requests = [{ method: 'GET', target: '/', expect: { from: 201, to: 204 } }];
    expect(await failuresOf({ application: hello, requests })).toEqual(['REQ-STATUS.expected']);
  });

  test('counts file descriptors that are left open', async () => {
    const left: number[] = [];
    const application: Application = (_environ, startResponse) => {
      const file = openSync(THIS_FILE, 'r');
      startResponse('200 OK', []);
      return (function* read() {
        try {
          yield text('one');
          yield text('two');
        } finally {
          left.push(file);
        }
      })();
    };
    const failures = await failuresOf({
      application: (environ, startResponse) => {
        const body = application(environ, startResponse);
        return Object.assign(body, { close: () => left.splice(0).forEach(closeSync) });
      },
      budget: 1000,
    });
    expect(failures).toEqual(['APP-CLEANUP.before-pull']);
  });

  test('gives up on a promise that never settles', async () => {
    const application: AsyncApplication = () => new Promise(() => undefined);
    const failures = await failuresOf({ application, profile: 'async', budget: 20 });
    expect(failures).toContain('BOOT-RESPONSE.any');
  });

  test('leaves a body that has no end', async () => {
    const application: Application = function* endless(_environ, startResponse) {
      startResponse('200 OK', []);
      for (;;) yield text('tick');
    };
    expect(await failuresOf({ application })).toEqual([]);
  });

  test('fills tsgi.state by startup, and refuses where that throws', async () => {
    const seen: unknown[] = [];
    const application: Application = (environ, startResponse) => {
      seen.push(environ['tsgi.state']?.['example.db']);
      startResponse('204 No Content', []);
      return [];
    };
    const lifespan = {
      startup: (state: Record<string, unknown>) => void (state['example.db'] = 7),
    };
    await runApplicationSuite({ application, lifespan, personalities: ['P6'] });
    expect(seen).toContain(7);
    const failing = { startup: () => Promise.reject(new Error('no database')) };
    await expect(runApplicationSuite({ application, lifespan: failing })).rejects.toThrow(
      'startup of the lifespan threw Error: no database',
    );
  });
});
