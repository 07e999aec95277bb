import type { ServerCheck } from '../../check.ts';
import { callCheck, codes } from './validation.ts';
import type { CallCase } from './validation.ts';

const NO_STATUS = 'ERR_TSGI_STATUS';
const NO_NAME = 'ERR_TSGI_HEADER_NAME';
const NO_VALUE = 'ERR_TSGI_HEADER_VALUE';

function characters(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));
}

/** Every control character of US-ASCII but the tab. */
const CONTROLS = [...characters(0, 0x08), ...characters(0x0a, 0x1f), '\x7f'];
const PRINTABLE = [...characters(0x20, 0x7e), ...characters(0x80, 0xff)];

const cases: readonly CallCase[] = [
  {
    id: 'HDR-INJECT.every-control',
    title: 'Every control character but the tab is refused in status, name and value',
    calls: (startResponse) => {
      const inStatus = CONTROLS.map((control) => [`200 a${control}b`, []] as const);
      const inName = CONTROLS.map((control) => ['200 OK', [[`X${control}Y`, 'a']]] as const);
      const inValue = CONTROLS.map((control) => ['200 OK', [['X-Kit', `a${control}b`]]] as const);
      return [inStatus, inName, inValue].map((calls) =>
        Array.from(new Set(codes(startResponse, calls))),
      );
    },
    expect: [[NO_STATUS], [NO_NAME], [NO_VALUE]],
  },
  {
    id: 'HDR-LATIN1.first-beyond',
    title: 'Code unit 0x100 is refused, 0xFF is taken where octets may be',
    calls: (startResponse) =>
      codes(startResponse, [
        ['200 \u0100', []],
        ['200 OK', [['X-\u0100', 'a']]],
        ['200 OK', [['X-Kit', '\u0100']]],
        ['200 \xff', [['X-Kit', '\xff']]],
      ]),
    expect: ['ERR_TSGI_STATUS', 'ERR_TSGI_HEADER_NAME', 'ERR_TSGI_HEADER_VALUE', 'none'],
  },
  {
    id: 'HDR-NAME.every-character',
    title: 'Of all printable characters and octets, a name holds those of a token',
    calls: (startResponse) =>
      PRINTABLE.filter((character) => {
        const [code] = codes(startResponse, [['200 OK', [[`X${character}`, 'a']]]]);
        return code !== (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character) ? 'none' : NO_NAME);
      }),
    expect: [],
  },
];

/** What startResponse takes and refuses, character by character. */
export const everyCharacterChecks: readonly ServerCheck[] = cases.map(callCheck);
