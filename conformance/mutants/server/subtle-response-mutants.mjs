// Defects of responses that show for one kind of call or body and for no other.
//
// Rule 1: each is a slip that a server can really have: a condition too wide or too narrow.
import { alterInput, only } from './alter.mjs';
import { fault } from './reference/environ.mjs';

const isLength = ([name]) => /^content-length$/i.test(name);
const isThenable = (value) => typeof value?.then === 'function';

/** Checks the arguments of startResponse before it asks whether it may be called. */
const checkFirst = (when) =>
  only('startResponse', when, (original, response, [status, fields, error], x) => {
    x.seams.checkStatus(status);
    x.seams.checkFields(fields);
    original(response, [status, fields, error], x);
  });

/** Whether a character is no control character, or one of those that come to mind. */
const isThoughtOf = (character) => character >= ' ' || '\0\t\r\n'.includes(character);

const callMutants = [
  {
    id: 'S820',
    defect: 'refuses the control characters that everybody thinks of',
    ...alterInput('checkStatus', (status) => [
      typeof status === 'string' ? Array.from(status).filter(isThoughtOf).join('') : status,
    ]),
  },
  {
    id: 'S821',
    defect: 'takes code unit 0x100 in a value',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields) && fields[0]?.[1] === '\u0100' ? [] : fields,
    ]),
  },
  {
    id: 'S822',
    defect: 'takes "@" in a name',
    ...alterInput('checkFields', (fields) => [
      Array.isArray(fields) && fields[0]?.[0] === 'X@' ? [] : fields,
    ]),
  },
  {
    id: 'S823',
    defect: 'takes octet 0xA0 at the ends of a value for a space',
    ...only(
      'checkFields',
      (fields) => Array.isArray(fields) && fields[0]?.[1]?.[0] === '\xa0',
      () => {
        throw fault('ERR_TSGI_HEADER_VALUE');
      },
    ),
  },
  {
    id: 'S824',
    defect: 'takes the next call for the first where a replacement fails',
    ...only(
      'startResponse',
      ({ state }) => state === 'set',
      (original, response, args, x) => {
        try {
          original(response, args, x);
        } catch (error) {
          if (response.state === 'failed') response.state = 'unset';
          throw error;
        }
      },
    ),
  },
  {
    id: 'S825',
    defect: 'checks the arguments of a second call',
    ...checkFirst(({ state }, [, , error]) => state === 'set' && error === undefined),
  },
  {
    id: 'S826',
    defect: 'checks the arguments of a call with an error after the commit',
    ...checkFirst(({ state }, [, , error]) => state === 'committed' && error !== undefined),
  },
  {
    id: 'S827',
    defect: 'breaks the response off when it rethrows an error',
    ...only(
      'startResponse',
      ({ state }, [, , error]) => state === 'committed' && error !== undefined,
      (original, response, args, x) => {
        x.destroy();
        original(response, args, x);
      },
    ),
  },
  {
    id: 'S828',
    defect: 'keeps the Content-Length of a response that is replaced',
    ...only(
      'startResponse',
      ({ state }) => state === 'set',
      (original, response, args, x) => {
        const length = response.fields.find(isLength);
        original(response, args, x);
        if (length !== undefined && !response.fields.some(isLength)) response.fields.push(length);
      },
    ),
  },
];

const bodyMutants = [
  {
    id: 'S830',
    defect: 'asks whether a result is iterable before it asks whether it is a thenable',
    ...only(
      'checkBody',
      (body) => isThenable(body) && typeof body[Symbol.iterator] === 'function',
      () => 'sync',
    ),
  },
  {
    id: 'S831',
    defect: 'takes a function with a "then" for no thenable',
    ...only(
      'checkBody',
      (body) => typeof body === 'function',
      () => {
        throw fault('ERR_TSGI_BODY');
      },
    ),
  },
  {
    id: 'S832',
    defect: 'takes whatever has a "then" for a thenable',
    ...only(
      'checkBody',
      (body, { asynchronous }) => !asynchronous && Array.isArray(body) && 'then' in body,
      () => {
        throw fault('ERR_TSGI_ASYNC_UNSUPPORTED');
      },
    ),
  },
  {
    id: 'S833',
    defect: 'tells of an iterator that is none by an error without a code',
    ...only(
      'onFault',
      ({ result }, error) =>
        error?.code === 'ERR_TSGI_BODY' &&
        typeof result === 'object' &&
        !ArrayBuffer.isView(result) &&
        typeof result?.[Symbol.iterator] === 'function',
      (original, x) => original(x, new TypeError('no iterator')),
    ),
  },
  {
    id: 'S834',
    defect: 'waits for the client only where a good deal is queued',
    ...only(
      'send',
      ({ environ }) => environ.REQUEST_METHOD === 'GET',
      async (original, x, octets) => {
        if (octets.length < 1_048_576) await original(x, octets);
        else x.write(octets);
      },
    ),
  },
];

const framingMutants = [
  {
    id: 'S836',
    defect: 'sends the length of an Array with 304',
    ...only(
      'chooseFraming',
      ({ code, given, sum }) => code === 304 && given === undefined && sum > 0,
      (_original, { sum }) => ({ kind: 'none', length: sum }),
    ),
  },
  {
    id: 'S837',
    defect: 'sends content with 204 and 304 where there is any',
    ...only(
      'take',
      (x, chunk) => /^(?:204|304)/.test(x.response.status ?? '') && chunk.length === 3,
      (original, x, chunk) => {
        const isLast = original(x, chunk);
        x.write(chunk);
        return isLast;
      },
    ),
  },
  {
    id: 'S838',
    defect: 'sends a 205 without content in chunks',
    ...only(
      'chooseFraming',
      ({ code, empty }) => code === 205 && empty === true,
      () => ({ kind: 'chunked', drop: true }),
    ),
  },
  {
    id: 'S839',
    defect: 'sends a Content-Length of 0 for a body without octets, whatever was given',
    ...only(
      'chooseFraming',
      ({ code, method, given, sum, empty }) =>
        code === 200 && method === 'GET' && given > 0 && (sum === 0 || empty === true),
      () => ({ kind: 'length', length: 0, drop: true }),
    ),
  },
  {
    id: 'S840',
    defect: 'compares the octets sent with the Content-Length where there is no content',
    ...only(
      'endMessage',
      (x) => x.response.framing.kind === 'none' && x.response.fields.some(isLength),
      () => {
        throw fault('ERR_TSGI_CONTENT_UNDER');
      },
    ),
  },
];

export const subtleResponseMutants = [...callMutants, ...bodyMutants, ...framingMutants];
