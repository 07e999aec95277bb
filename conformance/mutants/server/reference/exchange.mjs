// Seams of one response: call, pull, commit, write, fault, cleanup.
import { fault } from './environ.mjs';

/** What ends the pulling because the client has left. */
export const GONE = Symbol('gone');

/** How long a step of cleanup is waited for, in milliseconds. */
const CLEANUP_LIMIT = 1000;

const tag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
);

const slots = ['buffer', 'byteOffset', 'byteLength'].map((name) =>
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name),
);

/** The name of the kind of typed array that a value is, whatever its realm. */
const brandOf = (value) => tag.get.call(value);

const isThenable = (value) => typeof value?.then === 'function';

export function checkBody(body, { asynchronous }) {
  const isObject = typeof body === 'object' && body !== null && brandOf(body) === undefined;
  if (isThenable(body) && !asynchronous) throw fault('ERR_TSGI_ASYNC_UNSUPPORTED');
  if (isObject && typeof body[Symbol.iterator] === 'function') return 'sync';
  const isAsync = isObject && typeof body[Symbol.asyncIterator] === 'function';
  if (isAsync && asynchronous) return 'async';
  if (isAsync) throw fault('ERR_TSGI_ASYNC_UNSUPPORTED');
  throw fault('ERR_TSGI_BODY');
}

/** Calls the application and awaits a promise of the asynchronous profile; fills in x.result. */
export async function callApplication(x) {
  const result = x.application(x.environ, x.startResponse);
  x.result = result;
  if (isThenable(result)) Promise.resolve(result).catch(() => undefined);
  if (!x.asynchronous || !isThenable(result)) return;
  x.result = undefined;
  const settled = Promise.resolve(result);
  const first = await Promise.race([settled, x.gone]);
  if (first === GONE) {
    x.abandon();
    x.result = await Promise.race([settled, limit()]).catch(() => undefined);
    if (x.result === undefined) settled.then((late) => late?.close?.()).catch(() => undefined);
    throw GONE;
  }
  x.result = first;
}

function limit() {
  return new Promise((resolve) => {
    setTimeout(resolve, CLEANUP_LIMIT).unref();
  });
}

/** Array bodies are checked whole and written by index; everything else is pulled. */
export async function produce(x) {
  const body = x.result;
  const kind = x.seams.checkBody(body, x);
  if (Array.isArray(body)) await produceArray(x, body);
  else if (x.seams.hasRegion(x, body)) await x.seams.sendRegion(x, body['tsgi.file']);
  else await iterate(x, kind);
}

async function iterate(x, kind) {
  const body = x.result;
  const iterator = body[kind === 'async' ? Symbol.asyncIterator : Symbol.iterator]();
  if (typeof iterator !== 'object' || iterator === null) throw fault('ERR_TSGI_BODY');
  x.iterator = iterator;
  while (!(await x.seams.pull(x, iterator, kind)));
}

async function produceArray(x, body) {
  const chunks = x.seams.chunksOf(body);
  const octets = chunks.map(x.seams.octetsOf);
  const sum = octets.reduce((total, chunk) => total + chunk.length, 0);
  if (x.response.state !== 'committed') x.seams.commit(x, { sum });
  for (const chunk of octets) if (chunk.length > 0 && (await x.seams.take(x, chunk))) return;
}

/** The elements of an Array from index 0 to its length, whatever its iterator says; all chunks. */
export function chunksOf(body) {
  return Array.from({ length: body.length }, (_, index) => body[index]);
}

/** The octets of a chunk by its slots, whatever properties it has; throws for what is none. */
export function octetsOf(chunk) {
  if (brandOf(chunk) !== 'Uint8Array') throw fault('ERR_TSGI_CHUNK');
  const [buffer, offset, length] = slots.map((slot) => slot.get.call(chunk));
  return Buffer.from(buffer, offset, length);
}

/** One pull; true where it was the last. */
export async function pull(x, iterator, kind) {
  if (x.isGone()) throw GONE;
  let result;
  x.finished = true;
  const pending = iterator.next();
  if (kind === 'async') {
    Promise.resolve(pending).catch(() => undefined);
    result = await Promise.race([pending, x.gone]);
    if (result === GONE) x.finished = false;
    if (result === GONE) throw GONE;
  } else result = pending;
  if (typeof result !== 'object' || result === null) throw fault('ERR_TSGI_BODY');
  if (result.done) {
    if (x.response.state !== 'committed') x.seams.commit(x, { empty: true });
    return true;
  }
  const { value } = result;
  x.finished = false;
  const octets = x.seams.octetsOf(value);
  if (octets.length > 0) return x.seams.take(x, octets);
  await new Promise(setImmediate);
  return false;
}

/** Fixes status and framing. The head is on its way before anything else runs. */
export function commit(x, { sum, empty }) {
  const { response, seams } = x;
  if (response.state !== 'set') throw fault('ERR_TSGI_NOT_STARTED');
  const code = Number(response.status.slice(0, 3));
  const length = response.fields.find(([name]) => name.toLowerCase() === 'content-length');
  const given = length === undefined ? undefined : Number(length[1]);
  const { method, version } = x;
  const hasTrailers = x.trailers?.length > 0 && version === 'HTTP/1.1';
  const framing = seams.chooseFraming({ method, version, code, given, sum, empty, hasTrailers });
  x.close ||= framing.kind === 'close';
  Object.assign(response, { state: 'committed', code, framing, sent: 0 });
  x.outcome.status = code;
  const { status, fields } = response;
  x.handedOver = framing.kind === 'none';
  const trailers = framing.kind === 'chunked' && hasTrailers ? x.trailers : undefined;
  x.write(seams.writeHead({ status, fields, framing, close: x.close, trailers }));
}

/** Takes one non-empty chunk; true where pulling stops with it. */
export async function take(x, chunk) {
  const { response, outcome, seams } = x;
  if (response.state !== 'committed') x.seams.commit(x, {});
  const { framing, code } = response;
  if (framing.kind === 'none') {
    if ([204, 205, 304].includes(code)) {
      x.onError(fault('ERR_TSGI_CONTENT_FORBIDDEN'));
    }
    return true;
  }
  const room = framing.kind === 'length' ? framing.length - outcome.bytesSent : chunk.length;
  const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
  outcome.bytesSent += part.length;
  if (part.length > 0) await seams.send(x, seams.encodeChunk(framing.kind, part));
  if (chunk.length <= room) return false;
  x.onError(fault('ERR_TSGI_CONTENT_OVER'));
  return true;
}

/** Hands octets to the socket and waits until it can take more; a turn of the loop at least. */
export async function send(x, octets) {
  if (!x.write(octets)) await Promise.race([x.drained(), x.gone]);
  else await new Promise(setImmediate);
  if (x.isGone()) throw GONE;
}

/** The end of the message, or the reason why there is none. */
export function endMessage(x) {
  const { framing } = x.response;
  if (framing.kind === 'length' && x.outcome.bytesSent < framing.length) {
    throw fault('ERR_TSGI_CONTENT_UNDER');
  }
  x.response.state = 'ended';
  x.handedOver = true;
  x.write(x.seams.encodeEnd(framing.kind, x.trailers));
}

/** An application fault: the server's own 500, or a response that the client sees cut short. */
export function onFault(x, error) {
  x.onError(error);
  const committed = x.response.state === 'committed';
  x.response.state = 'ended';
  x.outcome.error = error;
  if (committed) {
    x.outcome.aborted = true;
    x.abortSignal();
    x.seams.abort(x);
    return;
  }
  const status = '500 Internal Server Error';
  x.outcome.status = 500;
  x.outcome.bytesSent = x.method === 'HEAD' ? 0 : status.length + 1;
  x.handedOver = true;
  x.write(x.seams.ownAnswer(status, x));
}

export function abort(x) {
  if (x.response.framing.kind === 'close') x.reset();
  else x.destroy();
}

/** return(), close(), callbacks: each once, whatever the one before does. */
export async function cleanup(x) {
  const { iterator, finished } = x;
  if (iterator !== undefined && !finished && typeof iterator.return === 'function') {
    await x.seams.step(x, () => iterator.return());
  }
  const body = x.result;
  if (typeof Object(body).close === 'function' && typeof body !== 'string')
    await x.seams.step(x, () => body.close());
  while (x.callbacks.length > 0) {
    const callback = x.callbacks.pop();
    await x.seams.step(x, () => callback(x.outcome));
  }
  x.callbacks = undefined;
}

/** One step of cleanup: an error is logged, a promise is waited for in the asynchronous profile. */
export async function step(x, run) {
  try {
    const pending = run();
    if (!isThenable(pending)) return;
    const settled = Promise.resolve(pending).catch((error) => x.onError(error));
    if (x.asynchronous) await Promise.race([settled, limit()]);
  } catch (error) {
    x.onError(error);
  }
}

/** One request from the call to the end of the cleanup. */
export async function runExchange(x) {
  try {
    await x.seams.callApplication(x);
    await x.seams.produce(x);
    x.seams.endMessage(x);
  } catch (error) {
    if (error === GONE || x.isGone()) {
      x.abandon();
      Object.assign(x.outcome, { aborted: true, error: fault('ERR_TSGI_ABORTED') });
    } else x.seams.onFault(x, error);
  }
  x.response.state = 'ended';
  x.endInput();
  await x.seams.cleanup(x);
}
