// Broken inputs, error streams and on_finish functions under a sound application.

import type { Application, InputStream, Outcome } from '@tsgi/types';
import { coded, type Exchange, MemoryInput, octets } from '../gateway.ts';
import { run, type ServerCase } from './case.ts';

type Use = (input: InputStream) => void;

const using =
  (use: Use): Application =>
  (environ, startResponse) => {
    use(environ['tsgi.input']);
    startResponse('200 OK', []);
    return [];
  };

const input = (methods: object): object => Object.assign(new MemoryInput('hello'), methods);

const runs = (linted: Application, exchange: Exchange): void => {
  run(linted, exchange);
};

interface InputFault {
  readonly name: string;
  readonly rule: ServerCase['rule'];
  readonly got: string;
  readonly methods: () => object;
  readonly use: Use;
  readonly length?: string;
}

/** Gives these results one after the other. */
function script(...results: readonly (Uint8Array | Error | string)[]): { read: () => unknown } {
  const left = [...results];
  return {
    read: () => {
      const next = left.shift() ?? new Uint8Array(0);
      if (next instanceof Error) {
        throw next;
      }
      return next;
    },
  };
}

const iterates = (...results: readonly unknown[]): object => ({
  [Symbol.iterator]: () => results.values(),
});

const reads =
  (...sizes: readonly (number | undefined)[]): Use =>
  (stream) => {
    for (const size of sizes) {
      try {
        stream.read(...(size === undefined ? [] : [size]));
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ERR_TSGI_LINT') {
          throw error;
        }
      }
    }
  };

const reused = new Uint8Array(2);

const inputFaults: readonly InputFault[] = [
  {
    name: 'returns a string from read(n)',
    rule: 'INP-READ',
    got: 'the string "hello" from read(5)',
    methods: () => script('hello'),
    use: reads(5),
  },
  {
    name: 'returns more than it was asked for',
    rule: 'INP-READ',
    got: 'a Uint8Array of 5 from read(4)',
    methods: () => script(octets('hello')),
    use: reads(4),
  },
  {
    name: 'returns less than it was asked for before the end',
    rule: 'INP-READ',
    got: '3 octets after the end of the body',
    methods: () => script(octets('he'), octets('llo')),
    use: reads(4, 4),
  },
  {
    name: 'goes on after the end',
    rule: 'INP-EOF',
    got: '5 octets after the end of the body',
    methods: () => script(new Uint8Array(0), octets('hello')),
    use: reads(5, 5),
  },
  {
    name: 'goes on after its iterator has ended',
    rule: 'INP-EOF',
    got: '5 octets after the end of the body',
    methods: () => ({ ...iterates(), ...script(octets('hello')) }),
    use: (stream) => void [[...stream], stream.read()],
  },
  {
    name: 'keeps something back from read()',
    rule: 'INP-REST',
    got: '3 octets after the end of the body',
    methods: () => script(octets('he'), octets('llo')),
    use: reads(undefined, 3),
  },
  {
    name: 'returns something from read(0)',
    rule: 'INP-ZERO',
    got: 'a Uint8Array of 5 from read(0)',
    methods: () => script(octets('hello')),
    use: reads(0),
  },
  {
    name: 'reads a negative number of octets',
    rule: 'INP-RANGE',
    got: 'a Uint8Array of 5 from read(the number -1)',
    methods: () => script(octets('hello')),
    use: reads(-1),
  },
  {
    name: 'throws another error than a RangeError',
    rule: 'INP-RANGE',
    got: 'the error "TypeError: size" for read(the number 1.5)',
    methods: () => script(new TypeError('size')),
    use: reads(1.5),
  },
  {
    name: 'reuses the array that it returned',
    rule: 'INP-FRESH',
    got: 'array 1 changed during read(the number 2)',
    methods: () => ({ read: () => reused.fill(reused[0] === 1 ? 2 : 1) }),
    use: reads(2, 2),
  },
  {
    name: 'reuses the array that it yielded',
    rule: 'INP-FRESH',
    got: 'array 1 changed during next()',
    methods: () => ({
      *[Symbol.iterator]() {
        yield reused.fill(3);
        yield reused.fill(4);
      },
    }),
    use: (stream) => void [...stream],
  },
  {
    name: 'yields an empty array',
    rule: 'INP-ITERATE',
    got: 'a Uint8Array of 0 from the iterator',
    methods: () => iterates(new Uint8Array(0)),
    use: (stream) => void [...stream],
  },
  {
    name: 'yields text',
    rule: 'INP-ITERATE',
    got: 'the string "hello" from the iterator',
    methods: () => iterates('hello'),
    use: (stream) => void [...stream],
  },
  {
    name: 'holds more than CONTENT_LENGTH',
    rule: 'INP-LENGTH',
    got: '4 octets read where CONTENT_LENGTH is 3',
    methods: () => ({}),
    use: reads(2, 2, 1, 1),
    length: '3',
  },
  {
    name: 'holds less than CONTENT_LENGTH',
    rule: 'INP-LENGTH',
    got: '5 octets read where CONTENT_LENGTH is 6',
    methods: () => ({}),
    use: reads(undefined),
    length: '6',
  },
  {
    name: 'yields less than CONTENT_LENGTH',
    rule: 'INP-LENGTH',
    got: '5 octets read where CONTENT_LENGTH is 6',
    methods: () => ({}),
    use: (stream) => void [...stream],
    length: '6',
  },
  {
    name: 'looks complete after it was aborted',
    rule: 'INP-TRUNC',
    got: 'the end of the body after the error "Error: ERR_TSGI_INPUT_ABORTED"',
    methods: () => script(coded('ERR_TSGI_INPUT_ABORTED'), new Uint8Array(0)),
    use: reads(5, 5),
  },
];

const inputCases = inputFaults.map(
  ({ name, rule, got, methods, use, length }): ServerCase => ({
    name: `has an input that ${name}`,
    rule,
    got,
    application: (environ, startResponse) => {
      using(use)(environ, startResponse);
      throw new Error('the application gives up');
    },
    request: () => ({
      environ: {
        'tsgi.input': input(methods()),
        ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
      },
    }),
    act: runs,
  }),
);

const throwing = (): never => {
  throw new Error('disk full');
};

const errorCases: readonly ServerCase[] = [
  {
    name: 'throws from tsgi.errors.write',
    rule: 'ERR-WRITE',
    got: 'an error from write()',
    application: (environ, startResponse) => {
      environ['tsgi.errors'].write('x');
      startResponse('200 OK', []);
      return [];
    },
    request: () => ({ environ: { 'tsgi.errors': { write: throwing, flush() {} } } }),
    act: runs,
  },
  {
    name: 'throws from tsgi.errors.flush',
    rule: 'ERR-FLUSH',
    got: 'an error from flush()',
    application: (environ, startResponse) => {
      environ['tsgi.errors'].flush();
      startResponse('200 OK', []);
      return [];
    },
    request: () => ({ environ: { 'tsgi.errors': { write() {}, flush: throwing } } }),
    act: runs,
  },
];

type Callback = (outcome: Outcome) => void;

const registering =
  (...callbacks: readonly unknown[]): Application =>
  (environ, startResponse) => {
    for (const callback of callbacks) {
      environ['tsgi.on_finish'](callback as Callback);
    }
    startResponse('200 OK', []);
    return [];
  };

/** An on_finish that keeps its callbacks, for a server that runs them in its own way. */
function collected(): {
  readonly callbacks: Callback[];
  readonly onFinish: (one: Callback) => void;
} {
  const callbacks: Callback[] = [];
  return { callbacks, onFinish: (callback) => void callbacks.push(callback) };
}

interface FinishFault {
  readonly name: string;
  readonly rule: ServerCase['rule'];
  readonly got: string;
  readonly application: Application;
  readonly finish: (callbacks: Callback[]) => void;
}

const COMPLETE: Outcome = { status: 200, bytesSent: 0, aborted: false };
const nothing = (): void => {};

const outcomeFaults = (
  [
    [null, 'null as the outcome'],
    [{ ...COMPLETE, status: '200' }, 'the string "200" as the status of the outcome'],
    [{ ...COMPLETE, bytesSent: undefined }, 'undefined as the bytesSent of the outcome'],
    [{ ...COMPLETE, bytesSent: -1 }, 'the number -1 as the bytesSent of the outcome'],
    [{ ...COMPLETE, aborted: undefined }, 'undefined as the aborted of the outcome'],
    [{ ...COMPLETE, status: 404 }, 'the number 404 as the status of a response with 200'],
    [{ ...COMPLETE, bytesSent: 7 }, 'the number 7 as the bytesSent of a body of 0'],
  ] as const
).map(
  ([outcome, got]): FinishFault => ({
    name: `passes ${got}`,
    rule: 'FINISH-OUTCOME',
    got,
    application: registering(nothing),
    finish: (callbacks) => {
      for (const callback of callbacks.toReversed()) {
        Reflect.apply(callback, undefined, [outcome]);
      }
    },
  }),
);

const finishFaults: readonly FinishFault[] = [
  ...outcomeFaults,
  {
    name: 'calls callbacks in the order of their registration',
    rule: 'FINISH-ORDER',
    got: 'a callback before one that was registered after it',
    application: registering(nothing, nothing),
    finish: (callbacks) => callbacks.slice(1).forEach((callback) => callback(COMPLETE)),
  },
  {
    name: 'calls the first callback first',
    rule: 'FINISH-ORDER',
    got: 'a callback before one that was registered after it',
    application: registering(nothing),
    finish: (callbacks) => callbacks.forEach((callback) => callback(COMPLETE)),
  },
  {
    name: 'calls a callback twice',
    rule: 'FINISH-ALWAYS',
    got: 'a second call of one callback',
    application: registering(nothing),
    finish: (callbacks) => [1, 1].forEach((index) => callbacks[index]?.(COMPLETE)),
  },
  {
    name: 'calls the first callback twice',
    rule: 'FINISH-ALWAYS',
    got: 'a second call of one callback',
    application: registering(),
    finish: (callbacks) => [0, 0].forEach((index) => callbacks[index]?.(COMPLETE)),
  },
  {
    name: 'forgets a callback that was registered while callbacks ran',
    rule: 'FINISH-LATE',
    got: 'no call of a callback that was registered while callbacks ran',
    application: (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      return registering(() => register(nothing))(environ, startResponse);
    },
    finish: (callbacks) => [1, 0].forEach((index) => callbacks[index]?.(COMPLETE)),
  },
];

const finishCases = finishFaults.map(({ name, rule, got, application, finish }): ServerCase => {
  const { callbacks, onFinish } = collected();
  return {
    name,
    rule,
    got,
    application,
    request: () => ({ environ: { 'tsgi.on_finish': onFinish } }),
    act: (linted, exchange) => {
      callbacks.length = 0;
      runs(linted, exchange);
      finish([...callbacks]);
    },
  };
});

const registrationCases: readonly ServerCase[] = [
  {
    name: 'registers what is no function',
    rule: 'FINISH-FUNCTION',
    got: 'no error for the string "callback"',
    application: registering('callback'),
    request: () => ({ environ: { 'tsgi.on_finish': nothing } }),
    act: runs,
  },
  {
    name: 'refuses what is no function with another error',
    rule: 'FINISH-FUNCTION',
    got: 'the error "Error: disk full" for the string "callback"',
    application: registering('callback'),
    request: () => ({
      environ: {
        'tsgi.on_finish': (callback: unknown) =>
          typeof callback === 'function' ? undefined : throwing(),
      },
    }),
    act: runs,
  },
  {
    name: 'refuses a callback',
    rule: 'FINISH-ALWAYS',
    got: 'an error at the registration',
    application: registering(),
    request: () => ({ environ: { 'tsgi.on_finish': throwing } }),
    act: runs,
  },
];

/** Every server that the lint has to catch by the streams and functions in its environ. */
export const STREAM_CASES: readonly ServerCase[] = [
  ...inputCases,
  ...errorCases,
  ...finishCases,
  ...registrationCases,
];
