// Where mutants do something else than the original, for those of which it cannot be told otherwise: a
// call for which the guard is false leads to nothing that anybody could see. The self-test leaves out
// checks in which no call is guarded; `selftest --exhaustive` leaves out none.

const hasBody = (_reader, { length, chunked }) => length > 0 || chunked;
const declares = ({ response }) =>
  (response.fields ?? []).some(([name]) => /^content-length$/i.test(name));
const isState = (state) => (response) => response.state === state;
const isSome = (list) => Array.isArray(list) && list.length > 0;

/** Entries of the environ: what is wrong shows only to an application that looks at the entry. */
export const entries = {
  S180: 'tsgi.on_finish',
  S350: 'tsgi.raw_headers',
  S351: 'tsgi.raw_headers',
  S352: 'tsgi.raw_headers',
  S354: 'tsgi.raw_headers',
  S355: 'tsgi.raw_headers',
  S360: 'tsgi.raw_headers',
  S372: 'tsgi.signal',
  S375: 'tsgi.signal',
  S379: 'tsgi.signal',
  S381: 'tsgi.signal',
  S382: 'tsgi.signal',
  S390: 'tsgi.state',
  S392: 'tsgi.state',
  S393: 'tsgi.state',
  S394: 'tsgi.state',
  S395: 'tsgi.state',
};

/** By the id of the mutant. */
export const guards = {
  S207: ({ reader }) => /\r\n0\r\n[\w-]+: \w+\r\n/.test(reader.bytes.toString('latin1')),
  S95: ({ head }) => head.target === '/other',
  S200: ({ head }, { options }) => options.profile === 'async' && head.target === '/first',
  S213: ({ head }) =>
    head.fields.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name)),
  S33: hasBody,
  S37: hasBody,
  S38: hasBody,
  S139: hasBody,
  S140: hasBody,
  S203: hasBody,
  S197: hasBody,
  S48: isState('set'),
  S143: (_response, [status]) => !/^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/.test(status),
  S145: (_response, [, , error]) => error === null,
  S146: isState('failed'),
  S147: isState('set'),
  S55: ({ response }) => response.state === 'unset',
  S75: (x, known) => (known.empty || known.sum === 0) && x.method === 'GET',
  S192: ({ asynchronous }) => asynchronous,
  S77: ({ result }) => typeof result?.close === 'function',
  S172: ({ asynchronous, result }) => !asynchronous && result instanceof Promise,
  S443: ({ environ }) => 'tsgi.trailers' in environ,
  S564: (x) => declares(x) && x.outcome.bytesSent === 2,
  S569: ({ result }) => Array.isArray(result) && typeof result.close === 'function',
  S78: ({ finished, iterator, result }) => Boolean(!finished && iterator?.return && result?.close),
  S176: ({ result }) => typeof result?.[Symbol.dispose] === 'function',
  S178: ({ callbacks }) => callbacks.length > 1,
  S179: ({ callbacks }) => callbacks.length > 0,
  S181: ({ outcome }) => outcome.status === 201,
  S182: ({ outcome }) => Boolean(outcome.error),
  S97: ({ asynchronous, outcome }) => asynchronous && outcome.aborted,
  S198: (_listener, { port }) => port !== 0,
  S183: (_socket, _server, reader) => reader.bytes.includes('GET /second'),
  S56: ({ response }) => response.state === 'unset',
  S57: ({ result }) => isSome(result) && result.length > 1,
  S66: ({ result }) => typeof result === 'string',
  S160: ({ result }) => !Array.isArray(result),
  S162: ({ result }) => isSome(result) && result.length > 2,
  S171: ({ result }) => typeof result === 'object' && result !== null && !Array.isArray(result),
  S64: (_x, chunk) => chunk.length > 100_000,
  S69: (_x, chunk) => chunk.length === 1,
  S70: declares,
  S72: ({ method }) => method === 'HEAD',
  S163: declares,
  S164: ({ method }) => method === 'HEAD',
  S170: ({ response }) => /^(?:204|205|304)/.test(response.status),
  S40: ({ present }) => present,
  S209: ({ chunked }) => chunked,
  S71: ({ response, outcome }) =>
    response.framing.kind === 'length' && outcome.bytesSent < response.framing.length,
  S215: ({ length }) => length === '10',
  S98: (_x, _iterator, kind) => kind === 'async',
  S214: (_x, _iterator, kind) => kind === 'async',
};
