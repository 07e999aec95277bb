import type { GatewayExtensions } from '../src/extensions.ts';
import { type Run, run, type RunOptions } from './gateway-fixture.ts';
import { expect } from 'vitest';

export type Start = (status: string, headers: unknown, error?: unknown) => void;
export interface Env {
  readonly [key: string]: unknown;
  readonly 'tsgi.flush_headers': () => void;
  readonly 'tsgi.early_hints': (headers: unknown) => void;
  readonly 'tsgi.trailers': (trailers: unknown) => void;
  readonly 'tsgi.on_finish': (callback: () => void) => void;
}

export const code = (value: string) => expect.objectContaining({ code: value });
export const wants = { headers: ['Host', 'h', 'TE', 'deflate;q=0.5, Trailers'] };
export const ALL: GatewayExtensions = {
  flushHeaders: true,
  earlyHints: true,
  trailers: true,
  rawHeaders: true,
};

/** Runs an application with all that a gateway can offer. */
export function offered(application: unknown, options: RunOptions = {}): Run {
  return run(application, { offer: ALL, ...options });
}

/** What startResponse and its neighbours refuse. */
export const MALFORMED: ReadonlyArray<[unknown, string]> = [
  ['Link: x', 'ERR_TSGI_HEADERS'],
  [[['Link']], 'ERR_TSGI_HEADERS'],
  [[['Li nk', 'x']], 'ERR_TSGI_HEADER_NAME'],
  [[['Link', 'x\r\ny']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Connection', 'close']], 'ERR_TSGI_HEADER_HOP'],
  [[['Trailer', 'x']], 'ERR_TSGI_HEADER_HOP'],
];
