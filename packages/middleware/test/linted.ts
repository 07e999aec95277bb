import {
  lintAsyncMiddleware,
  type LintError,
  lintMiddleware,
  type MiddlewareLintOptions,
} from '@tsgi/lint';
import { type ClientOptions, createAsyncClient, createClient } from '@tsgi/testing';
import type { Application, AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';
import { afterEach } from 'vitest';

const findings: LintError[] = [];
const collect: MiddlewareLintOptions = { onFinding: (finding) => void findings.push(finding) };

afterEach(() => {
  const found = findings.splice(0).map(({ message }) => message);
  if (found.length > 0) {
    throw new Error(found.join('\n'));
  }
});

/** A client of an application behind a middleware that stands between two lints. */
export function clientOf(
  middleware: Middleware,
  application: Application,
  options: ClientOptions = {},
): ReturnType<typeof createClient> {
  return createClient(lintMiddleware(middleware, collect)(application), {
    ...options,
    lint: false,
  });
}

/** The same for the asynchronous profile. */
export function asyncClientOf(
  middleware: AsyncMiddleware,
  application: AsyncApplication,
  options: ClientOptions = {},
): ReturnType<typeof createAsyncClient> {
  return createAsyncClient(lintAsyncMiddleware(middleware, collect)(application), {
    ...options,
    lint: false,
  });
}

export function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
