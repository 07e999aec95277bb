import type { AsyncApplication, AsyncBody, Body } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { lintAsync, type LintError } from '../src/index.ts';
import { ASYNC_BODY_CASES } from './cases/async-body.ts';
import { runCase } from './cases/async-case.ts';
import { ASYNC_REQUEST_CASES } from './cases/async-request.ts';
import { judgeAsync, makeAsyncExchange, serveAsync, StreamedInput } from './async-gateway.ts';
import { octets, type RequestOptions } from './gateway.ts';

const HELLO = octets('hello');

interface SoundCase {
  readonly name: string;
  readonly application: AsyncApplication;
  readonly request?: RequestOptions;
  readonly text: string;
}

const SOUND: readonly SoundCase[] = [
  {
    name: 'synchronously',
    application: (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '5']]);
      return [HELLO];
    },
    text: 'hello',
  },
  {
    name: 'with a promise of an Array',
    application: async (_environ, startResponse) => {
      startResponse('200 OK', []);
      return [HELLO, HELLO];
    },
    text: 'hellohello',
  },
  {
    name: 'with an asynchronous generator',
    application: async function* generate(_environ, startResponse) {
      yield new Uint8Array(0);
      startResponse('200 OK', [['Content-Length', '10']]);
      yield HELLO;
      yield HELLO;
    },
    text: 'hellohello',
  },
  {
    name: 'with an iterator of its own without return()',
    application: async (_environ, startResponse) => {
      startResponse('200 OK', []);
      let left = 1;
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () =>
            left-- > 0 ? { done: false, value: HELLO } : { done: true, value: undefined },
        }),
      };
    },
    text: 'hello',
  },
  {
    name: 'with what it was sent',
    application: async function* echo(environ, startResponse) {
      startResponse('200 OK', []);
      yield* environ['tsgi.async_input'] ?? [];
    },
    request: {
      environ: { 'tsgi.async_input': new StreamedInput(['hel', 'lo']), CONTENT_LENGTH: '5' },
    },
    text: 'hello',
  },
  {
    name: 'to HEAD',
    application: async function* generate(_environ, startResponse) {
      startResponse('200 OK', [['Content-Length', '5']]);
      yield HELLO;
    },
    request: { method: 'HEAD' },
    text: '',
  },
];

const ASYNC_CASES = [...ASYNC_REQUEST_CASES, ...ASYNC_BODY_CASES];

describe(lintAsync, () => {
  test.each(ASYNC_CASES)('hands over that somebody $name', async (found) => {
    const findings: LintError[] = [];
    const onFinding = (finding: LintError): void => void findings.push(finding);
    await runCase(found, lintAsync(found.application, { onFinding }));
    expect(findings.map(({ rule, blame }) => ({ rule, blame }))).toEqual([
      { rule: found.rule, blame: found.blame },
    ]);
    expect(findings[0]?.got).toContain(found.got);
  });

  test.each(SOUND)('finds nothing where an application answers $name', async (sound) => {
    const exchange = makeAsyncExchange(sound.request);
    const { rules, response } = await judgeAsync(sound.application, exchange);
    expect(rules).toEqual([]);
    expect(response).toEqual({ status: '200 OK', text: sound.text, error: undefined });
  });

  test('gives a synchronous answer synchronously', () => {
    const { environ, start } = makeAsyncExchange();
    const body = lintAsync((_environ, startResponse) => {
      startResponse('200 OK', []);
      return [HELLO];
    })(environ, start.call);
    expect(Array.isArray(body)).toBe(true);
  });

  test('judges no chunk that comes after the server has stopped', async () => {
    const rules: string[] = [];
    const { environ, start } = makeAsyncExchange();
    const linted = lintAsync(
      (_environ, startResponse) => {
        startResponse('200 OK', [['Content-Length', '20']]);
        let end: (() => void) | undefined;
        return {
          [Symbol.asyncIterator]: () => ({
            next: () =>
              new Promise((resolve) => {
                end = () => resolve({ done: true, value: undefined });
              }),
            return: async () => {
              end?.();
              return { done: true, value: undefined };
            },
          }),
        };
      },
      { onFinding: ({ rule }) => rules.push(rule) },
    );
    const body = (await linted(environ, start.call)) as AsyncBody;
    const iterator = body[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await iterator.return?.();
    await body.close?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(rules).toEqual([]);
  });

  test('lets a rejection pass', async () => {
    const error = new Error('broken');
    const application = async (): Promise<never> => {
      throw error;
    };
    const { rules, response } = await judgeAsync(application, makeAsyncExchange());
    expect(rules).toEqual([]);
    expect(response.error).toBe(error);
  });

  test('lets a rejected next() pass, and closes once', async () => {
    const error = new Error('broken');
    const steps: string[] = [];
    const application: AsyncApplication = (_environ, startResponse) => {
      startResponse('200 OK', []);
      const body: AsyncBody = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            throw error;
          },
          return: async () => {
            steps.push('return');
            return { done: true, value: undefined };
          },
        }),
        close: async () => void steps.push('close'),
      };
      return body;
    };
    const { rules, response } = await judgeAsync(application, makeAsyncExchange());
    expect(rules).toEqual([]);
    expect(response.error).toBe(error);
    expect(steps).toEqual(['close']);
  });

  test('rejects with a finding, and returns the iterator behind it', async () => {
    const steps: string[] = [];
    const exchange = makeAsyncExchange();
    const application: AsyncApplication = async function* wrong(_environ, startResponse) {
      startResponse('200 OK', []);
      try {
        yield 'text' as never;
      } finally {
        steps.push('return');
      }
    };
    const { error } = await serveAsync(lintAsync(application), exchange);
    expect(error).toMatchObject({ rule: 'APP-CHUNK-TYPE', blame: 'application' });
    expect(steps).toEqual(['return']);
  });

  test('closes the body of a promise that it refuses', async () => {
    const { environ, start } = makeAsyncExchange({ environ: { 'tsgi.async': false } });
    const closed = new Promise((resolve) => {
      const application: AsyncApplication = async (_environ, startResponse) => {
        startResponse('200 OK', []);
        return Object.assign([HELLO], { close: () => resolve('closed') });
      };
      expect(() => lintAsync(application)(environ, start.call)).toThrow('ASYNC-HONOUR');
    });
    await expect(closed).resolves.toBe('closed');
  });

  test('lets a close() of a body that it refuses reject', async () => {
    const { environ, start } = makeAsyncExchange({ environ: { 'tsgi.async': false } });
    const closed = new Promise((resolve) => {
      const body: AsyncBody = {
        async *[Symbol.asyncIterator]() {},
        close: async () => {
          resolve('closed');
          throw new Error('broken');
        },
      };
      expect(() => lintAsync(() => body)(environ, start.call)).toThrow('ASYNC-HONOUR');
    });
    await expect(closed).resolves.toBe('closed');
  });

  test('calls the application all the same where the arguments are of no use', () => {
    const rules: string[] = [];
    const linted = lintAsync(() => [HELLO], { onFinding: ({ rule }) => rules.push(rule) });
    expect(Reflect.apply(linted, undefined, [])).toEqual([HELLO]);
    expect(rules).toEqual(['CALL-ARGS']);
  });

  test('names the rule of asynchronous middleware that forgets return()', async () => {
    const findings: LintError[] = [];
    const { environ, start } = makeAsyncExchange();
    const linted = lintAsync(
      async function* generate(_environ, startResponse) {
        startResponse('200 OK', []);
        yield HELLO;
      },
      { outer: 'middleware', onFinding: (finding) => findings.push(finding) },
    );
    const body = (await linted(environ, start.call)) as AsyncBody;
    await body[Symbol.asyncIterator]().next();
    await body.close?.();
    expect(findings.map(({ rule, blame }) => `${rule} by ${blame}`)).toEqual([
      'ASYNC-MW-RETURN by middleware',
    ]);
  });

  test('passes on what close() of a synchronous body returns', async () => {
    const { environ, start } = makeAsyncExchange();
    const closed = Promise.resolve('closed');
    const linted = lintAsync((_environ, startResponse) => {
      startResponse('200 OK', []);
      return { [Symbol.iterator]: () => [HELLO].values(), close: () => closed };
    });
    const body = (await linted(environ, start.call)) as AsyncBody;
    expect(body.close?.()).toBe(closed);
  });

  test('leaves an Array such that a Proxy of it can answer otherwise', () => {
    const { environ, start } = makeAsyncExchange();
    const linted = lintAsync((_environ, startResponse) => {
      startResponse('200 OK', []);
      return Object.assign([HELLO], { close: () => undefined });
    });
    const body = linted(environ, start.call) as Body;
    const other = { [Symbol.iterator]: () => [].values(), close: () => undefined };
    const proxy = new Proxy(body, { get: (_target, key) => Reflect.get(other, key) as unknown });
    expect([...proxy]).toEqual([]);
    expect(proxy.close?.()).toBeUndefined();
  });

  test('gives up an input whose iterator has no return()', () => {
    const bare = { next: () => ({ done: false, value: HELLO }) as const };
    const input = { read: () => HELLO, [Symbol.iterator]: () => bare };
    const { environ, start } = makeAsyncExchange({ environ: { 'tsgi.input': input } });
    const results: unknown[] = [];
    const linted = lintAsync(
      (given, startResponse) => {
        results.push(given['tsgi.input'][Symbol.iterator]().return?.());
        startResponse('200 OK', []);
        return [];
      },
      { onFinding: () => undefined },
    );
    Reflect.apply(linted, undefined, [environ, start.call]);
    expect(results).toEqual([{ done: true, value: undefined }]);
  });
});
