import { alterEnviron, only } from './alter.mjs';
import { fault } from './reference/environ.mjs';

const always = () => true;
const isLength = ([name]) => /^content-length$/i.test(name);
const byName = ([one], [other]) => (one < other ? -1 : 1);
const isCommitted = ({ response }) => response.state === 'committed' || response.state === 'ended';
const line = (list) =>
  `HTTP/1.1 103 Early Hints\r\n${list.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
const hasCode = (error, code) => error.code === code;

/** Early hints, flushed headers and raw headers. */
export const hintMutants = [
  {
    id: 'S320',
    defect: 'drops every hint',
    ...only('hint', always, (original, x, list) => {
      original({ ...x, write: () => undefined }, list);
    }),
  },
  {
    id: 'S321',
    defect: 'sends hints when the application has returned',
    ...only('hint', always, (original, x, list) => {
      original({ ...x, write: (octets) => queueMicrotask(() => x.write(octets)) }, list);
    }),
  },
  {
    id: 'S322',
    defect: 'offers hints to HTTP/1.0',
    ...alterEnviron((environ, { head }) => {
      if (head.version === 'HTTP/1.0') environ['tsgi.early_hints'] = () => undefined;
    }),
  },
  {
    id: 'S323',
    defect: 'does not check the fields of hints',
    ...only('hint', always, (original, x, list) => {
      try {
        original(x, list);
      } catch (error) {
        if (!hasCode(error, 'ERR_TSGI_HEADER_VALUE')) throw error;
      }
    }),
  },
  {
    id: 'S324',
    defect: 'takes a Content-Length as a hint',
    ...only('hint', always, (original, x, list) => {
      original(x, Array.isArray(list) ? list.filter((pair) => !isLength(pair)) : list);
    }),
  },
  {
    id: 'S325',
    defect: 'sends the fields of hints sorted',
    ...only('hint', always, (original, x, list) => {
      original(x, Array.isArray(list) ? list.toSorted(byName) : list);
    }),
  },
  {
    id: 'S326',
    defect: 'sends an interim response for an empty list',
    ...only(
      'hint',
      (_x, list) => list.length === 0,
      (_original, x) => x.write(line([])),
    ),
  },
  {
    id: 'S327',
    defect: 'sends hints in the midst of the response',
    ...only('hint', isCommitted, (_original, x, list) => x.write(line(list))),
  },
  {
    id: 'S328',
    defect: 'throws for a hint that comes too late',
    ...only('hint', isCommitted, () => {
      throw fault('ERR_TSGI_ENDED');
    }),
  },
  {
    id: 'S329',
    defect: 'a hint stores the response',
    ...only(
      'hint',
      ({ response }) => response.state === 'unset',
      (original, x, list) => {
        original(x, list);
        Object.assign(x.response, { state: 'set', status: '200 OK', fields: [] });
      },
    ),
  },
  {
    id: 'S330',
    defect: 'adds the fields of hints to the response',
    ...only('hint', always, (original, x, list) => {
      original(x, list);
      const { seams } = x;
      x.seams = {
        ...seams,
        writeHead: (head) => seams.writeHead({ ...head, fields: [...head.fields, ...list] }),
      };
    }),
  },
  {
    id: 'S331',
    defect: 'keeps only the last hint',
    ...only('hint', always, (original, x, list) => {
      if (list.length > 0 && x.hinted) return;
      x.hinted = true;
      original(x, list);
    }),
  },
  {
    id: 'S332',
    defect: 'commits nothing at a flush',
    ...only('flushHeaders', always, (_original, { response }) => {
      if (response.state === 'unset' || response.state === 'failed') {
        throw fault('ERR_TSGI_NOT_STARTED');
      }
    }),
  },
  {
    id: 'S333',
    defect: 'sends a flushed head at the end of the turn',
    ...only('flushHeaders', always, (original, x) => {
      const { write } = x;
      const held = [];
      x.write = (octets) => held.push(octets);
      original(x);
      x.write = (octets) => {
        held.push(octets);
        x.write = write;
        return write(Buffer.concat(held.map((part) => Buffer.from(part))));
      };
    }),
  },
  {
    id: 'S334',
    defect: 'ignores a flush with nothing stored',
    ...only(
      'flushHeaders',
      ({ response }) => /unset|failed/.test(response.state),
      () => undefined,
    ),
  },
  {
    id: 'S335',
    defect: 'a flush with nothing stored starts the response',
    ...only(
      'flushHeaders',
      ({ response }) => /unset|failed/.test(response.state),
      (_original, x) => {
        Object.assign(x.response, { state: 'set', status: '200 OK', fields: [] });
        x.seams.commit(x, {});
        throw fault('ERR_TSGI_NOT_STARTED');
      },
    ),
  },
  {
    id: 'S336',
    defect: 'a second flush throws',
    ...only('flushHeaders', isCommitted, () => {
      throw fault('ERR_TSGI_ALREADY_STARTED');
    }),
  },
  {
    id: 'S337',
    defect: 'a second flush sends the head again',
    ...only(
      'flushHeaders',
      ({ response }) => response.state === 'committed',
      (_original, x) => {
        if (x.response.sent === 0) x.write('x');
      },
    ),
  },
  {
    id: 'S338',
    defect: 'flushes a Content-Length of 0 where the length is not known',
    ...only(
      'flushHeaders',
      ({ response }) => response.state === 'set',
      (original, x) => x.seams.commit(x, { empty: true }),
    ),
  },
  {
    id: 'S339',
    defect: 'ignores the Content-Length of what it flushes',
    ...only(
      'flushHeaders',
      ({ response }) => response.state === 'set',
      (original, x) => {
        const { fields } = x.response;
        x.response.fields = fields.filter(([name]) => !/^content-length$/i.test(name));
        original(x);
      },
    ),
  },
  {
    id: 'S340',
    defect: 'ends a flushed response cleanly after a fault',
    ...only(
      'flushHeaders',
      ({ response }) => response.state === 'set',
      (original, x) => {
        original(x);
        const { abort } = x.seams;
        x.seams = { ...x.seams, abort: (y) => (y.write('0\r\n\r\n'), abort(y)) };
      },
    ),
  },
  {
    id: 'S341',
    defect: 'does not tell callbacks that a flushed response was cut short',
    ...only(
      'flushHeaders',
      ({ response }) => response.state === 'set',
      (original, x) => {
        original(x);
        const { abort } = x.seams;
        x.seams = {
          ...x.seams,
          abort: (y) => (Object.assign(y.outcome, { aborted: false }), abort(y)),
        };
      },
    ),
  },
  {
    id: 'S342',
    defect: 'flushes a 204 as a 200 without content',
    ...only(
      'flushHeaders',
      ({ response }) => response.status?.startsWith('204'),
      (_original, x) => {
        x.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        Object.assign(x.response, { state: 'committed', framing: { kind: 'none' }, code: 204 });
      },
    ),
  },
  {
    id: 'S971',
    defect: 'sends hints behind an answer of its own',
    ...only(
      'hint',
      ({ response }) => response.state === 'ended' && response.framing === undefined,
      (_original, x, list) => x.write(line(list)),
    ),
  },
  {
    id: 'S944',
    defect: 'does not check a hint that comes too late',
    ...only('hint', isCommitted, () => undefined),
  },
  {
    id: 'S945',
    defect: 'sends hints as UTF-8',
    ...only('hint', always, (original, x, list) => {
      const write = (octets) => x.write(Buffer.from(octets.toString('latin1'), 'utf8'));
      original({ ...x, write }, list);
    }),
  },
  {
    id: 'S946',
    defect: 'sends the fields before the one that it refuses',
    ...only('hint', always, (original, x, list) => {
      try {
        original(x, list);
      } catch (error) {
        if (list.length > 1) x.write(line(list.slice(0, 1)));
        throw error;
      }
    }),
  },
  {
    id: 'S947',
    defect: 'checks the first field of a hint alone',
    ...only('hint', always, (original, x, list) => {
      original(x, Array.isArray(list) ? list.slice(0, 1) : list);
    }),
  },
  {
    id: 'S953',
    defect: 'leaves the fields of the framing and of the content out of the raw list',
    ...alterRaw((fields) => fields.filter(([name]) => !/^content-/i.test(name))),
  },
  {
    id: 'S350',
    defect: 'leaves hop-by-hop fields out of the raw list',
    ...alterRaw((fields) => fields.filter(([name]) => !/^(?:connection|te)$/i.test(name))),
  },
  {
    id: 'S351',
    defect: 'sorts the raw list',
    ...alterRaw((fields) => fields.toSorted(byName)),
  },
  {
    id: 'S352',
    defect: 'gives raw names in lower case',
    ...alterRaw((fields) => fields.map(([name, value]) => [name.toLowerCase(), value])),
  },
  {
    id: 'S353',
    defect: 'reads raw values as UTF-8',
    ...alterRaw((fields) =>
      fields.map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('utf8')]),
    ),
  },
  {
    id: 'S354',
    defect: 'gives the raw list as one flat Array',
    ...alterRaw((fields) => fields.flat()),
  },
  {
    id: 'S355',
    defect: 'gives the raw list as an object',
    ...alterRaw((fields) => Object.fromEntries(fields.map((field, index) => [index, field]))),
  },
  {
    id: 'S356',
    defect: 'puts the authority into the raw list',
    ...alterRaw((fields, { target }) =>
      target.startsWith('http:') ? [[':authority', 'other.test'], ...fields] : fields,
    ),
  },
  {
    id: 'S357',
    defect: 'puts the Host that it derived into the raw list',
    ...alterRaw((fields, { target }) =>
      target.startsWith('http:')
        ? fields.map(([name, value]) => [name, /^host$/i.test(name) ? 'other.test' : value])
        : fields,
    ),
  },
  {
    id: 'S358',
    defect: 'makes a raw list of what the environ has',
    ...alterRaw((fields) =>
      fields
        .filter(([name]) => !name.includes('_'))
        .map(([name, value]) => [
          name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
          value,
        ]),
    ),
  },
  {
    id: 'S359',
    defect: 'acts on changes of the raw list',
    ...only(
      'produce',
      ({ environ }) => environ['tsgi.raw_headers']?.some(([name]) => name === 'X-Mark'),
      (original, x) => {
        x.close = true;
        return original(x);
      },
    ),
  },
  {
    id: 'S360',
    defect: 'two requests share one raw list',
    stateful: true,
    seam: 'rawFields',
    make: (original) => {
      let kept;
      return (head) => {
        kept ??= original(head);
        return head.fields.some(([name]) => /^(?:x-|te|transfer)/i.test(name))
          ? original(head)
          : kept;
      };
    },
  },
  {
    id: 'S361',
    defect: 'appends a trailer field of the request to the raw list',
    ...alterEnviron((environ, { inputs, head }) => {
      const isChunked = head.fields.some(([name]) => /^transfer-encoding$/i.test(name));
      if (isChunked && inputs.buffered) {
        environ['tsgi.raw_headers'] = [...environ['tsgi.raw_headers'], ['X-Trailer', 't']];
      }
    }),
  },
];

function alterRaw(change) {
  return { seam: 'rawFields', make: (original) => (head) => change(original(head), head) };
}
