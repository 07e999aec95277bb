import type { HeaderList, StartResponse } from '@tsgi/types';
import type { CheckId, PlainData, ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { illegal, thrownBy } from './applications.ts';
import { assertResponse } from './tables.ts';

/** Calls of startResponse and what they give, as the application sees it. */
export interface CallCase {
  readonly id: CheckId;
  readonly title: string;
  readonly calls: (startResponse: StartResponse) => PlainData;
  readonly expect: PlainData;
}

/** The application makes its calls, reports, and then replaces whatever they stored by 200. */
export function callCheck({ id, title, calls, expect }: CallCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => (_environ, startResponse) => {
      probe.record('calls', calls(startResponse));
      startResponse('200 OK', [probe.tag], new Error('the last call counts'));
      return [toBytes('ok')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      const { data } = await driver.event('calls');
      driver.assert.equal('results of the calls', data, expect);
      assertResponse(driver, response, {});
    },
  };
}

/** What validating each pair of arguments throws; every call replaces the one before. */
export function codes(
  startResponse: StartResponse,
  calls: readonly (readonly [status: unknown, headers: unknown])[],
): readonly PlainData[] {
  return calls.map(([status, headers]) => {
    const replace = new Error('replaced');
    const call = (): void => startResponse(illegal(status), illegal(headers), replace);
    const { kind, code } = thrownBy(call);
    return code ?? kind;
  });
}

function statusCodes(startResponse: StartResponse, statuses: readonly unknown[]): PlainData {
  return codes(
    startResponse,
    statuses.map((status) => [status, []] as const),
  );
}

function headerCodes(startResponse: StartResponse, lists: readonly unknown[]): PlainData {
  return codes(
    startResponse,
    lists.map((list) => ['200 OK', list] as const),
  );
}

function pairCodes(startResponse: StartResponse, pairs: readonly HeaderList[number][]): PlainData {
  return headerCodes(
    startResponse,
    pairs.map((pair) => [pair]),
  );
}

function all(count: number, word: string): readonly string[] {
  return Array.from({ length: count }, () => word);
}

const BAD_STATUSES: readonly unknown[] = [
  200,
  undefined,
  null,
  ['200 OK'],
  Object('200 OK'),
  ...'100 Continue|101 X|\n200 OK|-200 OK|999 X|200.5 OK|HTTP/1.1 200 OK'.split('|'),
  ...'|200|200OK|20 OK|2000 OK|099 X|199 X|600 X|1e2 OK| 200 OK|200\tOK|+20 OK|OK 200'.split('|'),
];

const BAD_LISTS: readonly unknown[] = [
  {},
  { length: 0 },
  new Map([['A', 'b']]),
  new Set([['A', 'b']]),
  'A: b',
  undefined,
  null,
  5,
  ['A: b'],
  [null],
  [[]],
  [['A']],
  [['A', 'b', 'c']],
  [['A', 1]],
  [[1, 'b']],
  [['A', ['b']]],
  [['A', 'b'], ['C']],
  [new Set(['A', 'b'])],
  [{ 0: 'A', 1: 'b', length: 2 }],
];

const HOP_BY_HOP: readonly string[] = [
  ...'Connection Keep-Alive Proxy-Connection TE Trailer Transfer-Encoding Upgrade'.split(' '),
  ...'connection TRANSFER-ENCODING te'.split(' '),
];

const cases: readonly CallCase[] = [
  {
    id: 'SR-RETURN.undefined',
    title: 'startResponse returns undefined',
    calls: (startResponse) => typeof startResponse('200 OK', []),
    expect: 'undefined',
  },
  {
    id: 'SR-STATUS.invalid',
    title: 'A status that is no string of the form is refused with ERR_TSGI_STATUS',
    calls: (startResponse) => statusCodes(startResponse, BAD_STATUSES),
    expect: all(BAD_STATUSES.length, 'ERR_TSGI_STATUS'),
  },
  {
    id: 'SR-STATUS.valid',
    title: 'Every status of the form is taken',
    calls: (startResponse) =>
      statusCodes(startResponse, ['200 ', '599 X', '404 Not  Found', '299 \xe9\t~', '418 9']),
    expect: all(5, 'none'),
  },
  {
    id: 'SR-HEADERS.invalid',
    title: 'What is no Array of pairs of strings is refused with ERR_TSGI_HEADERS',
    calls: (startResponse) => headerCodes(startResponse, BAD_LISTS),
    expect: all(BAD_LISTS.length, 'ERR_TSGI_HEADERS'),
  },
  {
    id: 'SR-ORDER.first-fault',
    title: 'The first fault found is the one thrown',
    calls: (startResponse) =>
      codes(startResponse, [
        ['x', 'no list'],
        ['x', [['Connection', 'close']]],
        [
          '200 OK',
          [
            ['Connection', 'close'],
            ['bad name', 'v'],
          ],
        ],
        [
          '200 OK',
          [
            ['bad name', 'v'],
            ['Connection', 'close'],
          ],
        ],
        ['200 OK', [['X', 'a\n'], ['Y']]],
        ['200 OK', [['Connection', 'a\n']]],
        ['200 OK', [['bad name', 'a\n']]],
        [
          '200 OK',
          [
            ['Content-Length', 'x'],
            ['X', 'a\n'],
          ],
        ],
      ]),
    expect: [
      'ERR_TSGI_STATUS',
      'ERR_TSGI_STATUS',
      'ERR_TSGI_HEADER_HOP',
      'ERR_TSGI_HEADER_NAME',
      'ERR_TSGI_HEADER_VALUE',
      'ERR_TSGI_HEADER_HOP',
      'ERR_TSGI_HEADER_NAME',
      'ERR_TSGI_CONTENT_LENGTH',
    ],
  },
  {
    id: 'SR-CODE.error',
    title: 'What is thrown is an Error with a code',
    calls: (startResponse) => thrownBy(() => startResponse(illegal('200'), [])),
    expect: { kind: 'Error', code: 'ERR_TSGI_STATUS' },
  },
  {
    id: 'SR-ERROR-SUPPLIED.falsy',
    title: 'null, false, 0 and the empty string count as an error',
    calls: (startResponse) => {
      startResponse('200 OK', []);
      return [null, false, 0, '', Number.NaN].map(
        (error) => thrownBy(() => startResponse('200 OK', [], error)).kind,
      );
    },
    expect: all(5, 'none'),
  },
  {
    id: 'SR-ERROR-SUPPLIED.undefined',
    title: 'undefined does not count as an error',
    calls: (startResponse) => {
      startResponse('200 OK', []);
      return thrownBy(() => startResponse('200 OK', [], undefined)).code;
    },
    expect: 'ERR_TSGI_ALREADY_STARTED',
  },
  {
    id: 'SR-AFTER-FAILURE.without-error',
    title: 'After a call that failed, one without an error throws ERR_TSGI_ALREADY_STARTED',
    calls: (startResponse) => [
      thrownBy(() => startResponse(illegal('x'), [])).code,
      thrownBy(() => startResponse('200 OK', [])).code,
    ],
    expect: ['ERR_TSGI_STATUS', 'ERR_TSGI_ALREADY_STARTED'],
  },
  {
    id: 'SR-AFTER-FAILURE.replacement',
    title: 'The same after a replacement that failed',
    calls: (startResponse) => {
      startResponse('200 OK', []);
      return [
        thrownBy(() => startResponse(illegal('x'), [], new Error('replaced'))).code,
        thrownBy(() => startResponse('200 OK', [])).code,
      ];
    },
    expect: ['ERR_TSGI_STATUS', 'ERR_TSGI_ALREADY_STARTED'],
  },
  {
    id: 'HDR-INJECT.values',
    title: 'Control characters in a value are refused',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        ['a\r\nX-Evil: 1', 'a\nb', 'a\rb', 'a\0b', 'a\x01b', 'a\x1fb', 'a\x7fb', '\n'].map(
          (value) => ['X-Kit', value] as const,
        ),
      ),
    expect: all(8, 'ERR_TSGI_HEADER_VALUE'),
  },
  {
    id: 'HDR-INJECT.names',
    title: 'Control characters in a name are refused',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        ['X\r\nX-Evil', 'X\n', 'X\0', '\tX', 'X\x7f'].map((name) => [name, 'a'] as const),
      ),
    expect: all(5, 'ERR_TSGI_HEADER_NAME'),
  },
  {
    id: 'HDR-INJECT.statuses',
    title: 'Control characters in a status are refused',
    calls: (startResponse) =>
      statusCodes(startResponse, [
        '200 OK\r\nX-Evil: 1',
        '200 O\nK',
        '200 \0',
        '200 OK\r',
        '200 \x7f',
      ]),
    expect: all(5, 'ERR_TSGI_STATUS'),
  },
  {
    id: 'HDR-LATIN1.code-units',
    title: 'Code units above 0xFF are refused in status, name and value',
    calls: (startResponse) =>
      codes(startResponse, [
        ['200 \u20ac', []],
        ['200 OK', [['X-\u20ac', 'a']]],
        ['200 OK', [['X-Kit', '\u20ac']]],
        ['200 OK', [['X-Kit', '\u010d\u010a']]],
        ['200 OK', [['X-Kit', '\ud83d\ude00']]],
      ]),
    expect: ['ERR_TSGI_STATUS', 'ERR_TSGI_HEADER_NAME', ...all(3, 'ERR_TSGI_HEADER_VALUE')],
  },
  {
    id: 'HDR-NAME.no-token',
    title: 'A name that is no token is refused with ERR_TSGI_HEADER_NAME',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        ['', 'X Y', 'X:', ' X', 'X ', 'X(', 'X/Y', 'X\xe9', '"X"'].map(
          (name) => [name, 'a'] as const,
        ),
      ),
    expect: all(9, 'ERR_TSGI_HEADER_NAME'),
  },
  {
    id: 'HDR-NAME.status',
    title: 'The name status is refused in any case',
    calls: (startResponse) =>
      pairCodes(startResponse, [
        ['status', '200'],
        ['Status', '200'],
        ['STATUS', '200'],
      ]),
    expect: all(3, 'ERR_TSGI_HEADER_NAME'),
  },
  {
    id: 'HDR-NAME.tokens',
    title: 'Every token is taken as a name',
    calls: (startResponse) =>
      pairCodes(startResponse, [
        ["!#$%&'*+-.^_`|~09azAZ", 'a'],
        ['X_Y', ''],
        ['Status-Kit', 'a'],
      ]),
    expect: all(3, 'none'),
  },
  {
    id: 'HDR-SPACE.ends',
    title: 'A value that begins or ends with a space or a tab is refused',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        [' a', 'a ', '\ta', 'a\t', ' ', '\t'].map((value) => ['X-Kit', value] as const),
      ),
    expect: all(6, 'ERR_TSGI_HEADER_VALUE'),
  },
  {
    id: 'HDR-SPACE.no-break-space',
    title: 'Octet 0xA0 is no space: a value may begin and end with it',
    calls: (startResponse) => pairCodes(startResponse, [['X-Kit', '\xa0a\xa0']]),
    expect: ['none'],
  },
  {
    id: 'HDR-SPACE.inside',
    title: 'Spaces and tabs inside a value, and an empty value, are taken',
    calls: (startResponse) =>
      pairCodes(startResponse, [
        ['X-Kit', 'a \t b'],
        ['X-Kit', ''],
      ]),
    expect: all(2, 'none'),
  },
  {
    id: 'HDR-HOP.fields',
    title: 'Every hop-by-hop field is refused in any case',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        HOP_BY_HOP.map((name) => [name, 'a'] as const),
      ),
    expect: all(10, 'ERR_TSGI_HEADER_HOP'),
  },
  {
    id: 'HDR-CL.values',
    title: 'A Content-Length that is not 1*DIGIT up to 2^53 - 1 is refused',
    calls: (startResponse) =>
      pairCodes(
        startResponse,
        ['', '+1', '-1', '1.5', '1e3', '0x1', '1, 1', '9007199254740992', 'a'].map(
          (value) => ['content-length', value] as const,
        ),
      ),
    expect: all(9, 'ERR_TSGI_CONTENT_LENGTH'),
  },
  {
    id: 'HDR-CL.repeated',
    title: 'A second Content-Length is refused, also where both agree',
    calls: (startResponse) =>
      headerCodes(startResponse, [
        [
          ['Content-Length', '2'],
          ['content-length', '2'],
        ],
        [
          ['Content-Length', '2'],
          ['Content-Length', '3'],
        ],
      ]),
    expect: all(2, 'ERR_TSGI_CONTENT_LENGTH'),
  },
  {
    id: 'HDR-CL.valid',
    title: 'A Content-Length of digits is taken',
    calls: (startResponse) =>
      pairCodes(startResponse, [
        ['Content-Length', '0'],
        ['CONTENT-LENGTH', '9007199254740991'],
      ]),
    expect: all(2, 'none'),
  },
];

/** What startResponse takes and what it refuses. */
export const validationChecks: readonly ServerCheck[] = cases.map(callCheck);
