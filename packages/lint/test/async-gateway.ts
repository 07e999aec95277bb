// The asynchronous profile of the small server that lints are tested with.

import type { AsyncApplication, AsyncBody, Body } from '@tsgi/types';
import { lintAsync, type LintError, type LintOptions } from '../src/index.ts';
import { coded, type Exchange, makeExchange, octets, type RequestOptions } from './gateway.ts';

/** A streamed request body: gives each part once, then the end or the error. */
export class StreamedInput implements AsyncIterable<Uint8Array> {
  readonly #parts: readonly string[];
  readonly #error: unknown;
  #used = false;

  constructor(parts: readonly string[], error?: unknown) {
    this.#parts = parts;
    this.#error = error;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#used) {
      throw coded('ERR_TSGI_INPUT_LOCKED');
    }
    this.#used = true;
    const left = [...this.#parts];
    return {
      next: async () => {
        const part = left.shift();
        if (part === undefined && this.#error !== undefined) {
          throw this.#error;
        }
        return part === undefined
          ? { done: true, value: undefined }
          : { done: false, value: octets(part) };
      },
    };
  }
}

/** An exchange of the asynchronous profile. */
export function makeAsyncExchange(options: RequestOptions = {}): Exchange {
  return makeExchange({
    ...options,
    environ: {
      'tsgi.async': true,
      'tsgi.async_input': new StreamedInput(options.body === undefined ? [] : [options.body]),
      'tsgi.signal': new AbortController().signal,
      ...options.environ,
    },
  });
}

/** What became of an asynchronous request. */
export interface AsyncResponse {
  readonly status: string;
  readonly text: string;
  readonly error: unknown;
}

/** Serves one request under the asynchronous profile. */
export async function serveAsync(
  application: AsyncApplication,
  exchange: Exchange,
): Promise<AsyncResponse> {
  const { environ, start, head, finish } = exchange;
  let text = '';
  let error: unknown;
  let body: Body | AsyncBody | undefined;
  try {
    body = await application(environ, start.call);
    for await (const chunk of iterate(body)) {
      if (!(chunk instanceof Uint8Array)) {
        throw coded('ERR_TSGI_CHUNK');
      }
      if (chunk.byteLength > 0) {
        start.commit();
        if (head) {
          break;
        }
        text += String.fromCharCode(...chunk);
      }
    }
    start.commit();
  } catch (thrown) {
    error = thrown;
  }
  const committed = start.state === 'committed';
  start.state = 'ended';
  try {
    await body?.close?.();
  } catch {
    // A real server logs this.
  }
  const failure = error === undefined ? {} : { error };
  const status = committed ? start.code : 500;
  finish({ status, bytesSent: text.length, aborted: committed && error !== undefined, ...failure });
  return { status: committed ? start.status : '500 Internal Server Error', text, error };
}

// As the result dispatch says: synchronously where that is possible.
function iterate(body: Body | AsyncBody): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof body !== 'object' || body === null) {
    throw coded('ERR_TSGI_BODY');
  }
  if (Symbol.iterator in body) {
    return { [Symbol.iterator]: () => body[Symbol.iterator]() };
  }
  return body;
}

/** What a lint found while one asynchronous request was served. */
export interface JudgedAsync {
  readonly rules: readonly string[];
  readonly findings: readonly LintError[];
  readonly response: AsyncResponse;
}

/** Serves a request through an asynchronous lint that hands its findings over. */
export async function judgeAsync(
  application: AsyncApplication,
  exchange: Exchange,
  options: LintOptions = {},
): Promise<JudgedAsync> {
  const findings: LintError[] = [];
  const onFinding = (finding: LintError): void => void findings.push(finding);
  const response = await serveAsync(lintAsync(application, { ...options, onFinding }), exchange);
  return { rules: findings.map(({ rule }) => rule), findings, response };
}
