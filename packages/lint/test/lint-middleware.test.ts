import type { AsyncApplication, AsyncBody, AsyncMiddleware, Body } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import {
  lintAsyncMiddleware,
  LintError,
  lintMiddleware,
  type MiddlewareLintOptions,
} from '../src/index.ts';
import { makeAsyncExchange, serveAsync } from './async-gateway.ts';
import {
  BROKEN_MIDDLEWARE,
  generated,
  type MiddlewareCase,
  SOUND_MIDDLEWARE,
} from './cases/middleware.ts';
import { BROKEN_MOUNTING, SOUND_MOUNTING } from './cases/mounting.ts';
import { makeExchange, octets, type Response, serve } from './gateway.ts';

const HELLO = octets('hello');
const SOUND = [...SOUND_MIDDLEWARE, ...SOUND_MOUNTING];
const BROKEN = [...BROKEN_MIDDLEWARE, ...BROKEN_MOUNTING];

function collect(): { readonly findings: LintError[]; readonly options: MiddlewareLintOptions } {
  const findings: LintError[] = [];
  return { findings, options: { onFinding: (finding) => findings.push(finding) } };
}

function through(found: MiddlewareCase, options: MiddlewareLintOptions): Response {
  const { middleware, application = generated, request, licence } = found;
  return serve(lintMiddleware(middleware, { ...licence, ...options })(application), request);
}

describe(lintMiddleware, () => {
  test.each(SOUND)('finds nothing in a middleware that $name', (sound) => {
    const { findings, options } = collect();
    const plain = serve(sound.middleware(sound.application ?? generated), sound.request);
    const response = through(sound, options);
    expect(findings).toEqual([]);
    expect(response).toEqual(plain);
  });

  test.each(BROKEN)('hands over that a middleware $name', (broken) => {
    const { findings, options } = collect();
    through(broken, options);
    expect(findings.map(({ rule, blame }) => ({ rule, blame }))).toEqual([
      { rule: broken.rule, blame: 'middleware' },
    ]);
    expect(findings[0]?.got).toContain(broken.got);
  });

  test.each(BROKEN)('throws or logs that a middleware $name', (broken) => {
    const { error, log } = through(broken, {});
    const thrown = error instanceof LintError ? error.message : '';
    expect(`${thrown}\n${log.join('')}`).toContain(`${broken.rule}: `);
  });

  test('lets a middleware retry that is documented to', () => {
    const { findings, options } = collect();
    const linted = lintMiddleware(
      (application) => (environ, startResponse) => {
        const again = Object.assign(Object.create(null), environ);
        try {
          return application(environ, startResponse);
        } catch {
          return application(again, startResponse);
        }
      },
      { ...options, retries: true },
    );
    let calls = 0;
    const { text } = serve(
      linted((environ, startResponse) => {
        calls += 1;
        if (calls === 1) {
          throw new Error('busy');
        }
        return generated(environ, startResponse);
      }),
    );
    expect(text).toBe('helloworld');
    expect(findings).toEqual([]);
  });

  test('passes an Array on as an Array', () => {
    const { environ, start } = makeExchange({});
    const linted = lintMiddleware((application) => application)((_environ, startResponse) => {
      startResponse('200 OK', []);
      return [HELLO];
    });
    const body: unknown = linted(environ, start.call);
    expect(Array.isArray(body)).toBe(true);
    expect(body).toEqual([HELLO]);
  });

  test('keeps requests that interleave apart', () => {
    const { findings, options } = collect();
    const linted = lintMiddleware((application) => application, options)(generated);
    const { text } = serve((environ, startResponse) => {
      const outside = linted(environ, startResponse);
      serve(linted);
      return outside;
    });
    expect(text).toBe('helloworld');
    expect(findings).toEqual([]);
  });
});

const asyncGenerated: AsyncApplication = async function* generate(_environ, startResponse) {
  startResponse('200 OK', []);
  yield HELLO;
  yield HELLO;
};

const wrapping =
  (wrap: (inner: AsyncBody) => AsyncBody): AsyncMiddleware =>
  (application) =>
  async (environ, startResponse) =>
    wrap((await application(environ, startResponse)) as AsyncBody);

describe(lintAsyncMiddleware, () => {
  test.each([
    ['that passes everything on', (application: AsyncApplication) => application],
    [
      'that maps chunks',
      wrapping((inner) => ({
        async *[Symbol.asyncIterator]() {
          yield* inner;
        },
        close: async () => inner.close?.(),
      })),
    ],
  ])('finds nothing in a middleware %s', async (_name, middleware) => {
    const { findings, options } = collect();
    const linted = lintAsyncMiddleware(middleware, options)(asyncGenerated);
    const { text } = await serveAsync(linted, makeAsyncExchange());
    expect(text).toBe('hellohello');
    expect(findings).toEqual([]);
  });

  test('hands over that a middleware does not wait for the inner close()', async () => {
    const { findings, options } = collect();
    const closable: AsyncApplication = (environ, startResponse) => {
      const body = asyncGenerated(environ, startResponse) as AsyncBody;
      return {
        [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](),
        close: async () => {
          await Promise.resolve();
        },
      };
    };
    const hasty = wrapping((inner) => ({
      [Symbol.asyncIterator]: () => inner[Symbol.asyncIterator](),
      close: () => void inner.close?.(),
    }));
    const linted = lintAsyncMiddleware(hasty, options)(closable);
    await serveAsync(linted, makeAsyncExchange());
    expect(findings.map(({ rule, blame }) => `${rule} by ${blame}`)).toEqual([
      'ASYNC-MW-CLOSE by middleware',
    ]);
  });

  test('hands over that a middleware takes two inner chunks for one', async () => {
    const { findings, options } = collect();
    const joining = wrapping((inner) => ({
      async *[Symbol.asyncIterator]() {
        let last = new Uint8Array(0);
        for await (const chunk of inner) {
          last = Uint8Array.from([...last, ...chunk]);
        }
        yield last;
      },
      close: async () => inner.close?.(),
    }));
    const linted = lintAsyncMiddleware(joining, options)(asyncGenerated);
    await serveAsync(linted, makeAsyncExchange());
    expect(findings.map(({ rule }) => rule)).toEqual(['MW-NOBLOCK']);
  });

  test('hands over that a middleware hides a rejection', async () => {
    const { findings, options } = collect();
    const hiding: AsyncMiddleware = (application) => async (environ, startResponse) => {
      try {
        return await application(environ, startResponse);
      } catch {
        startResponse('200 OK', []);
        return [];
      }
    };
    const linted = lintAsyncMiddleware(
      hiding,
      options,
    )(async () => {
      throw new Error('broken');
    });
    await serveAsync(linted, makeAsyncExchange());
    expect(findings.map(({ rule }) => rule)).toEqual(['MW-EXC']);
  });

  test('waits for the inner close() behind a synchronous body', async () => {
    const { findings, options } = collect();
    const skipping: AsyncMiddleware = (application) => async (environ, startResponse) => {
      const inner = await application(environ, startResponse);
      return { [Symbol.iterator]: () => [].values(), close: () => inner.close?.() };
    };
    const linted = lintAsyncMiddleware(
      skipping,
      options,
    )((_environ, startResponse) => {
      startResponse('200 OK', []);
      const iterate = async function* (): AsyncGenerator<Uint8Array> {
        yield HELLO;
      };
      return { [Symbol.asyncIterator]: iterate, close: async () => Promise.resolve() };
    });
    await serveAsync(linted, makeAsyncExchange());
    expect(findings).toEqual([]);
  });

  test('does not take an inner close() that throws for one that is under way', async () => {
    const { findings, options } = collect();
    const keeping: AsyncMiddleware = (application) => async (environ, startResponse) => {
      const inner = (await application(environ, startResponse)) as Body;
      return { [Symbol.iterator]: () => inner[Symbol.iterator](), close: () => inner.close?.() };
    };
    const linted = lintAsyncMiddleware(
      keeping,
      options,
    )((_environ, startResponse) => {
      startResponse('200 OK', []);
      const close = (): void => {
        throw new Error('broken');
      };
      return { [Symbol.iterator]: () => [HELLO].values(), close };
    });
    await serveAsync(linted, makeAsyncExchange());
    expect(findings).toEqual([]);
  });

  test('passes on what return() of an asynchronous iterator gives', async () => {
    const { environ, start } = makeAsyncExchange();
    const last = { done: true, value: 'the last' } as const;
    const linted = lintAsyncMiddleware(
      (application) => application,
      collect().options,
    )((_environ, startResponse) => {
      startResponse('200 OK', []);
      const next = async () => ({ done: false, value: HELLO }) as const;
      return { [Symbol.asyncIterator]: () => ({ next, return: async () => last }) };
    });
    const body = (await linted(environ, start.call)) as AsyncBody;
    const iterator = body[Symbol.asyncIterator]();
    await iterator.next();
    expect(await iterator.return?.()).toBe(last);
  });
});
