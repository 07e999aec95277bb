import type { CheckId, ServerCheck } from '../../check.ts';
import { environChecks, refusalChecks } from './tables.ts';

type PathCase = readonly [id: CheckId, target: string, path: string];

/** Every octet but 0 as an escape in small letters. */
const ESCAPES = Array.from({ length: 255 }, (_, index) =>
  (index + 1).toString(16).padStart(2, '0'),
);

/** One octet of a canonical path: as it is where it is unreserved, otherwise escaped in capitals. */
function canonicalEscape(digits: string): string {
  const character = String.fromCharCode(Number.parseInt(digits, 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : `%${digits.toUpperCase()}`;
}

const PATHS: readonly PathCase[] = [
  [
    'ENV-PATH-CANONICAL.every-escape',
    `/${ESCAPES.map((digits) => `%${digits}`).join('')}`,
    `/${ESCAPES.map(canonicalEscape).join('')}`,
  ],
  ['ENV-PATH-CANONICAL.escaped-slash', '/a%2fb', '/a%2Fb'],
  ['ENV-PATH-CANONICAL.unreserved', '/%61dmin%7E%2D', '/admin~-'],
  ['ENV-PATH-CANONICAL.utf-8', '/%e3%81%82', '/%E3%81%82'],
  ['ENV-PATH-CANONICAL.no-utf-8', '/%ff%e9', '/%FF%E9'],
  ['ENV-PATH-CANONICAL.once', '/%252F%2561', '/%252F%2561'],
  ['ENV-PATH-CANONICAL.to-encode', '/a|b[c]{d}^"<`>', '/a%7Cb%5Bc%5D%7Bd%7D%5E%22%3C%60%3E'],
  ['ENV-PATH-CANONICAL.pchar', "/a;x=1/b:@!$&'()*+,", "/a;x=1/b:@!$&'()*+,"],
  ['ENV-PATH-CANONICAL.nul', '/%00%0d%0a%20', '/%00%0D%0A%20'],
  ['ENV-PATH-DOTS.escaped', '/a/%2e%2e/b', '/b'],
  ['ENV-PATH-DOTS.above-root', '/../../x', '/x'],
  ['ENV-PATH-DOTS.single', '/a/./b/.', '/a/b/'],
  ['ENV-PATH-DOTS.last', '/a/b/..', '/a/'],
  ['ENV-PATH-DOTS.escaped-boundary', '/a/%2E%2E%2Fetc', '/a/..%2Fetc'],
  ['ENV-PATH-DOTS.half-escaped', '/a/.%2e/b/%2E./c', '/c'],
  ['ENV-PATH-DOTS.escaped-last', '/a/%2e/b/%2e%2E', '/a/'],
  ['ENV-PATH-DOTS.names', '/.a/a./..b/b../.c.', '/.a/a./..b/b../.c.'],
  ['ENV-PATH-DOTS.three', '/a/.../b', '/a/.../b'],
  ['ENV-PATH-DOTS.query', '/a/?/../b', '/a/'],
  ['ENV-PATH-SLASHES.repeated', '//foo///bar//', '//foo///bar//'],
  ['ENV-PATH-SLASHES.between-dots', '/a//..//../b', '/a/b'],
  ['ENV-PATH-SLASHES.dots', '/a//../b', '/a/b'],
  ['ENV-PATH-QUERY.first-mark', '/p?x=1?y', '/p'],
  ['ENV-PATH-QUERY.escaped-mark', '/p%3fx', '/p%3Fx'],
];

const REJECTED: readonly (readonly [variant: string, target: string])[] = [
  ['backslash', '/a\\b'],
  ['fragment', '/a#b'],
  ['no-hex', '/%zz'],
  ['cut-escape', '/a%'],
  ['half-escape', '/a%2'],
  ['space', '/a b'],
  ['tab', '/a\tb'],
  ['first-digit', '/%g2'],
  ['second-digit', '/%2g'],
  ['sign', '/%-2'],
  ['control', '/a\x01b'],
  ['last-control', '/a\x1fb'],
  ['delete', '/a\x7fb'],
  ['first-non-ascii', '/a\x80b'],
  ['non-ascii', '/\xe9'],
];

/** The canonical path and the mount. */
export const pathChecks: readonly ServerCheck[] = [
  ...environChecks(
    PATHS.map(([id, target, path]) => ({
      id,
      title: `${target} leads to ${path}`,
      request: { target },
      expect: { SCRIPT_NAME: '', PATH_INFO: path },
    })),
  ),
  ...refusalChecks(
    REJECTED.map(([variant, target]) => ({
      id: `ENV-PATH-REJECT.${variant}`,
      title: `A path with ${variant} is refused`,
      request: { target },
      accepted: [400],
    })),
  ),
  ...environChecks([
    {
      id: 'ENV-PATH-AUTHORITY.two-slashes',
      title: '//evil/x is a path and no authority',
      request: { target: '//evil/x' },
      expect: { PATH_INFO: '//evil/x', HTTP_HOST: 'tsgi.test' },
    },
    {
      id: 'ENV-PATH-AUTHORITY.url-in-path',
      together: true,
      title: 'A URL that is part of the path names no authority',
      request: { target: '/x/http://evil.test/y' },
      expect: { PATH_INFO: '/x/http://evil.test/y', HTTP_HOST: 'tsgi.test' },
    },
    {
      id: 'ENV-PATH-AUTHORITY.url-in-query',
      together: true,
      title: 'A URL in the query names no authority',
      request: { target: '/x?u=http://evil.test/y' },
      expect: { PATH_INFO: '/x', QUERY_STRING: 'u=http://evil.test/y', HTTP_HOST: 'tsgi.test' },
    },
    {
      id: 'ENV-PATH-ABSOLUTE.bare',
      together: true,
      title: 'An absolute target without path and query is /',
      request: { target: 'http://other.test' },
      expect: { PATH_INFO: '/', QUERY_STRING: '', HTTP_HOST: 'other.test' },
    },
    {
      id: 'ENV-PATH-ABSOLUTE.capitals',
      together: true,
      title: 'The scheme of an absolute target is read in any case, its path as it is',
      request: { target: 'HTTP://other.test/X' },
      expect: { PATH_INFO: '/X', HTTP_HOST: 'other.test' },
    },
    {
      id: 'ENV-PATH-ABSOLUTE.address',
      together: true,
      title: 'An absolute target may name an address of IPv6',
      request: { target: 'http://[::1]:81/x' },
      expect: { PATH_INFO: '/x', HTTP_HOST: '[::1]:81' },
    },
    {
      id: 'ENV-PATH-ABSOLUTE.authority',
      title: 'The authority of an absolute target replaces the Host field',
      request: { target: 'http://other.test:81/a/%2e/b?q' },
      expect: { PATH_INFO: '/a/b', QUERY_STRING: 'q', HTTP_HOST: 'other.test:81' },
    },
    {
      id: 'ENV-PATH-ABSOLUTE.no-path',
      title: 'An absolute target without a path is /',
      request: { target: 'http://tsgi.test?q' },
      expect: { PATH_INFO: '/', QUERY_STRING: 'q', HTTP_HOST: 'tsgi.test' },
    },
    {
      id: 'ENV-PATH-ASTERISK.options',
      title: 'OPTIONS * has the path *',
      request: { method: 'OPTIONS', target: '*' },
      expect: { SCRIPT_NAME: '', PATH_INFO: '*', QUERY_STRING: '' },
    },
    ...(
      [
        ['root', '/m', '/m', ''],
        ['slash', '/m/', '/m', '/'],
        ['below', '/m/x//y', '/m', '/x//y'],
        ['canonical', '/%6d/x', '/m', '/x'],
        ['twice', '/m/m/x', '/m', '/m/x'],
        ['after-dots', '/x/../m/y', '/m', '/y'],
      ] as const
    ).map(([variant, target, script, path]) => ({
      id: `ENV-SCRIPT.${variant}` as const,
      title: `Under the mount /m, ${target} is split into ${script} and "${path}"`,
      request: { target },
      settings: { scriptName: '/m' },
      expect: { SCRIPT_NAME: script, PATH_INFO: path },
    })),
    {
      id: 'ENV-SCRIPT.query',
      together: true,
      title: 'A query that follows the mount is no part of the path',
      request: { target: '/m?x' },
      settings: { scriptName: '/m' },
      expect: { SCRIPT_NAME: '/m', PATH_INFO: '', QUERY_STRING: 'x' },
    },
    {
      id: 'ENV-SCRIPT.asterisk',
      title: 'OPTIONS * has an empty SCRIPT_NAME under every mount',
      request: { method: 'OPTIONS', target: '*' },
      settings: { scriptName: '/m' },
      expect: { SCRIPT_NAME: '', PATH_INFO: '*' },
    },
  ]),
  ...refusalChecks(
    (
      [
        ['prefix', '/mx'],
        ['outside', '/'],
        ['capital', '/M/x'],
        ['inside', '/x/m'],
        ['empty-segment', '//m/x'],
        ['left-by-dots', '/m/../x'],
        ['escaped-boundary', '/m%2fx'],
      ] as const
    ).map(([variant, target]) => ({
      id: `ENV-MOUNT.${variant}` as const,
      title: `${target} does not lie under the mount /m`,
      request: { target },
      settings: { scriptName: '/m' },
      accepted: [404],
      orClosed: false,
    })),
  ),
];
