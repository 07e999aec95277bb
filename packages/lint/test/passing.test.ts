import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { lint } from '../src/index.ts';
import { respond, SOUND_CASES } from './cases/sound.ts';
import { makeExchange, octets, serve } from './gateway.ts';
import { judge, judgeStrictly } from './judged.ts';

const HELLO = octets('hello');
const EMPTY = new Uint8Array(0);

describe(lint, () => {
  test.each(SOUND_CASES)('finds nothing where an application answers with $name', (sound) => {
    const { application, request, status = '200 OK', text } = sound;
    const { rules, response } = judge(application, request);
    expect(rules).toEqual([]);
    expect(response).toMatchObject({ status, text, aborted: false });
    expect(response.error).toBeUndefined();
  });

  test.each(SOUND_CASES)(
    'neither throws nor logs where an application answers with $name',
    (sound) => {
      const { thrown, text } = judgeStrictly(sound.application, sound.request);
      expect(thrown).toBeUndefined();
      expect(text).toBe('');
    },
  );

  test.each(SOUND_CASES)(
    'finds nothing between two others where it answers with $name',
    (sound) => {
      const rules: string[] = [];
      const onFinding = ({ rule }: { readonly rule: string }): void => void rules.push(rule);
      const inside = lint(sound.application, { onFinding });
      const between: Application = (environ, startResponse) => inside(environ, startResponse);
      const { text } = serve(lint(between, { onFinding }), sound.request);
      expect(rules).toEqual([]);
      expect(text).toBe(sound.text);
    },
  );

  test.each([0, 1, 2])('finds nothing where the client leaves after %i pulls', (pulls) => {
    const steps: string[] = [];
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      const list = (function* forever() {
        try {
          for (;;) {
            yield HELLO;
          }
        } finally {
          steps.push('return');
        }
      })();
      return { [Symbol.iterator]: () => list, close: () => void steps.push('close') };
    };
    const { rules, response } = judge(application, { pulls });
    expect(rules).toEqual([]);
    expect(response.aborted).toBe(true);
    expect(steps).toEqual(pulls === 0 ? ['close'] : ['return', 'close']);
  });

  test('passes chunks, Arrays, regions and header lists on as they came', () => {
    const list = [HELLO, EMPTY];
    const region = { fd: 3, offset: 0, length: 5 };
    const headers = [['A', 'b']] as const;
    const got: unknown[] = [];
    const { environ } = makeExchange({});
    const linted = lint((_environ, startResponse) => {
      startResponse('200 OK', headers);
      return Object.assign(list, { 'tsgi.file': region });
    });
    const body = linted(environ, (...args) => void got.push(...args));
    expect(got).toEqual(['200 OK', headers]);
    expect(got[1]).toBe(headers);
    expect(Array.isArray(body)).toBe(true);
    expect(body['tsgi.file']).toBe(region);
    expect([...body].map((chunk, index) => chunk === list[index])).toEqual([true, true]);
    expect((body as unknown as readonly unknown[])[0]).toBe(HELLO);
  });

  test.each([new Error('broken'), 'a string', undefined])(
    'lets what the application throws pass: %s',
    (error) => {
      const call = lint(() => {
        throw error;
      });
      const step = lint(function* failing(_environ, startResponse) {
        startResponse('200 OK', []);
        yield HELLO;
        throw error;
      });
      const caught: unknown[] = [];
      for (const application of [call, step]) {
        const { environ, start } = makeExchange({});
        try {
          const iterator = application(environ, start.call)[Symbol.iterator]();
          iterator.next();
          iterator.next();
        } catch (thrown) {
          caught.push(thrown);
        }
      }
      expect(caught).toEqual([error, error]);
    },
  );

  test('closes what the server will not get, once', () => {
    const closed: string[] = [];
    const closing = (name: string, value: object): object =>
      Object.assign(value, { close: () => void closed.push(name) });
    const { environ, start } = makeExchange({});
    expect(() => lint(respond(closing('object', {})))(environ, start.call)).toThrow('APP-RETURN');
    const array = makeExchange({});
    const wrong = respond(closing('array', ['text']));
    expect(() => lint(wrong)(array.environ, array.start.call)).toThrow('APP-CHUNK-TYPE');
    expect(closed).toEqual(['object', 'array']);
  });

  test('returns an iterator from which it throws, and leaves close() to the server', () => {
    const steps: string[] = [];
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      const list = (function* wrong() {
        try {
          yield 'text' as never;
        } finally {
          steps.push('return');
        }
      })();
      return { [Symbol.iterator]: () => list, close: () => void steps.push('close') };
    };
    const { error, log } = serve(lint(application));
    expect(error).toMatchObject({ rule: 'APP-CHUNK-TYPE' });
    expect(steps).toEqual(['return', 'close']);
    expect(log).toEqual([]);
  });

  test('calls the application all the same where the arguments are of no use', () => {
    const rules: string[] = [];
    const seen: unknown[] = [];
    const linted = lint(
      (...call) => {
        seen.push(...call);
        return [HELLO];
      },
      { onFinding: ({ rule }) => rules.push(rule) },
    );
    expect(Reflect.apply(linted, undefined, [null, 5])).toEqual([HELLO]);
    expect(seen).toEqual([null, 5]);
    expect(rules).toEqual(['CALL-ARGS']);
  });

  test('does not call return() of an iterator that threw by itself', () => {
    const steps: string[] = [];
    const next = (): never => {
      throw new Error('broken');
    };
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        [Symbol.iterator]: () => ({
          next,
          return: () => {
            steps.push('return');
            return { done: true, value: undefined };
          },
        }),
        close: () => void steps.push('close'),
      };
    };
    const { error } = serve(lint(application));
    expect(error).toMatchObject({ message: 'broken' });
    expect(steps).toEqual(['close']);
  });

  test('lets a middleware replace a response whose chunks it has held back', () => {
    const rules: string[] = [];
    const linted = lint(
      function* replacing(_environ, startResponse) {
        startResponse('200 OK', [['Content-Length', '20']]);
        yield HELLO;
        startResponse('500 Oops', [['Content-Length', '5']], new Error('late'));
        yield HELLO;
      },
      { outer: 'middleware', onFinding: ({ rule }) => rules.push(rule) },
    );
    const { environ } = makeExchange({});
    expect([...linted(environ, () => {})]).toEqual([HELLO, HELLO]);
    expect(rules).toEqual([]);
  });

  test('throws one finding and logs the others', () => {
    const { environ, start, log } = makeExchange({ environ: { SERVER_PORT: 80, 'tsgi.async': 1 } });
    expect(() => lint(respond([]))(environ, start.call)).toThrow('ENV-STRING');
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^ENV-FLAGS: .* Got: tsgi\.async: the number 1\.\n$/);
  });

  test('lets an application answer a refused call of startResponse with an error', () => {
    const { rules, response } = judge((_environ, startResponse) => {
      try {
        startResponse('200 OK', [['A', 'b\nc']]);
      } catch (error) {
        startResponse('500 Oops', [], error);
      }
      return [HELLO];
    });
    expect(rules).toEqual(['APP-HDR-VALUE']);
    expect(response).toMatchObject({ status: '500 Oops', text: 'hello' });
  });

  test('sets tsgi.async to false, since it cannot handle what comes of true', () => {
    let seen: unknown;
    const signal = new AbortController().signal;
    const entries = { 'tsgi.async': true, 'tsgi.signal': signal };
    const input = { async *[Symbol.asyncIterator]() {} };
    judge(
      (environ, startResponse) => {
        seen = environ['tsgi.async'];
        startResponse('200 OK', []);
        return [];
      },
      { environ: { ...entries, 'tsgi.async_input': input } },
    );
    expect(seen).toBe(false);
  });
});
