import type { Environ } from '@tsgi/types';
import { HttpError } from './http-error.ts';
import { checkCount } from './option-error.ts';
import { readBody, readBodyAsync } from './read-body.ts';

/** How a body is read as JSON. */
export interface JsonOptions {
  /** The largest body in octets. Default 1 MiB. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 1024 * 1024;

/**
 * The request body as JSON (RFC 8259). Throws an HttpError: 415 where Content-Type is neither
 * application/json nor ends in +json, 413 where the body is too large, 400 where it is no UTF-8 or
 * no JSON.
 */
export function json(environ: Environ, { limit = DEFAULT_LIMIT }: JsonOptions = {}): unknown {
  checkCount('json', 'limit', limit);
  checkType(environ);
  return parse(readBody(environ, limit));
}

/** `json` for a body that may still be arriving. */
export async function jsonAsync(
  environ: Environ,
  { limit = DEFAULT_LIMIT }: JsonOptions = {},
): Promise<unknown> {
  checkCount('json', 'limit', limit);
  checkType(environ);
  return parse(await readBodyAsync(environ, limit));
}

const TYPE = /^application\/(?:json|[!#$&^_.+\w-]+\+json)[ \t]*(?:;|$)/i;

function checkType({ CONTENT_TYPE }: Environ): void {
  if (!TYPE.test(CONTENT_TYPE ?? '')) {
    throw new HttpError('415 Unsupported Media Type', {
      detail: 'The request body must be application/json.',
      headers: [['Accept', 'application/json']],
    });
  }
}

function parse(octets: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
  } catch (cause) {
    throw new HttpError('400 Bad Request', { detail: 'The request body is no JSON.', cause });
  }
}
