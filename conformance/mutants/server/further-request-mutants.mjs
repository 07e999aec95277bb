// One or the other check of a rule that is caught by another defect than the rest.
import { alterEnviron, alterInput, alterResult, excuse, only } from './alter.mjs';
import { Refusal } from './reference/request.mjs';

const isNamed = (fields, name) => fields.some(([key]) => key.toLowerCase() === name);
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PATCH']);
const always = () => true;
const dropField = (name) =>
  alterInput('mapFields', (fields) => [fields.filter(([key]) => key.toLowerCase() !== name)]);

export const furtherRequestMutants = [
  {
    id: 'S520',
    defect: 'takes any Content-Length',
    ...excuse(
      'checkHead',
      (_error, { fields }) =>
        isNamed(fields, 'content-length') && !isNamed(fields, 'transfer-encoding'),
    ),
  },
  {
    id: 'S521',
    defect: 'takes any transfer coding for chunked',
    ...excuse(
      'checkHead',
      (_error, { fields }) =>
        isNamed(fields, 'transfer-encoding') && !isNamed(fields, 'content-length'),
    ),
  },
  {
    id: 'S522',
    defect: 'takes any request-target for /',
    ...excuse(
      'resolveTarget',
      (_error, _method, target) => target !== '*',
      () => ({ path: '/', query: '' }),
    ),
  },
  {
    id: 'S523',
    defect: 'takes any head for a request',
    ...excuse('parseHead', always, () => ({
      method: 'GET',
      target: '/',
      version: 'HTTP/1.1',
      fields: [['Host', 'a']],
    })),
  },
  {
    id: 'S524',
    defect: 'forbids methods that it does not know',
    ...alterResult('parseHead', (head) => {
      if (!KNOWN.has(head.method)) throw new Refusal('403 Forbidden');
      return head;
    }),
  },
  {
    id: 'S525',
    defect: 'gives methods in lower case',
    ...alterEnviron((environ) => {
      environ.REQUEST_METHOD = environ.REQUEST_METHOD.toLowerCase();
    }),
  },
  {
    id: 'S526',
    defect: 'calls the application once more behind a GET',
    ...only(
      'endMessage',
      ({ result, method }) => Array.isArray(result) && method === 'GET',
      (original, x) => {
        original(x);
        if (!x.target.endsWith('/tsgi-canary')) x.application(x.environ, () => undefined);
      },
    ),
    // An application that ends by closing a descriptor closes it twice.
    alone: true,
  },
  {
    id: 'S527',
    defect: 'takes scheme and authority out of REQUEST_URI',
    ...alterEnviron((environ) => {
      environ.REQUEST_URI = environ.REQUEST_URI.replace(/^http:\/\/[^/]*/, '');
    }),
  },
  {
    id: 'S528',
    defect: 'says HTTP/1.0 to HTTP/1.1',
    ...alterEnviron((environ) => {
      environ.SERVER_PROTOCOL = 'HTTP/1.0';
    }),
  },
  {
    id: 'S529',
    defect: 'names the user whom a Remote-User field names',
    ...alterEnviron((environ) => {
      if (environ.HTTP_REMOTE_USER) environ.REMOTE_USER = environ.HTTP_REMOTE_USER;
    }),
  },
  {
    id: 'S530',
    defect: 'encodes characters of the path that need it not',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replaceAll(';', '%3B');
    }),
  },
  {
    id: 'S531',
    defect: 'takes three dots for two',
    ...alterEnviron((environ) => {
      environ.PATH_INFO = environ.PATH_INFO.replace('/a/.../', '/');
    }),
  },
  {
    id: 'S532',
    defect: 'gives OPTIONS * the mount as SCRIPT_NAME',
    ...alterEnviron((environ, { mount }) => {
      if (environ.PATH_INFO === '*') environ.SCRIPT_NAME = mount;
    }),
  },
  { id: 'S533', defect: 'withholds If-None-Match', ...dropField('if-none-match') },
  { id: 'S534', defect: 'withholds Range', ...dropField('range') },
  { id: 'S535', defect: 'withholds Content-Type', ...dropField('content-type') },
  {
    id: 'S536',
    defect: 'cuts fields at 3000 octets',
    ...alterInput('mapFields', (fields) => [
      fields.map(([name, value]) => [name, value.slice(0, 3000)]),
    ]),
  },
  {
    id: 'S537',
    defect: 'withholds Host where Connection names it',
    ...alterResult('mapFields', (mapped, fields) => {
      if (fields.some(([name, value]) => /^connection$/i.test(name) && /host/i.test(value)))
        delete mapped.HTTP_HOST;
      return mapped;
    }),
  },
  {
    id: 'S538',
    defect: 'reads 2000 fields and ignores the rest',
    ...alterResult('parseHead', ({ fields, ...head }) => ({
      ...head,
      fields: fields.length > 2000 ? [...fields.slice(0, 2000), ...fields.slice(-1)] : fields,
    })),
  },
  {
    id: 'S539',
    defect: 'cuts the request-target at 60000 octets',
    ...alterResult('parseHead', (head) => ({ ...head, target: head.target.slice(0, 60_000) })),
  },
  {
    id: 'S540',
    defect: 'has no tsgi.input for a body without octets',
    ...alterEnviron((environ) => {
      if (environ.CONTENT_LENGTH === '0') delete environ['tsgi.input'];
    }),
  },
  {
    id: 'S541',
    defect: 'read gives a list of numbers',
    ...changeRead((input, [size]) =>
      size === 2 ? Array.from(input.read(size)) : input.read(size),
    ),
  },
  {
    id: 'S542',
    defect: 'read(undefined) reads nothing',
    ...changeRead((input, args) =>
      args.length > 0 && args[0] === undefined ? new Uint8Array() : input.read(...args),
    ),
  },
  {
    id: 'S543',
    defect: 'iterating begins from the start of the body',
    ...alterResult('makeInput', (input, bytes) => ({
      read: (...args) => input.read(...args),
      *[Symbol.iterator]() {
        input.read();
        if (bytes.length > 0) yield Uint8Array.from(bytes);
      },
    })),
  },
  {
    id: 'S544',
    defect: 'CONTENT_LENGTH has a space',
    ...alterEnviron((environ) => {
      if (environ.CONTENT_LENGTH) environ.CONTENT_LENGTH += ' ';
    }),
  },
  {
    id: 'S545',
    defect: 'CONTENT_LENGTH counts the framing of chunks',
    ...alterEnviron((environ, { head }) => {
      if (isNamed(head.fields, 'transfer-encoding') && environ.CONTENT_LENGTH) {
        environ.CONTENT_LENGTH = String(Number(environ.CONTENT_LENGTH) + 5);
      }
    }),
  },
  {
    id: 'S546',
    defect: 'refuses sizes of chunks with leading zeros',
    ...changeBody((bytes) => /^0[\dA-Fa-f]/.test(bytes)),
  },
  {
    id: 'S547',
    defect: 'takes trailer fields for a malformed body',
    ...changeBody((bytes) => /\r\n0\r\nX-Trailer/.test(bytes)),
  },
  {
    id: 'S548',
    defect: 'looks for the last chunk inside of chunks',
    ...changeBody((bytes) => bytes.startsWith('b\r\n\r\n0\r\n')),
  },
  {
    id: 'S549',
    defect: 'knows the chunked coding in lower case alone',
    ...alterResult('checkHead', (nothing, { fields }) => {
      if (fields.some(([, value]) => value === 'CHUNKED')) throw new Refusal('501 Not Implemented');
      return nothing;
    }),
  },
  {
    id: 'S550',
    defect: 'sends 100 before it looks at the request',
    ...only('serveRequest', always, (original, connection, server) => {
      const { seams } = server;
      const parseHead = (text) => {
        const head = seams.parseHead(text);
        if (isNamed(head.fields, 'expect'))
          connection.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        return head;
      };
      return original(
        connection,
        Object.create(server, { seams: { value: { ...seams, parseHead } } }),
      );
    }),
  },
  {
    id: 'S551',
    defect: 'refuses names with low lines and fields without a value',
    ...alterResult('checkFields', (nothing, fields) => {
      if (fields.some(([name]) => /_|\|/.test(name)))
        throw Object.assign(new Error('name'), { code: 'ERR_TSGI_HEADER_NAME' });
      return nothing;
    }),
  },
  {
    id: 'S552',
    defect: 'refuses values with tabs',
    ...alterResult('checkFields', (nothing, fields) => {
      if (fields.some(([, value]) => value.includes('\t')))
        throw Object.assign(new Error('value'), { code: 'ERR_TSGI_HEADER_VALUE' });
      return nothing;
    }),
  },
  {
    id: 'S553',
    defect: 'takes names that are no tokens',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields)
        ? fields.filter(
            (pair) =>
              !(Array.isArray(pair) && /^[^\r\n\0\t\x7f\u20ac]*[ :(/\xe9"][^\r\n]*$/.test(pair[0])),
          )
        : fields,
    ]),
  },
  {
    id: 'S554',
    defect: 'takes a Content-Length with a sign or a fraction',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields)
        ? fields.filter(
            (pair) => !(Array.isArray(pair) && pair[0] === 'content-length' && fields.length === 1),
          )
        : fields,
    ]),
  },
  {
    id: 'S555',
    defect: 'sorts the list of the application',
    ...only(
      'startResponse',
      (_response, [, fields]) => Object.isFrozen(fields),
      (original, response, [status, fields, error], context) => {
        fields.sort();
        original(response, [status, fields, error], context);
      },
    ),
  },
  {
    id: 'S556',
    defect: 'adds a reason phrase where there is none',
    ...alterInput('writeHead', (head) => [
      { ...head, status: head.status.replace(/^(\d{3}) $/, '$1 Found') },
    ]),
  },
];

function changeRead(read) {
  return alterResult('makeInput', (input) => ({
    read: (...args) => read(input, args),
    [Symbol.iterator]: () => input[Symbol.iterator](),
  }));
}

/** Takes chunked bodies for malformed whose octets so far a test accepts. */
function changeBody(test) {
  return only(
    'readBody',
    (_reader, { chunked }) => chunked,
    async function* readBody(original, reader, framing) {
      if (test(reader.bytes.toString('latin1'))) {
        throw Object.assign(new Error('malformed'), { code: 'ERR_TSGI_INPUT_ABORTED' });
      }
      yield* original(reader, framing);
    },
  );
}
