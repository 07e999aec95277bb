import type { Application, AsyncApplication, Environ, HeaderList } from '@tsgi/types';
import { afterEach } from 'vitest';
import { serve, type ServeOptions, type ServerHandle } from '../src/index.ts';
import { RawClient } from './raw-client.ts';

const open: Array<() => Promise<void> | void> = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) {
    await close();
  }
});

export interface Started {
  readonly server: ServerHandle;
  readonly faults: unknown[];
  readonly client: () => Promise<RawClient>;
}

/** The transports that every test of behaviour runs on. */
export const TRANSPORTS = ['net', 'node-http'] as const;

/** Serves on a port of the system's choice until the test ends. */
async function start(
  application: Application | AsyncApplication,
  options: ServeOptions = {},
): Promise<Started> {
  const faults: unknown[] = [];
  const server = await serve(application, {
    port: 0,
    errors: { write() {}, flush() {} },
    onError: (error) => void faults.push(error),
    ...options,
  });
  open.push(() => server.close());
  return {
    server,
    faults,
    async client() {
      const client = await RawClient.open(server.url);
      open.push(() => client.close());
      return client;
    },
  };
}

export function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** An application that answers with what the function makes of the environ. */
export function answer(
  content: (environ: Environ) => string,
  headers: HeaderList = [],
): Application {
  return (environ, startResponse) => {
    const body = octets(content(environ));
    startResponse('200 OK', headers);
    return [body];
  };
}

export const echo: Application = answer((environ) =>
  Buffer.from(environ['tsgi.input'].read()).toString('latin1'),
);

export function get(path: string, ...fields: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: h', ...fields, '', ''].join('\r\n');
}

export function post(path: string, body: string, ...fields: string[]): string {
  const head = [`POST ${path} HTTP/1.1`, 'Host: h', `Content-Length: ${body.length}`, ...fields];
  return [...head, '', body].join('\r\n');
}

export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let release!: () => void;
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { opened, open: release };
}

/** `start` on one transport. */
export function startOn(transport: (typeof TRANSPORTS)[number]): typeof start {
  return (application, options) => start(application, { transport, ...options });
}
