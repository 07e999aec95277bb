// Servers that lack what their adapter claims: the probe of the capability fails, and the checks that
// need it are blocked.
import { alterEnviron, alterResult, only } from './alter.mjs';
import { Refusal } from './reference/request.mjs';

function without(id, key) {
  return {
    id,
    defect: `claims ${key} and has none`,
    ...alterEnviron((environ) => {
      delete environ[key];
    }),
  };
}

const isThenable = (value) => typeof value?.then === 'function';
const isCoded = ({ fields }) => fields.some(([name]) => /^transfer-encoding$/i.test(name));

export const capabilityMutants = [
  without('S610', 'tsgi.file_wrapper'),
  without('S611', 'tsgi.flush_headers'),
  without('S612', 'tsgi.early_hints'),
  without('S613', 'tsgi.trailers'),
  without('S614', 'tsgi.raw_headers'),
  without('S615', 'tsgi.state'),
  without('S616', 'tsgi.signal'),
  {
    id: 'S617',
    defect: 'claims the asynchronous profile and awaits nothing',
    ...only(
      'callApplication',
      ({ asynchronous }) => asynchronous,
      async (original, x) => {
        const { application } = x;
        x.application = (...args) => {
          const result = application(...args);
          if (isThenable(result)) throw new Error('a promise');
          return result;
        };
        await original(x);
      },
    ),
  },
  {
    id: 'S618',
    defect: 'claims HTTP/1.0 and refuses it',
    ...alterResult('parseHead', (head) => {
      if (head.version === 'HTTP/1.0') throw new Refusal('505 HTTP Version Not Supported');
      return head;
    }),
  },
  {
    id: 'S619',
    defect: 'claims persistent connections and closes every one',
    seam: 'wantsClose',
    make: () => () => true,
  },
  {
    id: 'S620',
    defect: 'claims pipelining and forgets what came with the request before',
    ...only(
      'readHead',
      () => true,
      async (original, reader) => {
        const text = await original(reader);
        if (text?.startsWith('GET ') && reader.bytes.includes('\r\n\r\n')) {
          reader.take(reader.bytes.length);
          reader.ended = true;
        }
        return text;
      },
    ),
  },
  {
    id: 'S621',
    defect: 'claims chunked requests and refuses them',
    ...alterResult('checkHead', (nothing, head) => {
      if (isCoded(head)) throw new Refusal('501 Not Implemented');
      return nothing;
    }),
  },
  {
    id: 'S622',
    defect: 'claims TLS and does not start with it',
    ...only(
      'open',
      (_listener, { options }) => options.tls !== undefined,
      async () => {
        throw new Error('no TLS');
      },
    ),
  },
  {
    id: 'S623',
    defect: 'claims modules and loads none',
    ...only(
      'loadModule',
      () => true,
      async () => {
        throw new Error('no modules');
      },
    ),
  },
];
