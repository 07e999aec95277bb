// Defects of the end of a response and of the connection that show in one case and in no other.
//
// Rule 1: each is a slip that a server can really have: a condition too wide or too narrow.
import { only } from './alter.mjs';

const isEarly = ({ outcome }) => outcome.aborted && outcome.status === undefined;
const lacksReturn = ({ finished, iterator }) =>
  !finished && iterator !== undefined && typeof iterator.return !== 'function';

const cleanupMutants = [
  {
    id: 'S842',
    defect: 'does not close an Array that nobody reads to its end',
    ...only(
      'cleanup',
      ({ result, outcome }) => Array.isArray(result) && outcome.aborted,
      async (original, x) => {
        x.result = undefined;
        await original(x);
      },
    ),
  },
  {
    id: 'S843',
    defect: 'calls return() of an iterator that has none',
    ...only('cleanup', lacksReturn, async (original, x) => {
      x.result = undefined;
      await original(x);
    }),
  },
  {
    id: 'S844',
    defect: 'calls return() where the result of next() could not be read',
    ...only(
      'cleanup',
      ({ asynchronous, iterator, outcome }) =>
        !asynchronous && iterator !== undefined && outcome.status === 500,
      async (original, x) => {
        x.finished = false;
        await original(x);
      },
    ),
  },
  {
    id: 'S845',
    defect: 'calls whatever is named close',
    ...only(
      'cleanup',
      ({ result }) => result?.close !== undefined && typeof result.close !== 'function',
      async (original, x) => {
        await x.seams.step(x, () => x.result.close());
        await original(x);
      },
    ),
  },
  {
    id: 'S846',
    defect: 'tells the status 200 where the client left before the commit',
    ...only('cleanup', isEarly, async (original, x) => {
      x.outcome.status = 200;
      await original(x);
    }),
  },
  {
    id: 'S847',
    defect: 'counts no octets of its own answers',
    ...only(
      'cleanup',
      ({ outcome }) => outcome.status === 500 && outcome.error !== undefined,
      async (original, x) => {
        x.outcome.bytesSent = 0;
        await original(x);
      },
    ),
  },
  {
    id: 'S848',
    defect: 'runs late callbacks when all others have run',
    ...only(
      'cleanup',
      ({ callbacks }) => callbacks.length > 1,
      async (original, x) => {
        x.callbacks.push = (callback) => x.callbacks.unshift(callback);
        await original(x);
      },
    ),
  },
  {
    id: 'S849',
    defect: 'leaves the rejection of a step of the cleanup',
    ...only(
      'step',
      ({ asynchronous }) => !asynchronous,
      (_original, x, run) => {
        try {
          run();
        } catch (error) {
          x.onError(error);
        }
      },
    ),
  },
];

const faultMutants = [
  {
    id: 'S850',
    defect: 'takes the status of its own answer from the error',
    ...only(
      'onFault',
      (_x, error) => error?.statusCode === 404,
      (_original, x, error) => {
        Object.assign(x.outcome, { error, status: 404 });
        x.write(x.seams.ownAnswer('404 Not Found', x));
      },
    ),
  },
  {
    id: 'S851',
    defect: 'answers a fault by a page of HTML',
    ...only(
      'ownAnswer',
      (status) => status.startsWith('500'),
      (original, status, options) => rewrite(original(status, options), 'text/plain', 'text/html'),
    ),
  },
  {
    id: 'S852',
    defect: 'answers a fault with words of its own',
    ...only(
      'ownAnswer',
      (status) => status.startsWith('500'),
      (original, status, options) =>
        rewrite(original(status, options), /Internal Server Error\n$/, 'The server has failed!'),
    ),
  },
  {
    id: 'S853',
    defect: 'sends the content of an own answer in response to HEAD',
    ...only(
      'ownAnswer',
      (_status, { method }) => method === 'HEAD',
      (original, status, options) => original(status, { ...options, method: 'GET' }),
    ),
  },
  {
    id: 'S854',
    defect: 'names the code of a fault to the client',
    ...only(
      'onFault',
      (x, error) => x.response.state !== 'committed' && error?.code === 'ERR_TSGI_BODY',
      (original, x, error) => {
        const { seams } = x;
        const ownAnswer = (status, options) => seams.ownAnswer(`${status} ${error.code}`, options);
        x.seams = { ...seams, ownAnswer };
        original(x, error);
        x.seams = seams;
      },
    ),
  },
  {
    id: 'S855',
    defect: 'says nothing of content that it discards',
    ...only(
      'report',
      (_options, error) => error?.code === 'ERR_TSGI_CONTENT_FORBIDDEN',
      () => undefined,
    ),
  },
  {
    id: 'S856',
    defect: 'sends an octet too many behind its own answers',
    ...only(
      'ownAnswer',
      (status, { close }) => status.startsWith('500') && close,
      (original, ...args) => Buffer.concat([original(...args), Buffer.from('!')]),
    ),
  },
];

/** The head and the content of an answer with other words of the same length. */
function rewrite(octets, from, to) {
  const text = octets.toString('latin1');
  return Buffer.from(text.replace(from, to), 'latin1');
}

const optionsOf = ({ fields }) => fields.filter(([name]) => /^connection$/i.test(name));

const connectionMutants = [
  {
    id: 'S860',
    defect: 'looks for "close" in the first Connection field, at its end',
    ...only(
      'wantsClose',
      (head) => head.version === 'HTTP/1.1' && optionsOf(head).length > 0,
      (_original, head) => /close$/i.test(optionsOf(head)[0][1]),
    ),
  },
  {
    id: 'S861',
    defect: 'keeps the connection open after a response without content',
    ...only(
      'endMessage',
      (x) => x.response.framing.kind === 'none',
      (original, x) => {
        x.close = false;
        original(x);
      },
    ),
  },
  {
    id: 'S862',
    defect: 'keeps the connection open after a fault',
    ...only(
      'onFault',
      (x) => x.response.state !== 'committed',
      (original, x, error) => {
        original(x, error);
        x.close = false;
      },
    ),
  },
  {
    id: 'S863',
    defect: 'takes every Connection field of HTTP/1.0 for keep-alive',
    ...only(
      'wantsClose',
      (head) => head.version === 'HTTP/1.0' && optionsOf(head).length > 0,
      () => false,
    ),
  },
  {
    id: 'S864',
    defect: 'sends an octet where chunks end before one has come',
    ...only(
      'endMessage',
      ({ response, outcome, method }) =>
        response.framing.kind === 'chunked' && outcome.bytesSent === 0 && method !== 'HEAD',
      (original, x) => {
        x.write('1\r\n!\r\n');
        original(x);
      },
    ),
  },
];

export const subtleEndMutants = [...cleanupMutants, ...faultMutants, ...connectionMutants];
