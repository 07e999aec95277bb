import { alterEnviron, alterInput, excuse, only } from './alter.mjs';

const always = () => true;
const asks = ({ fields }) => fields.some(([name]) => /^te$/i.test(name));
const hasTrailers = ({ trailers }) => trailers?.length > 0;
const offer = (environ) => {
  environ['tsgi.trailers'] ??= () => undefined;
};

export const trailerMutants = [
  {
    id: 'S440',
    defect: 'offers trailers to clients that did not ask',
    ...alterEnviron((environ, { head }) => {
      if (head.version === 'HTTP/1.1' && !asks(head)) offer(environ);
    }),
  },
  {
    id: 'S441',
    defect: 'takes any member of TE that holds the word',
    ...alterEnviron((environ, { head }) => {
      if (head.version === 'HTTP/1.1' && asks(head)) offer(environ);
    }),
  },
  {
    id: 'S442',
    defect: 'offers trailers to HTTP/1.0',
    ...alterEnviron((environ, { head }) => {
      if (head.version === 'HTTP/1.0') offer(environ);
    }),
  },
  {
    id: 'S443',
    defect: 'sends only trailers that were announced',
    ...only('commit', always, (original, x, known) => {
      const { trailers = [] } = x;
      original(x, known);
      const names = new Set(trailers.map(([name]) => name.toLowerCase()));
      const { encodeEnd } = x.seams;
      x.seams = {
        ...x.seams,
        encodeEnd: (kind, list = []) =>
          encodeEnd(
            kind,
            list.filter(([name]) => names.has(name.toLowerCase())),
          ),
      };
    }),
    when: () => true,
  },
  {
    id: 'S444',
    defect: 'sends trailers sorted',
    ...alterInput('encodeEnd', (kind, list = []) => [
      kind,
      list.toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ]),
  },
  {
    id: 'S445',
    defect: 'adds a second list to the first',
    ...only(
      'setTrailers',
      ({ trailers }) => trailers !== undefined,
      (original, x, list) => {
        const { trailers } = x;
        original(x, list);
        x.trailers = [...trailers, ...x.trailers];
      },
    ),
  },
  {
    id: 'S446',
    defect: 'an empty list does not withdraw what was set',
    ...only(
      'setTrailers',
      (_x, list) => list.length === 0,
      () => undefined,
    ),
  },
  {
    id: 'S447',
    defect: 'does not announce trailers',
    ...alterInput('writeHead', ({ trailers: _trailers, ...head }) => [head]),
  },
  {
    id: 'S448',
    defect: 'takes trailers with control characters',
    ...only('setTrailers', always, (original, x, list) => {
      try {
        original(x, list);
      } catch (error) {
        if (error.code !== 'ERR_TSGI_HEADER_VALUE') throw error;
      }
    }),
  },
  {
    id: 'S449',
    defect: 'forgets the trailers where a new list is refused',
    ...only(
      'setTrailers',
      ({ response }) => response.state !== 'ended',
      (original, x, list) => {
        x.trailers = [];
        original(x, list);
      },
    ),
  },
  {
    id: 'S450',
    defect: 'takes fields as trailers that are none',
    ...excuse('checkTrailers', always),
  },
  {
    id: 'S451',
    defect: 'takes conditions as trailers',
    ...alterInput('checkTrailers', (list) => [list.filter(([name]) => !/^if-/i.test(name))]),
  },
  {
    id: 'S452',
    defect: 'puts trailers in place of the Content-Length that was given',
    ...only('commit', hasTrailers, (original, x, known) => {
      const { response } = x;
      response.fields = response.fields.filter(([name]) => !/^content-length$/i.test(name));
      original(x, known);
    }),
  },
  {
    id: 'S453',
    defect: 'sends the length of an Array in spite of its trailers',
    ...alterInput('chooseFraming', (known) => [{ ...known, hasTrailers: false }]),
  },
  {
    id: 'S454',
    defect: 'sends trailers after a head without content',
    ...only(
      'endMessage',
      (x) => hasTrailers(x) && x.response.framing.kind === 'none',
      (original, x) => {
        original(x);
        x.write(x.seams.encodeEnd('chunked', x.trailers));
      },
    ),
  },
  {
    id: 'S455',
    defect: 'sends trailers with a response that it cuts short',
    ...only('abort', hasTrailers, (original, x) => {
      x.write(x.seams.encodeEnd('chunked', x.trailers));
      original(x);
    }),
  },
  {
    id: 'S456',
    defect: 'ignores trailers after the end',
    ...only(
      'setTrailers',
      ({ response }) => response.state === 'ended',
      () => undefined,
    ),
  },
  {
    id: 'S457',
    defect: 'sends trailers behind content of a known length',
    ...only(
      'endMessage',
      (x) => hasTrailers(x) && x.response.framing.kind === 'length',
      (original, x) => {
        original(x);
        x.write(x.seams.encodeEnd('chunked', x.trailers));
      },
    ),
  },
  {
    id: 'S458',
    defect: 'begins the trailers of a response that it cuts short',
    ...only('abort', hasTrailers, (original, x) => {
      x.write(`0\r\n${x.trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`);
      original(x);
    }),
  },
  {
    id: 'S948',
    defect: 'sends trailers as their list is by then',
    ...only('setTrailers', always, (original, x, list) => {
      original(x, list);
      x.trailers = list;
    }),
  },
  {
    id: 'S949',
    defect: 'sends trailers behind an answer of its own',
    ...only(
      'onFault',
      (x) => hasTrailers(x) && x.response.state !== 'committed',
      (original, x, error) => {
        original(x, error);
        x.write(x.seams.encodeEnd('chunked', x.trailers));
      },
    ),
  },
  {
    id: 'S950',
    defect: 'sends the length of an empty body in spite of its trailers',
    ...alterInput('chooseFraming', (known) => [
      { ...known, hasTrailers: known.hasTrailers && !known.empty },
    ]),
  },
  {
    id: 'S951',
    defect: 'refuses trailers by their names in lower case alone',
    ...alterInput('checkTrailers', (list) => [
      list.filter(([name]) => name === name.toLowerCase()),
    ]),
  },
  {
    id: 'S952',
    defect: 'checks the first field of a list of trailers alone',
    ...only('setTrailers', always, (original, x, list) => {
      original(x, Array.isArray(list) ? list.slice(0, 1) : list);
      x.trailers = list;
    }),
  },
];
