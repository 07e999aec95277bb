/** A TSGI server on Deno.serve: what requests and responses mean is the business of @tsgi/core. */
import * as core from '@tsgi/core';
import type { AsyncApplication } from '@tsgi/types';
import { StreamSink } from './stream-sink.ts';

/** As much of Deno as is used here. */
type Address = { readonly hostname: string; readonly port: number };
type Handler = (request: Request, info: { readonly remoteAddr: Address }) => Promise<Response>;
declare const Deno: {
  serve(options: object, handler: Handler): { readonly addr: Address; shutdown(): Promise<void> };
};

/** Where to serve, and what of the options of the gateway is not to be as here. */
export interface ServeOptions extends Partial<core.GatewayOptions> {
  readonly host: string;
  /** 0 for a port of the system's choice. */
  readonly port: number;
}

/** Milliseconds that one step of an asynchronous cleanup may take. */
const CLEANUP_TIMEOUT = 1500;
/** Octets; longer request bodies are refused with 413. */
const MAX_BODY_SIZE = 16_777_216;

/** Serves an application; connections are accepted when it returns. */
export function serve(
  application: AsyncApplication,
  { host, port, profile = 'sync', ...options }: ServeOptions,
): { readonly url: string; close(): Promise<void> } {
  const gateway = new core.Gateway(application, {
    profile,
    scriptName: '',
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write: (text) => void process.stderr.write(text), flush: () => undefined },
    limit: core.createTimeLimit(CLEANUP_TIMEOUT, globalThis),
    ...options,
  });
  const answer = async (request: Request, client: Address, sink: StreamSink): Promise<void> => {
    try {
      const admission = gateway.admit(readHead(request));
      const { contentLength: length } = admission.framing;
      const limits = { profile, length, maxSize: MAX_BODY_SIZE };
      const input = await core.webRequestInput(request.body, limits);
      const connection = {
        scheme: 'http',
        serverName: server.addr.hostname,
        serverPort: String(server.addr.port),
        remoteAddress: client.hostname,
        remotePort: String(client.port),
      } as const;
      sink.exchange = gateway.handle({ admission, connection, input, sink, onDone() {} });
      request.signal.addEventListener('abort', () => sink.cancel());
    } catch (error) {
      if (!(error instanceof core.TsgiError)) throw error;
      core.writeOwnResponse(sink, request.method, error.status);
    }
  };
  const handle: Handler = (request, { remoteAddr }) =>
    new Promise((resolve, reject) => {
      answer(request, remoteAddr, new StreamSink(resolve)).catch(reject);
    });
  const server = Deno.serve({ hostname: host, port, onListen: () => undefined }, handle);
  return { url: `http://${host}:${server.addr.port}`, close: () => server.shutdown() };
}

/** Deno resolves nothing in the target: what comes after the authority is as it was received. */
function readHead({ method, url, headers }: Request): core.RequestHead {
  const target = url.slice(url.indexOf('/', 'http://'.length));
  return { method, target, protocol: 'HTTP/1.1', headers: [...headers].flat() };
}
