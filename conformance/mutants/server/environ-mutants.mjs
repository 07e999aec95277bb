import process from 'node:process';
import { alterEnviron, alterInput, alterResult } from './alter.mjs';

/** Sets a key to what the first field of a name says. */
const rawField = (head, name) => head.fields.filter(([key]) => key.toLowerCase() === name);

let keptEnviron;

export const environMutants = [
  {
    id: 'S01',
    defect: 'upper-cases the method',
    ...alterEnviron((environ) => {
      environ.REQUEST_METHOD = environ.REQUEST_METHOD.toUpperCase();
    }),
  },
  {
    id: 'S03',
    defect: 'leaves PATH_INFO as received',
    ...alterEnviron((environ, { head }) => {
      if (head.target.startsWith('/') && environ.SCRIPT_NAME === '') {
        [environ.PATH_INFO] = head.target.split('?');
      }
    }),
  },
  {
    id: 'S04',
    defect: 'decodes PATH_INFO',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replace(/%([\dA-F]{2})/g, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
    }),
  },
  {
    id: 'S08',
    defect: 'collapses repeated slashes',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replace(/\/+/g, '/');
    }),
  },
  {
    id: 'S09',
    defect: 'leaves the query in PATH_INFO',
    ...alterEnviron((environ) => {
      if (environ.QUERY_STRING !== '') environ.PATH_INFO += `?${environ.QUERY_STRING}`;
    }),
  },
  {
    id: 'S10',
    defect: 'decodes QUERY_STRING',
    ...alterEnviron((environ) => {
      environ.QUERY_STRING = environ.QUERY_STRING.replace(/%([\dA-Fa-f]{2})/g, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
    }),
  },
  {
    id: 'S11',
    defect: 'leaves the question mark in QUERY_STRING',
    ...alterEnviron((environ) => {
      if (environ.QUERY_STRING !== '') environ.QUERY_STRING = `?${environ.QUERY_STRING}`;
    }),
  },
  {
    id: 'S12',
    defect: 'leaves QUERY_STRING out where there is no query',
    ...alterEnviron((environ) => {
      if (environ.QUERY_STRING === '') delete environ.QUERY_STRING;
    }),
  },
  {
    id: 'S14',
    defect: 'sets HTTP_CONTENT_TYPE and HTTP_CONTENT_LENGTH as well',
    ...alterEnviron((environ) => {
      if (environ.CONTENT_TYPE) environ.HTTP_CONTENT_TYPE = environ.CONTENT_TYPE;
      if (environ.CONTENT_LENGTH) environ.HTTP_CONTENT_LENGTH = environ.CONTENT_LENGTH;
    }),
  },
  {
    id: 'S15',
    defect: 'makes a CONTENT_TYPE up',
    ...alterEnviron((environ) => {
      environ.CONTENT_TYPE ??= 'application/x-www-form-urlencoded';
    }),
  },
  {
    id: 'S16',
    defect: 'takes the last of repeated fields',
    ...alterResult('mapFields', (mapped, fields) => {
      for (const [name, value] of fields) {
        const key = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`;
        if (key in mapped && !/[_.]/.test(name) && key !== 'HTTP_COOKIE') mapped[key] = value;
      }
      return mapped;
    }),
  },
  {
    id: 'S17',
    defect: 'takes the first of repeated fields',
    ...alterResult('mapFields', (mapped, fields) => {
      for (const [name, value] of fields.toReversed()) {
        const key = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`;
        if (key in mapped && !/[_.]/.test(name) && key !== 'HTTP_COOKIE') mapped[key] = value;
      }
      return mapped;
    }),
  },
  {
    id: 'S18',
    defect: 'joins Cookie fields with a comma',
    ...alterResult('mapFields', (mapped, fields) => {
      const cookies = fields.filter(([name]) => name.toLowerCase() === 'cookie');
      if (cookies.length > 0) mapped.HTTP_COOKIE = cookies.map(([, value]) => value).join(', ');
      return mapped;
    }),
  },
  {
    id: 'S19',
    defect: 'maps names with underscores and dots',
    ...alterInput('mapFields', (fields) => [
      fields.map(([name, value]) => [name.replace(/[._]/g, '-'), value]),
    ]),
  },
  {
    id: 'S20',
    defect: 'maps Proxy to HTTP_PROXY',
    ...alterEnviron((environ, { head }) => {
      for (const [, value] of rawField(head, 'proxy')) environ.HTTP_PROXY = value;
    }),
  },
  {
    id: 'S21',
    defect: 'maps hop-by-hop fields',
    ...alterEnviron((environ, { head }) => {
      for (const name of ['connection', 'te', 'upgrade', 'transfer-encoding']) {
        for (const [, value] of rawField(head, name)) {
          environ[`HTTP_${name.toUpperCase().replace('-', '_')}`] = value;
        }
      }
    }),
  },
  {
    id: 'S22',
    defect: 'drops empty fields',
    ...alterInput('mapFields', (fields) => [fields.filter(([, value]) => value !== '')]),
  },
  {
    id: 'S23',
    defect: 'maps fields that Connection names',
    ...alterInput('mapFields', (fields) => [
      fields.filter(([name]) => name.toLowerCase() !== 'connection'),
    ]),
  },
  {
    id: 'S24',
    defect: 'SERVER_PORT is a number',
    ...alterEnviron((environ) => {
      environ.SERVER_PORT = Number(environ.SERVER_PORT);
    }),
  },
  {
    id: 'S25',
    defect: 'takes SERVER_PORT from the Host field',
    ...alterEnviron((environ) => {
      environ.SERVER_PORT = /:(\d+)$/.exec(environ.HTTP_HOST ?? '')?.[1] ?? environ.SERVER_PORT;
    }),
  },
  {
    id: 'S26',
    defect: 'says HTTP/1.1 to every client',
    ...alterEnviron((environ) => {
      environ.SERVER_PROTOCOL = 'HTTP/1.1';
    }),
  },
  {
    id: 'S27',
    defect: 'SCRIPT_NAME ends with a slash under a mount',
    ...alterEnviron((environ) => {
      if (environ.SCRIPT_NAME !== '') environ.SCRIPT_NAME += '/';
    }),
  },
  {
    id: 'S28',
    defect: 'takes SERVER_NAME from the Host field',
    ...alterEnviron((environ) => {
      environ.SERVER_NAME = environ.HTTP_HOST ?? environ.SERVER_NAME;
    }),
  },
  {
    id: 'S29',
    defect: 'believes X-Forwarded-Proto of anybody',
    ...alterEnviron((environ) => {
      if (environ.HTTP_X_FORWARDED_PROTO)
        environ['tsgi.url_scheme'] = environ.HTTP_X_FORWARDED_PROTO;
    }),
  },
  {
    id: 'S30',
    defect: 'freezes the environ',
    ...alterEnviron((environ) => Object.freeze(environ)),
  },
  {
    id: 'S31',
    defect: 'copies the variables of the process',
    // npm and most shells set variables in lower case; this one is there wherever the kit runs
    ...alterEnviron((environ) =>
      Object.assign(environ, { npm_command: '', ...process.env, ...environ }),
    ),
  },
  {
    id: 'S32',
    defect: 'leaves tsgi.multithread out',
    ...alterEnviron((environ) => {
      delete environ['tsgi.multithread'];
    }),
  },
  {
    id: 'S104',
    defect: 'the environ inherits from Object.prototype',
    ...alterEnviron((environ) => ({ ...environ })),
  },
  {
    id: 'S105',
    defect: 'reuses one environ for all requests',
    stateful: true,
    ...alterEnviron((environ) => (keptEnviron = Object.assign(keptEnviron ?? environ, environ))),
  },
  {
    id: 'S106',
    defect: 'an entry is a getter',
    ...alterEnviron((environ) => {
      const value = environ.REQUEST_URI;
      Object.defineProperty(environ, 'REQUEST_URI', { get: () => value, set() {} });
    }),
  },
  {
    id: 'S107',
    defect: 'sets a key that is neither a CGI key nor dotted',
    ...alterEnviron((environ) => {
      environ.requestId = '1';
    }),
  },
  {
    id: 'S108',
    defect: 'sets an unregistered key of the core',
    ...alterEnviron((environ) => {
      environ['tsgi.request_id'] = '1';
    }),
  },
  {
    id: 'S109',
    defect: 'an optional key is undefined',
    ...alterEnviron((environ) => {
      environ['tsgi.tls'] = undefined;
    }),
  },
  {
    id: 'S110',
    defect: 'a flag is a number',
    ...alterEnviron((environ) => {
      environ['tsgi.run_once'] = 0;
    }),
  },
  {
    id: 'S111',
    defect: 'tsgi.version is a string',
    ...alterEnviron((environ) => {
      environ['tsgi.version'] = '1.0';
    }),
  },
  {
    id: 'S112',
    defect: 'tsgi.async is true under the synchronous profile',
    ...alterEnviron((environ) => {
      environ['tsgi.async'] = true;
    }),
  },
  {
    id: 'S113',
    defect: 'says that bodies do not overlap, although they do',
    ...alterEnviron((environ) => {
      environ['tsgi.interleaved'] = false;
    }),
  },
  {
    id: 'S114',
    defect: 'decodes REQUEST_URI',
    ...alterEnviron((environ) => {
      environ.REQUEST_URI = environ.REQUEST_URI.replaceAll('%7E', '~');
    }),
  },
  {
    id: 'S115',
    defect: 'names the user whom an Authorization field names',
    ...alterEnviron((environ) => {
      if (environ.HTTP_AUTHORIZATION?.startsWith('Basic ')) environ.REMOTE_USER = 'kit';
    }),
  },
  {
    id: 'S116',
    defect: 'takes REMOTE_ADDR from X-Forwarded-For',
    ...alterEnviron((environ) => {
      environ.REMOTE_ADDR = environ.HTTP_X_FORWARDED_FOR ?? environ.REMOTE_ADDR;
    }),
  },
  {
    id: 'S117',
    defect: 'reads header values as UTF-8',
    ...alterInput('mapFields', (fields) => [
      fields.map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('utf8')]),
    ]),
  },
  {
    id: 'S118',
    defect: 'leaves the spaces at the ends of values',
    ...alterResult('parseHead', (head, text) => ({
      ...head,
      fields: head.fields.map(([name, value]) => {
        const line = text.split('\r\n').find((row) => row.startsWith(`${name}: `));
        return [name, /kit/i.test(name) ? line.slice(name.length + 2) : value];
      }),
    })),
  },
  {
    id: 'S205',
    defect: 'says https without TLS',
    ...alterEnviron((environ) => {
      environ['tsgi.url_scheme'] = 'https';
    }),
  },
  {
    id: 'S206',
    defect: 'withholds Authorization',
    ...alterEnviron((environ) => {
      delete environ.HTTP_AUTHORIZATION;
    }),
  },
  {
    id: 'S207',
    defect: 'merges trailer fields into the header fields',
    seam: 'answer',
    make: (original) => (request, server) => {
      const { head, reader } = request;
      const found = /\r\n0\r\n([\w-]+): (\w+)\r\n/.exec(reader.bytes.toString('latin1'));
      if (found !== null) head.fields.push([found[1], found[2]]);
      return original(request, server);
    },
  },
  {
    id: 'S119',
    defect: 'ignores the authority of an absolute target',
    ...alterEnviron((environ, { head }) => {
      if (environ.HTTP_HOST) [[, environ.HTTP_HOST]] = rawField(head, 'host');
    }),
  },
];
