// Defects of requests that show in one form of a target or a field and in no other.
//
// Rule 1: each is a slip that a server can really have: a condition too wide or too narrow.
import { alterEnviron, alterInput, alterResult, excuse, only } from './alter.mjs';
import { Refusal } from './reference/request.mjs';

const BAD = '400 Bad Request';

/** Changes one entry where a pattern fits the target. */
const onTarget = (pattern, change) =>
  alterEnviron((environ) => {
    if (pattern.test(environ.REQUEST_URI)) change(environ);
  });

/** Takes targets that are to be refused for the root. */
const repair = (pattern) =>
  excuse(
    'resolveTarget',
    (_error, _method, target) => pattern.test(target),
    () => ({ path: '/', query: '' }),
  );

/** Maps the fields of a request anew, with another choice or another joint. */
const remap = (choose) =>
  alterResult('mapFields', (mapped, fields) => ({ ...mapped, ...choose(fields, mapped) }));

export const named = (fields, pattern) => fields.filter(([name]) => pattern.test(name));
const joined = (fields, joint) => fields.map(([, value]) => value).join(joint);

/** Some of the control characters; a pattern as far as `repair` needs one. */
const controls = { test: (text) => ['\x01', '\x1f', '\t'].some((one) => text.includes(one)) };

const pathMutants = [
  {
    id: 'S750',
    defect: 'leaves the escape of "_" in the path',
    ...onTarget(/%5f/, (environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replace('_', '%5F');
    }),
  },
  {
    id: 'S751',
    defect: 'knows no dot segment that is escaped in half',
    ...onTarget(/\.%2e|%2e\./i, (environ) => {
      environ.PATH_INFO = `/a/..${environ.PATH_INFO}`;
    }),
  },
  {
    id: 'S752',
    defect: 'knows no dot segment that is escaped and the last',
    ...onTarget(/%2e$/i, (environ) => {
      environ.PATH_INFO = '/a/b/..';
    }),
  },
  {
    id: 'S753',
    defect: 'takes every segment that begins with a dot for a dot segment',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replaceAll(/\/\.[^/]*/g, '');
    }),
  },
  {
    id: 'S754',
    defect: 'removes no empty segment for a double dot',
    ...onTarget(/\/\/\.\.\/\//, (environ) => {
      environ.PATH_INFO = '/a//b';
    }),
  },
  { id: 'S755', defect: 'reads escapes as numbers of any form', ...repair(/%(?:g2|2g|-2)/) },
  { id: 'S756', defect: 'takes control characters in targets', ...repair(controls) },
  { id: 'S757', defect: 'takes octet 0x80 in a path', ...repair(/\x80/) },
  {
    id: 'S758',
    defect: 'looks for an authority everywhere in a path or a query',
    ...alterInput('resolveTarget', (method, target) => [
      method,
      /^\/.*(http:\/\/.*)$/.exec(target)?.[1] ?? target,
    ]),
  },
  {
    id: 'S759',
    defect: 'has no path for an absolute target that ends with its authority',
    ...onTarget(/^http:\/\/[^/?]*$/, (environ) => {
      environ.PATH_INFO = '';
    }),
  },
  {
    id: 'S760',
    defect: 'knows the scheme of absolute targets in small letters only',
    ...only('resolveTarget', (_method, target) => target.startsWith('HTTP:'), refuse),
  },
  {
    id: 'S761',
    defect: 'takes no address of IPv6 for an authority',
    ...only('resolveTarget', (_method, target) => target.startsWith('http://['), refuse),
  },
  {
    id: 'S762',
    defect: 'looks for the mount from the end of the path',
    ...onTarget(/^\/m\/m\//, (environ) => {
      Object.assign(environ, { SCRIPT_NAME: '/m/m', PATH_INFO: environ.PATH_INFO.slice(2) });
    }),
  },
  {
    id: 'S763',
    defect: 'cuts the mount from the path before it resolves dot segments',
    ...onTarget(/^\/x\/\.\.\/m/, (environ) => {
      environ.PATH_INFO = `/m${environ.PATH_INFO}`;
    }),
  },
  {
    id: 'S764',
    defect: 'leaves the query behind a mount in the path',
    ...onTarget(/^\/m\?/, (environ) => {
      environ.PATH_INFO = '?x';
    }),
  },
  {
    id: 'S765',
    defect: 'compares the mount without regard to case',
    ...alterInput('checkMount', ({ path }, mount) => [{ path: path.toLowerCase() }, mount]),
  },
  {
    id: 'S766',
    defect: 'looks for the mount anywhere in the path',
    ...only(
      'checkMount',
      ({ path }) => /\/m(?:\/|$)/.test(path),
      () => undefined,
    ),
  },
  {
    id: 'S767',
    defect: 'takes what is nearly a target for one',
    ...repair(/^(?:http:\/\/tsgi\.test:x|http:\/\/\?|http:\/t|tsgi\.test:$|:80$|\*\?|\?)/),
  },
  {
    id: 'S768',
    defect: 'knows authority-form by a name only',
    ...only('resolveTarget', (_method, target) => target.startsWith('['), refuse),
  },
  {
    id: 'S769',
    defect: 'compares methods without regard to case',
    ...alterInput('resolveTarget', (method, target) => [method.toUpperCase(), target]),
  },
];

function refuse() {
  throw new Refusal(BAD);
}

const entryMutants = [
  {
    id: 'S770',
    defect: 'gives HEAD to the application as GET',
    ...alterEnviron((environ) => {
      if (environ.REQUEST_METHOD === 'HEAD') environ.REQUEST_METHOD = 'GET';
    }),
  },
  {
    id: 'S771',
    defect: 'gives methods without a body to the application as GET',
    ...alterEnviron((environ, { inputs }) => {
      const isOther = /^(?:POST|PUT|DELETE|OPTIONS)$/.test(environ.REQUEST_METHOD);
      if (inputs.length === undefined && isOther) environ.REQUEST_METHOD = 'GET';
    }),
  },
  {
    id: 'S772',
    defect: 'lets a field replace the method',
    ...alterEnviron((environ) => {
      environ.REQUEST_METHOD = environ.HTTP_X_HTTP_METHOD_OVERRIDE ?? environ.REQUEST_METHOD;
    }),
  },
  {
    id: 'S773',
    defect: 'puts REQUEST_URI together from its parts',
    ...onTarget(/\?$/, (environ) => {
      environ.REQUEST_URI = environ.REQUEST_URI.slice(0, -1);
    }),
  },
  {
    id: 'S774',
    defect: 'takes tsgi.url_scheme from an absolute target',
    ...onTarget(/^https:/, (environ) => {
      environ['tsgi.url_scheme'] = 'https';
    }),
  },
  {
    id: 'S775',
    defect: 'takes SERVER_NAME from an absolute target',
    ...onTarget(/^http:\/\/evil/, (environ) => {
      environ.SERVER_NAME = 'evil.test';
    }),
  },
  {
    id: 'S776',
    defect: 'takes SERVER_PORT from an absolute target',
    ...onTarget(/^http:\/\/evil/, (environ) => {
      environ.SERVER_PORT = '1';
    }),
  },
  {
    id: 'S777',
    defect: 'passes a later minor version on',
    ...alterResult('parseHead', (head, text) =>
      / HTTP\/1\.2\r\n/.test(text) ? { ...head, version: 'HTTP/1.2' } : head,
    ),
  },
  {
    id: 'S778',
    defect: 'believes X-Remote-User of anybody',
    ...alterEnviron((environ) => {
      const user = environ.HTTP_X_REMOTE_USER;
      if (user !== undefined) environ.REMOTE_USER = user;
    }),
  },
  {
    id: 'S779',
    defect: 'believes X-Original-Url of anybody',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.HTTP_X_ORIGINAL_URL ?? environ.PATH_INFO;
    }),
  },
  {
    id: 'S780',
    defect: 'has a CONTENT_TYPE that is undefined where there is none',
    ...alterEnviron((environ) => {
      environ.CONTENT_TYPE ??= undefined;
    }),
  },
];

const fieldMutants = [
  {
    id: 'S781',
    defect: 'takes an empty value for none where it joins fields',
    ...remap((fields, mapped) => {
      const [first, ...more] = named(fields, /^x-a$/i);
      return first?.[1] === '' ? { HTTP_X_A: joined(more, ', ') } : mapped;
    }),
  },
  {
    id: 'S782',
    defect: 'joins values that differ, and no others',
    ...remap((fields, mapped) => {
      const values = named(fields, /^x-a$/i);
      const isSame = values.length === 2 && values[0][1] === values[1][1];
      return isSame ? { HTTP_X_A: values[0][1] } : mapped;
    }),
  },
  {
    id: 'S783',
    defect: 'takes the first of repeated Content-Type fields',
    ...remap((fields, mapped) => {
      const [first] = named(fields, /^content-type$/i);
      return first === undefined ? mapped : { CONTENT_TYPE: first[1] };
    }),
  },
  {
    id: 'S784',
    defect: 'joins all fields with "cookie" in the name as Cookie',
    ...remap((fields, mapped) => {
      const cookies = named(fields, /^cookie2$/i);
      return cookies.length === 0 ? mapped : { HTTP_COOKIE2: joined(cookies, '; ') };
    }),
  },
  {
    id: 'S785',
    defect: 'joins Cookie fields with a semicolon only where the name is written so',
    ...remap((fields, mapped) => {
      const cookies = named(fields, /^cookie$/i);
      return cookies.some(([name]) => name === 'COOKIE')
        ? { HTTP_COOKIE: joined(cookies, ', ') }
        : mapped;
    }),
  },
  {
    id: 'S786',
    defect: 'takes octet 0xA0 for a space at the ends of values',
    ...alterResult('parseHead', (head) => ({
      ...head,
      fields: head.fields.map(([name, value]) => [name, value.trim()]),
    })),
  },
  {
    id: 'S787',
    defect: 'knows hop-by-hop fields in one spelling only',
    ...remap((fields) =>
      Object.fromEntries(
        named(fields, /^(?:te|TRAILER|PROXY-CONNECTION)$/).map(([name, value]) => [
          `HTTP_${name.toUpperCase().replaceAll('-', '_')}`,
          value,
        ]),
      ),
    ),
  },
  {
    id: 'S788',
    defect: 'reads the first of several Connection fields',
    ...remap((fields) => {
      const [three] = named(fields, /^x-three$/i);
      return three === undefined ? {} : { HTTP_X_THREE: three[1] };
    }),
  },
  {
    id: 'S789',
    defect: 'knows Proxy in one spelling only',
    ...remap((fields) => {
      const [proxy] = named(fields, /^(?:PROXY|proxy)$/);
      return proxy === undefined ? {} : { HTTP_PROXY: proxy[1] };
    }),
  },
  {
    id: 'S790',
    defect: 'writes "_" for every character that a key cannot have',
    ...remap((fields, mapped) => {
      const marked = named(fields, /^X[!#$%&'*+^`|~]A$/);
      return marked.length === 0 ? mapped : { HTTP_X_A: `${mapped.HTTP_X_A}, evil` };
    }),
  },
  {
    id: 'S791',
    defect: 'drops a field beside one whose name resembles it',
    ...remap((fields) =>
      named(fields, /^X[!#$%&'*+^`|~]A$/).length === 0 ? {} : { HTTP_X_A: 'none' },
    ),
  },
  {
    id: 'S792',
    defect: 'drops every field whose name ends as one of the framing does',
    ...alterResult('mapFields', ({ HTTP_X_CONTENT_LENGTH: _dropped, ...mapped }) => mapped),
  },
  {
    id: 'S793',
    defect: 'knows names and ports as Host, and nothing else',
    ...only(
      'checkHead',
      ({ fields }) => named(fields, /^host$/i).some(([, host]) => !/^[\w.-]*(?::\d+)?$/.test(host)),
      refuse,
    ),
  },
];

export const subtleRequestMutants = [...pathMutants, ...entryMutants, ...fieldMutants];
