// Applications that use startResponse wrongly, each in one way, under a sound server.

import { type ApplicationCase, HELLO, OK, quietly, starts, yields } from './case.ts';

const statusCases = [
  [200, 'the number 200 as the status'],
  ['200', '"200"'],
  ['200OK', '"200OK"'],
  [Object('200 OK'), 'a String as the status'],
  ['99 X', '"99 X"'],
  ['100 Continue', '"100 Continue"'],
  ['600 X', '"600 X"'],
  ['200 O\nK', '"200 O\\nK"'],
  ['200 \u20ac', '"200 \\u20ac"'],
  [undefined, 'undefined as the status'],
].map(
  ([status, got]): ApplicationCase => ({
    name: `has the status ${JSON.stringify(status)}`,
    rule: 'APP-STATUS',
    got: String(got),
    application: starts(status),
  }),
);

const headerCases = (
  [
    ['APP-HDR-SHAPE', { A: 'b' }, 'an Object as the headers'],
    ['APP-HDR-SHAPE', new Map([['A', 'b']]), 'a Map as the headers'],
    ['APP-HDR-SHAPE', null, 'null as the headers'],
    ['APP-HDR-SHAPE', ['A', 'b'], 'the string "A" as a header'],
    ['APP-HDR-SHAPE', [['A', 'b', 'c']], 'an array of 3 as a header'],
    ['APP-HDR-SHAPE', [['A']], 'an array of 1 as a header'],
    ['APP-HDR-SHAPE', [['Content-Length', 5]], 'the string "Content-Length" and the number 5'],
    ['APP-HDR-SHAPE', [[1, 'a']], 'the number 1 and the string "a"'],
    ['APP-HDR-NAME', [['X Y', 'a']], '"X Y"'],
    ['APP-HDR-NAME', [['X:', 'a']], '"X:"'],
    ['APP-HDR-NAME', [['', 'a']], 'the header name ""'],
    ['APP-HDR-NAME', [['Status', 'a']], '"Status"'],
    ['APP-HDR-NAME', [['X\u20ac', 'a']], '"X\\u20ac"'],
    ['APP-HDR-VALUE', [['X', 'a\r\nB: c']], '"a\\r\\nB: c" as the value of "X"'],
    ['APP-HDR-VALUE', [['X', 'a\u0000']], '"a\\u0000"'],
    ['APP-HDR-VALUE', [['X', '\u20ac']], '"\\u20ac"'],
    ['APP-HDR-VALUE', [['X', ' a']], '" a"'],
    ['APP-HDR-VALUE', [['X', 'a\t']], '"a\\t"'],
    ['APP-HDR-HOP', [['Connection', 'close']], '"Connection"'],
    ['APP-HDR-HOP', [['transfer-encoding', 'chunked']], '"transfer-encoding"'],
    ['APP-HDR-HOP', [['Upgrade', 'websocket']], '"Upgrade"'],
    ['APP-CL-FORM', [['Content-Length', '5x']], '"5x" as the value of "Content-Length"'],
    [
      'APP-CL-FORM',
      [
        ['Content-Length', '5'],
        ['content-length', '5'],
      ],
      'a second Content-Length, "5"',
    ],
  ] as const
).map(
  ([rule, headers, got]): ApplicationCase => ({
    name: `has the headers ${JSON.stringify(headers)}`,
    rule,
    got,
    application: starts(OK, headers),
  }),
);

const startCases: readonly ApplicationCase[] = [
  {
    name: 'never calls startResponse and yields nothing',
    rule: 'APP-SR-CALLED',
    got: 'no status at the end',
    application: () => [],
  },
  {
    name: 'never calls startResponse and returns a chunk',
    rule: 'APP-SR-EARLY',
    got: 'no status at a chunk',
    application: () => [HELLO],
  },
  {
    name: 'yields before it calls startResponse',
    rule: 'APP-SR-EARLY',
    got: 'no status at a chunk',
    application: yields(function* late(startResponse) {
      yield HELLO;
      startResponse(OK, []);
    }),
  },
  {
    name: 'calls startResponse twice',
    rule: 'APP-SR-ONCE',
    got: 'a call without an error in the state "set"',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      startResponse('404 Not Found', []);
      return [];
    },
  },
  {
    name: 'calls startResponse without an error after the commit',
    rule: 'APP-SR-ONCE',
    got: 'a call without an error in the state "committed"',
    application: yields(function* twice(startResponse) {
      startResponse(OK, []);
      yield HELLO;
      startResponse(OK, []);
    }),
  },
  {
    name: 'calls startResponse again from close()',
    rule: 'APP-SR-ONCE',
    got: 'a call without an error in the state "ended"',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      return Object.assign([HELLO], { close: () => startResponse(OK, []) });
    },
  },
  {
    name: 'changes its header list after the call',
    rule: 'APP-HDR-KEEP',
    got: 'a list of 1 that now has 2',
    application: yields(function* changing(startResponse) {
      const headers: [string, string][] = [['A', 'b']];
      startResponse(OK, headers);
      headers.push(['C', 'd']);
      yield HELLO;
    }),
  },
  {
    name: 'changes a pair between two chunks',
    rule: 'APP-HDR-KEEP',
    got: '"A" with a changed pair',
    application: yields(function* changing(startResponse) {
      const pair: [string, string] = ['A', 'b'];
      startResponse(OK, [pair]);
      yield HELLO;
      pair[1] = 'c';
      yield HELLO;
    }),
  },
  {
    name: 'replaces a pair before it returns an Array',
    rule: 'APP-HDR-KEEP',
    got: 'another pair in the place of "A"',
    application: (_environ, startResponse) => {
      const headers: [string, string][] = [['A', 'b']];
      startResponse(OK, headers);
      headers[0] = ['A', 'b'];
      return [HELLO];
    },
  },
];

const swallowCases: readonly ApplicationCase[] = [
  {
    name: 'goes on after an error that it has raised too late',
    rule: 'APP-SR-PASS',
    got: 'the error "Error: late", caught',
    application: yields(function* deaf(startResponse) {
      startResponse(OK, []);
      yield HELLO;
      quietly(() => startResponse('500 Oops', [], new Error('late')));
      yield HELLO;
    }),
  },
  {
    name: 'ends as if nothing had happened after an error that it has raised too late',
    rule: 'APP-SR-PASS',
    got: 'the error "Error: late", caught',
    application: yields(function* deaf(startResponse) {
      startResponse(OK, []);
      yield HELLO;
      quietly(() => startResponse('500 Oops', [], new Error('late')));
    }),
  },
];

/** Every application that the lint has to catch by what it does with startResponse. */
export const START_CASES: readonly ApplicationCase[] = [
  ...statusCases,
  ...headerCases,
  ...startCases,
  ...swallowCases,
];
