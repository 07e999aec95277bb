// Servers that break a rule of the call or of startResponse.

import type { Application, Environ, StartResponse, StatusLine } from '@tsgi/types';
import { coded, type Exchange } from '../gateway.ts';
import { HELLO, OK, quietly, run, type ServerCase, starts } from './case.ts';

const hello = starts(OK);

const callCases: readonly ServerCase[] = [
  {
    name: 'calls with one argument',
    rule: 'CALL-ARGS',
    got: '(an Object)',
    application: () => [],
    act: (linted, { environ }) => void Reflect.apply(linted, undefined, [environ]),
  },
  {
    name: 'calls with three arguments',
    rule: 'CALL-ARGS',
    got: '(an Object, a function, null)',
    application: hello,
    act: (linted, { environ, start }) =>
      void Reflect.apply(linted, undefined, [environ, start.call, null]),
  },
  {
    name: 'calls without an environ',
    rule: 'CALL-ARGS',
    got: '(null, a function)',
    application: () => [],
    act: (linted, { start }) => void Reflect.apply(linted, undefined, [null, start.call]),
  },
  {
    name: 'passes one environ twice',
    rule: 'ENV-FRESH',
    got: 'an environ that was passed before',
    application: hello,
    act: (linted, exchange) => {
      run(linted, exchange).close?.();
      const environ = Object.assign(exchange.environ, { 'tsgi.on_finish': () => {} });
      linted(environ, () => {});
    },
  },
  {
    name: 'calls again before the last body is closed although it does not interleave',
    rule: 'ENV-INTERLEAVED',
    got: 'a call while 1 of the bodies before are not closed',
    application: hello,
    request: () => ({ environ: { 'tsgi.interleaved': false } }),
    act: (linted, { environ }) => {
      const copy = (): Environ => Object.assign(Object.create(null), environ);
      linted(copy(), () => {}).close?.();
      linted(copy(), () => {});
      linted(copy(), () => {});
    },
  },
];

const under =
  (start: StartResponse) =>
  (linted: Application, { environ }: Exchange): void =>
    void linted(environ, start);

const acceptedCases = (
  [
    ['SR-STATUS', 'APP-STATUS', '200', [], '"200" as the status'],
    ['HDR-INJECT', 'APP-STATUS', '200 O\rK', [], '"200 O\\rK" as the status'],
    ['HDR-LATIN1', 'APP-STATUS', '200 \u20ac', [], '"200 \\u20ac" as the status'],
    ['SR-HEADERS', 'APP-HDR-SHAPE', OK, {}, 'an Object as the headers'],
    ['SR-HEADERS', 'APP-HDR-SHAPE', OK, [['A', 1]], 'the string "A" and the number 1'],
    ['HDR-NAME', 'APP-HDR-NAME', OK, [['A B', 'c']], '"A B"'],
    ['HDR-INJECT', 'APP-HDR-NAME', OK, [['A\n', 'c']], '"A\\n"'],
    ['HDR-LATIN1', 'APP-HDR-NAME', OK, [['\u20ac', 'c']], '"\\u20ac"'],
    ['HDR-HOP', 'APP-HDR-HOP', OK, [['TE', 'trailers']], '"TE"'],
    ['HDR-SPACE', 'APP-HDR-VALUE', OK, [['A', 'b ']], '"b " as the value of "A"'],
    ['HDR-INJECT', 'APP-HDR-VALUE', OK, [['A', 'b\nC: d']], '"b\\nC: d" as the value of "A"'],
    ['HDR-LATIN1', 'APP-HDR-VALUE', OK, [['A', '\u20ac']], '"\\u20ac" as the value of "A"'],
    ['HDR-CL', 'APP-CL-FORM', OK, [['Content-Length', '']], '"" as the value of "Content-Length"'],
  ] as const
).map(
  ([rule, after, status, headers, got]): ServerCase => ({
    name: `accepts ${got}`,
    rule,
    after: [after],
    got: `no error for`,
    application: (environ, startResponse) => {
      quietly(() => void starts(status, headers)(environ, startResponse));
      throw new Error('the application gives up');
    },
    act: under(() => {}),
  }),
);

const startCases: readonly ServerCase[] = [
  {
    name: 'returns a write function from startResponse',
    rule: 'SR-RETURN',
    got: 'a function',
    application: hello,
    act: under(() => () => {}),
  },
  {
    name: 'overwrites a pair of the header list that it got',
    rule: 'SR-LIST-INTACT',
    got: 'another pair in the place of "B"',
    application: (environ, startResponse) => {
      const headers = [
        ['B', '1'],
        ['A', '2'],
      ];
      return starts(OK, headers)(environ, startResponse);
    },
    act: under((_status, headers) => void (headers as [string, string][]).copyWithin(0, 1)),
  },
  {
    name: 'changes the header list between two pulls',
    rule: 'SR-LIST-INTACT',
    got: 'a list of 0 that now has 1',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      return [HELLO, HELLO].values();
    },
    act: (linted, { environ }) => {
      let list: unknown[] = [];
      const body = linted(environ, (_status, headers) => {
        list = headers as unknown as unknown[];
      });
      const iterator = body[Symbol.iterator]();
      iterator.next();
      list.push(['Date', 'now']);
      iterator.next();
    },
  },
  {
    name: 'refuses the first call',
    rule: 'SR-LAZY',
    got: 'the error "Error: ERR_TSGI_ALREADY_STARTED" for a call that was in order',
    application: starts(OK),
    act: under(() => {
      throw coded('ERR_TSGI_ALREADY_STARTED');
    }),
  },
  ...(
    [
      ['SR-EXC-REPLACE', new Error('late')],
      ['SR-ERROR-SUPPLIED', null],
      ['SR-ERROR-SUPPLIED', false],
    ] as const
  ).map(
    ([rule, error]): ServerCase => ({
      name: `refuses to replace a response because of ${String(error)}`,
      rule,
      got: 'the error "Error: ERR_TSGI_ALREADY_STARTED" for a call that was in order',
      application: (environ, startResponse) => {
        startResponse(OK, []);
        return starts('500 Oops', [], error)(environ, startResponse);
      },
      act: (linted, exchange) => {
        let calls = 0;
        under(() => {
          calls += 1;
          if (calls > 1) {
            throw coded('ERR_TSGI_ALREADY_STARTED');
          }
        })(linted, exchange);
      },
    }),
  ),
  {
    name: 'throws an error without a code',
    rule: 'SR-CODE',
    after: ['APP-STATUS'],
    got: 'the error "TypeError: no" in place of an error with the code ERR_TSGI_STATUS',
    application: starts('200'),
    act: under(() => {
      throw new TypeError('no');
    }),
  },
  {
    name: 'throws something that is no Error',
    rule: 'SR-CODE',
    after: ['APP-STATUS'],
    got: 'an Object in place of an error with the code ERR_TSGI_STATUS',
    application: starts('200'),
    act: under(() => {
      throw Object.assign(Object.create(null), { code: 'ERR_TSGI_STATUS' });
    }),
  },
  {
    name: 'names the second of two faults',
    rule: 'SR-ORDER',
    after: ['APP-STATUS'],
    got: 'ERR_TSGI_HEADERS" in place of an error with the code ERR_TSGI_STATUS',
    application: starts('200', {}),
    act: under(() => {
      throw coded('ERR_TSGI_HEADERS');
    }),
  },
  {
    name: 'accepts a second call',
    rule: 'SR-TWICE',
    after: ['APP-SR-ONCE'],
    got: 'a call without an error in the state "set" that returned',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      quietly(() => startResponse(OK, []));
      throw new Error('the application gives up');
    },
    act: under(() => {}),
  },
];

const lateStartCases: readonly ServerCase[] = [
  {
    name: 'accepts a call after the end',
    rule: 'SR-ENDED',
    after: ['APP-SR-ONCE'],
    got: 'a call without an error in the state "ended" that returned',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      return Object.assign([HELLO], { close: () => quietly(() => startResponse(OK, [])) });
    },
    act: (linted, { environ }) => {
      linted(environ, () => {}).close?.();
    },
  },
  {
    name: 'accepts a second call after the commit',
    rule: 'SR-TWICE',
    after: ['APP-SR-ONCE'],
    got: 'a call without an error in the state "committed" that returned',
    application: function* twice(_environ, startResponse) {
      startResponse(OK, []);
      yield HELLO;
      quietly(() => startResponse(OK, []));
    },
    act: (linted, { environ }) => {
      const iterator = linted(environ, () => {})[Symbol.iterator]();
      iterator.next();
      iterator.next();
    },
  },
  {
    name: 'accepts an error after the end',
    rule: 'SR-ENDED',
    got: 'a call with an error in the state "ended" that returned',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      return Object.assign([HELLO], { close: () => startResponse(OK, [], new Error('late')) });
    },
    act: (linted, { environ }) => {
      linted(environ, () => {}).close?.();
    },
  },
  {
    name: 'accepts an error after the commit',
    rule: 'SR-EXC-RETHROW',
    got: 'a call with an error in the state "committed" that returned',
    application: function* raising(_environ, startResponse) {
      startResponse(OK, []);
      yield HELLO;
      startResponse('500 Oops', [], new Error('late'));
    },
    act: (linted, { environ }) => void [...linted(environ, () => {})],
  },
  {
    name: 'wraps an error that came after the commit',
    rule: 'SR-EXC-RETHROW',
    got: 'a call with an error in the state "committed" that threw the error "Error: wrapped"',
    application: function* raising(_environ, startResponse) {
      startResponse(OK, []);
      yield HELLO;
      startResponse('500 Oops', [], new Error('late'));
    },
    act: (linted, { environ }) => {
      const body = linted(environ, (_status, _headers, error) => {
        if (error !== undefined) {
          throw new Error('wrapped');
        }
      });
      const iterator = body[Symbol.iterator]();
      iterator.next();
      iterator.next();
    },
  },
  {
    name: 'accepts a call without an error after one that failed',
    rule: 'SR-AFTER-FAILURE',
    after: ['APP-STATUS', 'APP-SR-ONCE'],
    got: 'a call without an error in the state "failed" that returned',
    application: (_environ, startResponse) => {
      quietly(() => startResponse('200' as StatusLine, []));
      quietly(() => startResponse(OK, []));
      throw new Error('the application gives up');
    },
    act: under((status) => {
      if (status !== OK) {
        throw coded('ERR_TSGI_STATUS');
      }
    }),
  },
];

const flushing =
  (order: readonly ('flush' | 'start')[]): Application =>
  (environ, startResponse) => {
    for (const step of order) {
      if (step === 'start') {
        startResponse(OK, []);
      } else {
        environ['tsgi.flush_headers']?.();
      }
    }
    return [HELLO];
  };

const failsFrom = (first: number, code: string): (() => void) => {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls >= first) {
      throw coded(code);
    }
  };
};

const lateFlushCases: readonly ServerCase[] = [
  {
    name: 'has a tsgi.flush_headers that passes after a failed call of startResponse',
    rule: 'FLUSH-UNSET',
    after: ['APP-STATUS'],
    got: 'no error in the state "failed"',
    application: (environ, startResponse) => {
      quietly(() => startResponse('200' as StatusLine, []));
      environ['tsgi.flush_headers']?.();
      throw new Error('the application gives up');
    },
    request: () => ({ environ: { 'tsgi.flush_headers': () => {} } }),
    act: under(() => {
      throw coded('ERR_TSGI_STATUS');
    }),
  },
  {
    name: 'has a tsgi.flush_headers with another code after a failed call of startResponse',
    rule: 'FLUSH-UNSET',
    after: ['APP-STATUS'],
    got: 'an error in the state "failed"',
    application: (environ, startResponse) => {
      quietly(() => startResponse('200' as StatusLine, []));
      environ['tsgi.flush_headers']?.();
      return [];
    },
    request: () => ({ environ: { 'tsgi.flush_headers': failsFrom(1, 'ERR_TSGI_ENDED') } }),
    act: under(() => {
      throw coded('ERR_TSGI_STATUS');
    }),
  },
  {
    name: 'has a tsgi.flush_headers that throws after the end',
    rule: 'FLUSH-AGAIN',
    got: 'an error in the state "ended"',
    application: (environ, startResponse) => {
      startResponse(OK, []);
      return Object.assign([HELLO], { close: () => environ['tsgi.flush_headers']?.() });
    },
    request: () => ({ environ: { 'tsgi.flush_headers': failsFrom(1, 'ERR_TSGI_ENDED') } }),
    act: (linted, exchange) => {
      run(linted, exchange).close?.();
    },
  },
];

const flushCases: readonly ServerCase[] = (
  [
    ['FLUSH-UNSET', 'passes before startResponse', 'no error in the state "unset"', ['flush'], 9],
    ['FLUSH-UNSET', 'has another code', 'an error in the state "unset"', ['flush'], 1],
    ['FLUSH-COMMIT', 'throws', 'an error in the state "set"', ['start', 'flush'], 1],
    ['FLUSH-AGAIN', 'throws', 'an error in the state "committed"', ['start', 'flush', 'flush'], 2],
  ] as const
).map(
  ([rule, what, got, order, first]): ServerCase => ({
    name: `has a tsgi.flush_headers that ${what} (${order.join(', ')})`,
    rule,
    got,
    application: flushing(first === 9 ? [...order, 'start'] : order),
    request: () => ({ environ: { 'tsgi.flush_headers': failsFrom(first, 'ERR_TSGI_ENDED') } }),
    act: (linted, exchange) => void run(linted, exchange),
  }),
);

/** Every server that the lint has to catch by the call and by startResponse. */
export const SERVER_START_CASES: readonly ServerCase[] = [
  ...callCases,
  ...acceptedCases,
  ...startCases,
  ...lateStartCases,
  ...flushCases,
  ...lateFlushCases,
];
