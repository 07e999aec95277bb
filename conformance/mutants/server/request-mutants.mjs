import { alterInput, alterResult, excuse } from './alter.mjs';
import { canonicalPath, Refusal } from './reference/request.mjs';

const isLength = ([name]) => name.toLowerCase() === 'content-length';
const isCoding = ([name]) => name.toLowerCase() === 'transfer-encoding';
const refusal = ({ message }) => /^[45]/.test(message);

export const requestMutants = [
  {
    id: 'S02',
    defect: 'canonicalises the path twice',
    ...alterResult('resolveTarget', (target) => ({
      ...target,
      path: target.path === '*' ? '*' : canonicalPath(target.path.replaceAll('%25', '%')),
    })),
  },
  {
    id: 'S05',
    defect: 'resolves dot segments through %2F',
    ...alterResult('resolveTarget', (target) => ({
      ...target,
      path: target.path.includes('..%2F') ? target.path.replace(/[^/]*\/\.\.%2F/, '') : target.path,
    })),
  },
  {
    id: 'S06',
    defect: 'takes //evil for an authority',
    ...alterInput('resolveTarget', (method, target) => [
      method,
      target.startsWith('//evil') ? `http:${target}` : target,
    ]),
  },
  {
    id: 'S07',
    defect: 'turns a backslash into a slash',
    ...alterInput('resolveTarget', (method, target) => [method, target.replaceAll('\\', '/')]),
  },
  {
    id: 'S120',
    defect: 'serves what lies outside its mount',
    ...excuse('checkMount', refusal),
  },
  {
    id: 'S121',
    defect: 'does not check the Host field',
    ...excuse('checkHead', (_error, { fields }) => {
      const named = (name) => fields.some(([key]) => key.toLowerCase() === name);
      return !named('content-length') && !named('transfer-encoding');
    }),
  },
  {
    id: 'S122',
    defect: 'takes a message with both Content-Length and Transfer-Encoding',
    ...alterInput('checkHead', (head) => {
      const isChunked = head.fields.some(([, value]) => value === 'chunked');
      return [
        isChunked ? { ...head, fields: head.fields.filter((field) => !isLength(field)) } : head,
      ];
    }),
  },
  {
    id: 'S123',
    defect: 'takes Content-Length with a sign',
    ...alterResult('parseHead', (head) => ({
      ...head,
      fields: head.fields.map(([name, value]) =>
        name === 'Content-Length' ? [name, value.replace(/^[+]/, '')] : [name, value],
      ),
    })),
  },
  {
    id: 'S124',
    defect: 'takes any list of codings that ends in chunked',
    ...alterResult('parseHead', (head) => ({
      ...head,
      fields: head.fields.map(([name, value]) =>
        name === 'Transfer-Encoding' && value.endsWith(', chunked')
          ? [name, 'chunked']
          : [name, value],
      ),
    })),
  },
  {
    id: 'S125',
    defect: 'takes Transfer-Encoding from HTTP/1.0',
    ...excuse('checkHead', (_error, { version, fields }) => {
      return version === 'HTTP/1.0' && fields.some(isCoding);
    }),
  },
  {
    id: 'S126',
    defect: 'gives CONNECT to the application',
    ...excuse(
      'resolveTarget',
      (_error, method) => method === 'CONNECT',
      () => ({ path: '/', query: '' }),
    ),
  },
  {
    id: 'S127',
    defect: 'takes * for any method',
    ...excuse(
      'resolveTarget',
      (_error, _method, target) => target === '*',
      () => ({ path: '*', query: '' }),
    ),
  },
  {
    id: 'S128',
    defect: 'takes a fragment as part of the query',
    ...alterInput('resolveTarget', (method, target) => [
      method,
      target.replace(/(\?.*)#/, '$1%23'),
    ]),
  },
  {
    id: 'S129',
    defect: 'cuts long fields',
    ...alterResult('parseHead', (head) => ({
      ...head,
      fields: head.fields.map(([name, value]) => [name, value.slice(0, 8000)]),
    })),
  },
  {
    id: 'S210',
    defect: 'answers a target that is too long with 404',
    seam: 'readHead',
    excuses: ({ message }) => message.startsWith('431'),
    make: (original) => (reader) =>
      original(reader).catch((error) => {
        throw new Refusal(error.message.replace(/^431.*/, '404 Not Found'));
      }),
  },
  {
    id: 'S130',
    defect: 'takes folded fields',
    ...alterInput('parseHead', (text) => [text.replace(/\r\n[\t ]+(?=b)/g, ' ')]),
  },
  {
    id: 'S131',
    defect: 'takes HTTP/2.0 as HTTP/1.1',
    ...alterInput('parseHead', (text) => [text.replace(/ HTTP\/2\.0\r/, ' HTTP/1.1\r')]),
  },
];
