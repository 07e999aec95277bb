import type { ServerCheck } from '../../check.ts';
import { recordEnviron } from './applications.ts';
import { environChecks, environOf } from './tables.ts';

/** Fields whose names or values come close to those of an exception, or to the end of one. */
export const fieldFormChecks: readonly ServerCheck[] = [
  ...environChecks([
    {
      id: 'ENV-HDR-MAP.similar-names',
      together: true,
      title: 'Fields whose names only resemble those of exceptions are mapped',
      request: {
        headers: [
          ['X-Content-Length', '1'],
          ['Content-Length-X', '2'],
          ['X-Content-Type', '3'],
          ['Content-Encoding', '4'],
          ['X-Proxy', '6'],
          ['X-Connection', '7'],
          ['X-TE', '8'],
          ['Trailers', '9'],
          ['X-Upgrade', '10'],
          ['Set-Cookie', '11'],
        ],
      },
      expect: {
        HTTP_X_CONTENT_LENGTH: '1',
        HTTP_CONTENT_LENGTH_X: '2',
        HTTP_X_CONTENT_TYPE: '3',
        HTTP_CONTENT_ENCODING: '4',
        HTTP_X_PROXY: '6',
        HTTP_X_CONNECTION: '7',
        HTTP_X_TE: '8',
        HTTP_TRAILERS: '9',
        HTTP_X_UPGRADE: '10',
        HTTP_SET_COOKIE: '11',
      },
    },
    {
      id: 'ENV-HDR-BYTES.no-break-space',
      title: 'Octet 0xA0 at the ends is no space and stays',
      request: { headers: [['X-Kit', '\xa0a\xa0']] },
      expect: { HTTP_X_KIT: '\xa0a\xa0' },
    },
    {
      id: 'ENV-HDR-MULTI.empty-values',
      title: 'An empty value is joined like all others',
      request: {
        headers: [
          ['X-A', ''],
          ['X-A', '1'],
        ],
      },
      expect: { HTTP_X_A: ', 1' },
    },
    {
      id: 'ENV-HDR-MULTI.same-value',
      title: 'A value that comes twice is there twice',
      request: {
        headers: [
          ['X-A', '1'],
          ['X-A', '1'],
        ],
      },
      expect: { HTTP_X_A: '1, 1' },
    },
    {
      id: 'ENV-HDR-MULTI.content-type',
      title: 'A repeated Content-Type is joined like every other field',
      request: {
        method: 'POST',
        headers: [
          ['Content-Type', 'a/b'],
          ['Content-Type', 'c/d'],
        ],
        body: 'a',
      },
      expect: { CONTENT_TYPE: 'a/b, c/d' },
    },
    {
      id: 'ENV-HDR-MULTI.like-cookie',
      together: true,
      title: 'Fields whose names only resemble Cookie are joined with a comma',
      request: {
        headers: [
          ['X-Cookie', '1'],
          ['X-Cookie', '2'],
          ['Cookie2', '1'],
          ['Cookie2', '2'],
        ],
      },
      expect: { HTTP_X_COOKIE: '1, 2', HTTP_COOKIE2: '1, 2' },
    },
    {
      id: 'ENV-COOKIE-JOIN.three',
      title: 'Three Cookie fields are joined, in any case and as they are',
      request: {
        headers: [
          ['cookie', 'a=1; b=2'],
          ['COOKIE', 'c=3,4'],
          ['Cookie', 'd=5'],
        ],
      },
      expect: { HTTP_COOKIE: 'a=1; b=2; c=3,4; d=5' },
    },
    {
      id: 'ENV-HDR-HOP.case',
      together: true,
      title: 'Hop-by-hop fields are not mapped, in any case',
      request: {
        headers: [
          ['CONNECTION', 'Keep-Alive'],
          ['keep-alive', 'timeout=5'],
          ['PROXY-CONNECTION', 'keep-alive'],
          ['te', 'trailers'],
          ['TRAILER', 'X-T'],
        ],
      },
      expect: {
        HTTP_CONNECTION: undefined,
        HTTP_KEEP_ALIVE: undefined,
        HTTP_PROXY_CONNECTION: undefined,
        HTTP_TE: undefined,
        HTTP_TRAILER: undefined,
      },
    },
    {
      id: 'ENV-HDR-HOP.several-lists',
      together: true,
      title: 'Fields that any of several Connection fields names are not mapped',
      request: {
        headers: [
          ['X-One', '1'],
          ['Connection', ', x-one\t,\tX-Two'],
          ['X-Two', '2'],
          ['Connection', 'x-three'],
          ['X-Three', '3'],
          ['X-Four', '4'],
        ],
      },
      expect: {
        HTTP_X_ONE: undefined,
        HTTP_X_TWO: undefined,
        HTTP_X_THREE: undefined,
        HTTP_X_FOUR: '4',
      },
    },
    {
      id: 'ENV-HDR-PROXY.case',
      title: 'Nor does it in another case',
      request: {
        headers: [
          ['PROXY', 'http://evil.test'],
          ['proxy', 'http://evil.test'],
        ],
      },
      expect: { HTTP_PROXY: undefined },
    },
    ...(
      [
        ['host-address', '[2001:db8::1]:8080'],
        ['host-version', '[v1F.a:b]'],
        ['host-characters', "a-._~!$&'()*+,;=9Z%4a%Fb"],
        ['host-port', 'tsgi.test:'],
      ] as const
    ).map(([variant, host]) => ({
      id: `ENV-HDR-MAP.${variant}` as const,
      title: `The Host ${host} is valid and mapped as it is`,
      request: { host },
      expect: { HTTP_HOST: host },
    })),
  ]),
  {
    id: 'ENV-HDR-UNDERSCORE.other-characters',
    title: 'Fields with any other character in the name change no entry',
    app: recordEnviron,
    run: async (driver) => {
      const marks = Array.from("!#$%&'*+.^_`|~", (mark) => [`X${mark}A`, 'evil'] as const);
      const names = ['Content_Type', 'Content_Length', 'Host_', '_Host', 'Remote_User', 'Cookie.'];
      const headers = [
        ...marks,
        ['X-A', 'good'] as const,
        ...marks,
        ...names.map((name) => [name, 'evil'] as const),
      ];
      const environ = await environOf(driver, { headers });
      const keys = Object.keys(environ).filter((key) => environ[key]?.includes('evil'));
      driver.assert.equal('keys that hold the values', keys, []);
      driver.assert.equal('HTTP_X_A', environ['HTTP_X_A'], 'good');
    },
  },
];
