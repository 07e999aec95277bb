import type { Environ } from '@tsgi/types';
import { GrowingOctets } from './growing-octets.ts';
import { HttpError } from './http-error.ts';

/** Reads a whole request body of up to `limit` octets. Throws an HttpError of status 413. */
export function readBody(environ: Environ, limit: number): Uint8Array {
  checkLength(environ, limit);
  const body = new GrowingOctets();
  for (const chunk of environ['tsgi.input']) {
    append(body, chunk, limit);
  }
  return body.view();
}

/** The same of a body that may still be arriving. */
export async function readBodyAsync(environ: Environ, limit: number): Promise<Uint8Array> {
  const source = environ['tsgi.async_input'];
  if (source === undefined) {
    return readBody(environ, limit);
  }
  checkLength(environ, limit);
  const body = new GrowingOctets();
  for await (const chunk of source) {
    append(body, chunk, limit);
  }
  return body.view();
}

function checkLength(environ: Environ, limit: number): void {
  if (Number(environ.CONTENT_LENGTH ?? 0) > limit) {
    throw tooLarge(limit);
  }
}

function append(body: GrowingOctets, chunk: Uint8Array, limit: number): void {
  if (body.size + chunk.byteLength > limit) {
    throw tooLarge(limit);
  }
  body.append(chunk);
}

function tooLarge(limit: number): HttpError {
  return new HttpError('413 Content Too Large', { detail: `At most ${limit} octets are taken.` });
}
