// Defects that show in most responses. They are needed because a check has more than one assertion,
// and each of them has to be the first to fail for some server.
//
// Rule 1: what the kit needs to begin at all is left alone: the checks of boot and the canary; so is
// the request that follows the one a check is about.
import { only } from './alter.mjs';

const isJudged = ({ label = '', target = '' }) =>
  !label.startsWith('BOOT-') && !/\/(?:tsgi-canary|next)$/.test(target);
const longer = (length) => String(Number(length) + 1);
const encodeEnd = () => Buffer.alloc(0);
const isCommitted = ({ response }) => response.state === 'committed';

/** Tells the first exchange of a run from its later ones, by the run that the request belongs to. */
function countExchanges() {
  const served = new Map();
  const places = new WeakMap();
  return (x) => {
    if (!places.has(x)) {
      const run = x.environ.HTTP_TSGI_RUN ?? x.application;
      const place = served.get(run) ?? 0;
      served.set(run, place + 1);
      places.set(x, place);
    }
    return places.get(x);
  };
}

const isReset = ({ response }) => response.status?.startsWith('205') === true;

/** The head of a 205 with a length of 1. */
const promiseOctet = (head) => ({ ...head, framing: { ...head.framing, length: 1 } });

function isFirst() {
  const placeOf = countExchanges();
  return (x) => isJudged(x) && placeOf(x) === 0;
}

function isLater() {
  const placeOf = countExchanges();
  return (x) => isJudged(x) && placeOf(x) > 0;
}

/** Where nothing else tells the end of the content any more, the end of the connection does. */
const changeStatus = (when) =>
  only('commit', when, (original, x, known) => {
    const { seams } = x;
    const writeHead = (head) =>
      seams.writeHead({ ...head, status: head.status.replace(/^(\d)\d\d/, '$177') });
    x.close ||= /^(?:204|304)/.test(x.response.status);
    x.seams = { ...seams, writeHead };
    original(x, known);
    x.seams = seams;
  });

const changeChunks = (when) =>
  only('take', when, (original, x, chunk) => {
    const changed = Buffer.from(chunk);
    changed[0] ^= 1;
    return original(x, changed);
  });

const breakOff = (when) =>
  only('commit', when, (original, x, known) => {
    const { seams } = x;
    const writeHead = (head) => {
      const isShort = head.framing.kind === 'length';
      const fields = head.fields.map(([name, value]) =>
        /^content-length$/i.test(name) ? [name, longer(value)] : [name, value],
      );
      const framing = { ...head.framing, length: head.framing.length + 1 };
      return seams.writeHead(isShort ? { ...head, fields, framing } : head);
    };
    x.seams = { ...seams, writeHead };
    original(x, known);
    const { kind } = x.response.framing;
    if (kind === 'none') {
      x.seams = seams;
      return;
    }
    const endMessage = (y) => {
      seams.endMessage(y);
      if (kind === 'close') y.reset();
      else y.destroy();
      y.close = true;
    };
    x.seams = { ...seams, encodeEnd, endMessage };
  });

export const generalMutants = [
  {
    id: 'S500',
    defect: 'answers the first request with another status',
    ...changeStatus(isFirst()),
  },
  {
    id: 'S501',
    defect: 'changes the first octet of each chunk of the first response',
    ...changeChunks(isFirst()),
  },
  {
    id: 'S502',
    defect: 'breaks the first response off before its end',
    ...breakOff(isFirst()),
  },
  { id: 'S513', defect: 'answers later requests with another status', ...changeStatus(isLater()) },
  {
    id: 'S514',
    defect: 'changes the first octet of each chunk of later responses',
    ...changeChunks(isLater()),
  },
  { id: 'S515', defect: 'breaks later responses off before their end', ...breakOff(isLater()) },
  {
    id: 'S516',
    defect: 'sends an octet of content with 205',
    ...only('commit', isReset, (original, x, known) => {
      const { seams } = x;
      const writeHead = (head) =>
        Buffer.concat([seams.writeHead(promiseOctet(head)), Buffer.from('!')]);
      x.seams = { ...seams, writeHead };
      original(x, known);
      x.seams = seams;
    }),
  },
  {
    id: 'S517',
    defect: 'promises an octet of content with 205 and breaks off',
    ...only('commit', isReset, (original, x, known) => {
      const { seams } = x;
      x.seams = { ...seams, writeHead: (head) => seams.writeHead(promiseOctet(head)) };
      x.close = true;
      original(x, known);
      x.seams = seams;
    }),
  },
  {
    id: 'S518',
    defect: 'sends two Date fields',
    ...only(
      'commit',
      ({ label = '' }) => label.startsWith('HDR-DATE'),
      (original, x, known) => {
        const { seams } = x;
        const writeHead = (head) => {
          const text = seams.writeHead(head).toString('latin1');
          return Buffer.from(text.replace(/\r\nDate: [^\r]*/i, '$&$&'), 'latin1');
        };
        x.seams = { ...seams, writeHead };
        original(x, known);
        x.seams = seams;
      },
    ),
  },
  {
    id: 'S503',
    defect: 'answers a fault of the application with 501',
    ...only(
      'onFault',
      (x) => !isCommitted(x),
      (original, x, error) => {
        const { seams } = x;
        const ownAnswer = (status, about) => seams.ownAnswer(status.replace('500', '501'), about);
        x.seams = { ...seams, ownAnswer };
        original(x, error);
        x.seams = seams;
      },
    ),
  },
  {
    id: 'S504',
    defect: 'breaks its own answer off before its end',
    ...only(
      'onFault',
      (x) => !isCommitted(x) && x.method !== 'HEAD',
      (original, x, error) => {
        const { write } = x;
        x.write = (octets) => write(octets.subarray(0, -1));
        original(x, error);
        x.write = write;
        x.close = true;
        x.destroy();
      },
    ),
  },
  {
    id: 'S505',
    defect: 'puts the fields that were given on its own answer',
    ...only(
      'onFault',
      (x) => !isCommitted(x),
      (original, x, error) => {
        const { write, response } = x;
        const lines = [['Tsgi-Nonce', x.environ.HTTP_TSGI_RUN], ...(response.fields ?? [])]
          .filter(([name]) => !/^content-length$/i.test(name))
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('');
        x.write = (octets) => write(octets.toString('latin1').replace('\r\n', `\r\n${lines}`));
        original(x, error);
        x.write = write;
      },
    ),
  },
  {
    id: 'S506',
    defect: 'calls the application for requests that it refuses',
    ...only(
      'ownAnswer',
      (_status, { application }) => application !== undefined,
      (original, status, about) => {
        try {
          about.application({ REQUEST_URI: '/', REQUEST_METHOD: 'GET' }, () => undefined);
        } catch {
          // What it makes of such a call is its own affair.
        }
        return original(status, about);
      },
    ),
  },
  {
    id: 'S507',
    defect: 'refuses requests with 403',
    seam: 'ownAnswer',
    make: (original) => (status, about) => original(about.seams ? status : '403 Forbidden', about),
  },
  {
    id: 'S508',
    defect: 'sends an octet behind each response',
    ...only('endMessage', isJudged, (original, x) => {
      original(x);
      x.write('x');
    }),
  },
  {
    id: 'S509',
    defect: 'breaks off where a fault of the application is to be told in the log',
    ...only('onFault', isCommitted, (original, x, error) => {
      x.write('0\r\n\r\n');
      original(x, error);
    }),
  },
  {
    id: 'S510',
    defect: 'adds an octet to the content before it breaks off',
    ...only('onFault', isCommitted, (original, x, error) => {
      if (x.response.framing.kind === 'chunked') x.write('1\r\n!\r\n');
      else if (x.response.framing.kind !== 'none') x.write('!');
      original(x, error);
    }),
  },
  {
    id: 'S511',
    defect: 'sends a field of the application under another name',
    ...only('commit', isJudged, (original, x, known) => {
      const { response } = x;
      response.fields = response.fields.map(([name, value]) =>
        /^x-/i.test(name) ? [`X-${name}`, value] : [name, value],
      );
      original(x, known);
    }),
  },
  {
    id: 'S512',
    defect: 'adds a length that it has made up',
    ...only('commit', isJudged, (original, x, known) => {
      const { seams } = x;
      const { method, response } = x;
      const isFree = method === 'HEAD' || /^(?:204|205|304)/.test(response.status);
      const writeHead = ({ fields, ...head }) => {
        const others = fields.filter(([name]) => !/^content-length$/i.test(name));
        return seams.writeHead({ ...head, fields: [...others, ['Content-Length', '77']] });
      };
      if (isFree) x.seams = { ...seams, writeHead };
      original(x, known);
      x.seams = seams;
    }),
  },
];
