import { types } from 'node:util';
import type { Application, Body, Environ, Header, Outcome, StartResponse } from '@tsgi/types';
import { type Connection, demand, fault } from './connection.ts';
import { hopByHop, isLength } from './request.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isBodiless = (status: string): boolean => /^(?:204|205|304)/.test(status);
const isContentLength = ([name]: Header): boolean => name.toLowerCase() === 'content-length';

/** A method of a value, bound to it; undefined where there is none. */
function methodOf(value: unknown, key: PropertyKey): (() => unknown) | undefined {
  const method = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return typeof method === 'function' ? method.bind(value) : undefined;
}

/** BODY-SHAPE, BODY-STRING and BODY-THENABLE, in the order of the text. */
function checkBody(value: unknown): asserts value is Body {
  demand(!methodOf(value, 'then'), 'ERR_TSGI_ASYNC_UNSUPPORTED', value);
  demand(isObject(value) && !types.isTypedArray(value), 'ERR_TSGI_BODY', value);
  const asynchronous = methodOf(value, Symbol.asyncIterator) && 'ERR_TSGI_ASYNC_UNSUPPORTED';
  demand(methodOf(value, Symbol.iterator), asynchronous ?? 'ERR_TSGI_BODY', value);
}

/** A copy of a chunk, made of its brand and its memory, whatever its properties say. */
function octetsOf(chunk: unknown): Uint8Array {
  demand(types.isUint8Array(chunk), 'ERR_TSGI_CHUNK', chunk);
  return new Uint8Array(chunk);
}

/** Checks the arguments of startResponse in the order of SR-ORDER; returns a copy of the list. */
function checkStart(status: unknown, headers: unknown): Header[] {
  const statusForm = /^[2-5]\d\d [\t\x20-\x7e\x80-\xff]*$/;
  demand(typeof status === 'string' && statusForm.test(status), 'ERR_TSGI_STATUS', status);
  demand(Array.isArray(headers), 'ERR_TSGI_HEADERS', headers);
  let lengths = 0;
  return Array.from(headers, (pair: unknown): Header => {
    demand(Array.isArray(pair) && pair.length === 2, 'ERR_TSGI_HEADERS', pair);
    const [name, value] = pair as unknown[];
    demand(typeof name === 'string' && typeof value === 'string', 'ERR_TSGI_HEADERS', pair);
    demand(/^(?!status$)[!#$%&'*+\-.^_`|~0-9A-Z]+$/i.test(name), 'ERR_TSGI_HEADER_NAME', name);
    demand(!hopByHop.test(name), 'ERR_TSGI_HEADER_HOP', name);
    demand(/^(?![\t ])[\t -~\x80-\xff]*$(?<![\t ])/.test(value), 'ERR_TSGI_HEADER_VALUE', value);
    const isBad = isContentLength([name, value]) && (!isLength(value) || lengths++ > 0);
    demand(!isBad, 'ERR_TSGI_CONTENT_LENGTH', value);
    return [name, value];
  });
}

/** Runs one request, from the call of the application to the end of the cleanup. */
export async function respond(to: Connection, app: Application, environ: Environ): Promise<void> {
  const { socket, log } = to;
  const callbacks: ((outcome: Outcome) => unknown)[] = [];
  let state: 'unset' | 'failed' | 'set' | 'committed' | 'ended' | 'finished' = 'unset';
  let [status, headers]: [string, readonly Header[]] = ['', []];
  // Whether content is chunked; how many octets of it may still be sent; how many were.
  let [chunked, room, sent] = [false, 0, 0];
  // What the application returned; its iterator, while that is neither exhausted nor has thrown.
  let [result, open]: unknown[] = [];

  const startResponse: StartResponse = (newStatus, newHeaders, error) => {
    if (error !== undefined && /^(?:committed|ended|finished)$/.test(state)) throw error;
    demand(state !== 'ended' && state !== 'finished', 'ERR_TSGI_ENDED', newStatus);
    demand(state === 'unset' || error !== undefined, 'ERR_TSGI_ALREADY_STARTED', newStatus);
    state = 'failed'; // SR-EXC-INVALID: what fails a check leaves nothing stored
    [status, headers] = [newStatus, checkStart(newStatus, newHeaders)];
    state = 'set';
  };
  environ['tsgi.on_finish'] = (callback): void => {
    demand(typeof callback === 'function', 'ERR_TSGI_CALLBACK', callback);
    demand(state !== 'finished', 'ERR_TSGI_ENDED', callback);
    callbacks.push(callback);
  };

  /** Fixes status and headers, by the table of framings; `sum` where all chunks are known. */
  const commit = (sum?: number): void => {
    if (state === 'committed') return;
    demand(state === 'set', 'ERR_TSGI_NOT_STARTED', state);
    state = 'committed';
    const given = headers.find(isContentLength)?.[1];
    const content = !isBodiless(status) && !to.head;
    if (content) room = Number(given ?? sum ?? Infinity);
    chunked = room === Infinity && to.chunks;
    to.keep &&= chunked || room < Infinity;
    const fields = headers.filter((field) => !/^20[45]/.test(status) || !isContentLength(field));
    const told = given === undefined && (content || (sum !== 0 && !isBodiless(status)));
    if (status.startsWith('205')) fields.push(['Content-Length', '0']);
    else if (told && sum !== undefined) fields.push(['Content-Length', String(sum)]);
    if (chunked) fields.push(['Transfer-Encoding', 'chunked']);
    to.writeHead(status, fields);
  };

  /** Sends a chunk; false where no more are wanted. */
  const take = (octets: Uint8Array): boolean => {
    if (octets.length === 0) return true; // BODY-EMPTY-CHUNK
    commit();
    const part = octets.subarray(0, room);
    room -= part.length;
    sent += part.length;
    const size = Buffer.from(`${part.length.toString(16)}\r\n`);
    to.write(chunked ? Buffer.concat([size, part, Buffer.from('\r\n')]) : part);
    if (part.length === octets.length) return true;
    if (isBodiless(status)) log(fault('ERR_TSGI_CONTENT_FORBIDDEN', octets));
    else if (!to.head) log(fault('ERR_TSGI_CONTENT_OVER', octets));
    return false;
  };

  const send = async (): Promise<undefined> => {
    const body: unknown = app(environ, startResponse);
    result = body;
    if (methodOf(body, 'then')) attempt(async () => methodOf(await body, 'close')?.());
    checkBody(body);
    if (Array.isArray(body)) {
      // BODY-ARRAY-CHECK: all of them before the commit, and by index, so that no hole is skipped.
      const chunks = Array.from({ length: body.length }, (_, index) => octetsOf(body[index]));
      commit(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      chunks.every(take);
    } else await pull(body[Symbol.iterator]());
    demand(room === 0 || room === Infinity, 'ERR_TSGI_CONTENT_UNDER', sent);
    if (chunked) to.write('0\r\n\r\n');
  };

  const pull = async (iterator: Iterator<unknown>): Promise<void> => {
    demand(isObject(iterator), 'ERR_TSGI_BODY', iterator);
    for (let pulls = 1; ; pulls += 1) {
      open = iterator;
      if (pulls % 64 === 0) await new Promise(setImmediate); // others have requests, too
      await to.flushed(); // BODY-PULL
      open = undefined; // CLOSE-RETURN-DONE: what throws from here on has cleaned up
      const step = iterator.next();
      demand(isObject(step), 'ERR_TSGI_BODY', step);
      if (step.done) return commit(0);
      const { value } = step;
      open = iterator;
      if (!take(octetsOf(value))) return;
    }
  };

  /** Ends a response that has failed, with the own answer 500 or as one that is incomplete. */
  const settle = (failure: { error: unknown } | undefined): Outcome => {
    const early = state !== 'committed';
    const aborted = failure !== undefined && (!early || socket.destroyed);
    if (failure && !socket.destroyed) log(failure.error);
    if (failure && early) status = '500 Internal Server Error';
    if (failure && !aborted) sent = to.answer(status);
    // EXC-RESET: without another mark of the end, an orderly close would be one.
    if (aborted && room === Infinity && !chunked) socket.resetAndDestroy();
    else if (aborted) socket.destroy();
    const code = aborted && early ? {} : { status: Number(status.slice(0, 3)) };
    return { ...code, bytesSent: sent, aborted, ...failure };
  };

  /** Runs a step of the cleanup; what it throws, or rejects with, is logged (CLOSE-FAULT). */
  const attempt = (step: () => unknown): void => void (async () => step())().catch(log);

  const outcome = settle(await send().catch((error) => ({ error })));
  state = 'ended';
  attempt(() => methodOf(open, 'return')?.()); // CLOSE-ORDER
  attempt(() => methodOf(result, 'close')?.());
  for (let next = callbacks.pop(); next !== undefined; next = callbacks.pop())
    attempt(next.bind(undefined, outcome));
  state = 'finished';
}
