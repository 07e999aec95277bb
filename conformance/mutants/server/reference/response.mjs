// Seams of startResponse and of framing.
import { fault } from './environ.mjs';

const HOP = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
);
const isLength = ([name]) => name.toLowerCase() === 'content-length';

export function checkStatus(status) {
  if (typeof status === 'string' && /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/.test(status)) return;
  throw fault('ERR_TSGI_STATUS');
}

export function checkFields(fields) {
  if (!Array.isArray(fields)) throw fault('ERR_TSGI_HEADERS');
  let lengths = 0;
  for (const pair of fields) {
    const strings = Array.isArray(pair) && pair.length === 2;
    if (!strings || pair.some((item) => typeof item !== 'string')) throw fault('ERR_TSGI_HEADERS');
    const [name, value] = pair;
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(name) || lower === 'status') {
      throw fault('ERR_TSGI_HEADER_NAME');
    }
    if (HOP.has(lower)) throw fault('ERR_TSGI_HEADER_HOP');
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value) || /^[\t ]|[\t ]$/.test(value)) {
      throw fault('ERR_TSGI_HEADER_VALUE');
    }
    if (lower !== 'content-length') continue;
    lengths += 1;
    const digits = /^\d+$/.test(value) && Number.isSafeInteger(Number(value));
    if (lengths > 1 || !digits) throw fault('ERR_TSGI_CONTENT_LENGTH');
  }
}

/** One call of startResponse; `response` holds state, status and fields. */
export function startResponse(response, [status, fields, error], { seams }) {
  const { state } = response;
  if (error !== undefined && (state === 'committed' || state === 'ended')) throw error;
  if (state === 'ended') throw fault('ERR_TSGI_ENDED');
  if (state !== 'unset' && error === undefined) throw fault('ERR_TSGI_ALREADY_STARTED');
  response.state = 'failed';
  seams.checkStatus(status);
  seams.checkFields(fields);
  Object.assign(response, {
    state: 'set',
    status,
    fields: fields.map(([name, value]) => [name, value]),
  });
}

/** The rows of the table "The framing of a response", in its order. */
export function chooseFraming({ method, version, code, given, sum, empty, hasTrailers }) {
  if (code === 204) return { kind: 'none', length: undefined, drop: true };
  if (code === 205) return { kind: 'none', length: 0, drop: true };
  if (code === 304) return { kind: 'none', length: given };
  if (method === 'HEAD') return { kind: 'none', length: given ?? (sum > 0 ? sum : undefined) };
  const length = given ?? (hasTrailers ? undefined : (sum ?? (empty ? 0 : undefined)));
  if (length !== undefined) return { kind: 'length', length };
  return { kind: version === 'HTTP/1.1' ? 'chunked' : 'close' };
}

export function writeHead({ status, fields, framing, close, trailers }) {
  const given = fields.find(isLength);
  const kept = framing.drop ? fields.filter((field) => !isLength(field)) : [...fields];
  if (framing.length !== undefined && (framing.drop || !given)) {
    kept.push(['Content-Length', String(framing.length)]);
  }
  if (framing.kind === 'chunked') kept.push(['Transfer-Encoding', 'chunked']);
  if (trailers) kept.push(['Trailer', trailers.map(([name]) => name).join(', ')]);
  if (!fields.some(([name]) => name.toLowerCase() === 'date')) {
    kept.push(['Date', new Date().toUTCString()]);
  }
  if (close) kept.push(['Connection', 'close']);
  const lines = kept.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`, 'latin1');
}

export function encodeChunk(kind, chunk) {
  if (kind !== 'chunked') return chunk;
  const size = Buffer.from(`${chunk.length.toString(16)}\r\n`);
  return Buffer.concat([size, chunk, Buffer.from('\r\n')]);
}

export function encodeEnd(kind, trailers = []) {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(kind === 'chunked' ? `0\r\n${lines}\r\n` : '', 'latin1');
}

export function ownAnswer(status, { method, close }) {
  const body = `${status}\n`;
  const fields = [
    ['Content-Type', 'text/plain'],
    ['Content-Length', String(body.length)],
  ];
  const head = writeHead({
    status,
    fields,
    framing: { kind: 'length', length: body.length },
    close,
  });
  return method === 'HEAD' ? head : Buffer.concat([head, Buffer.from(body)]);
}
