/** A TSGI server on Bun.serve: what requests and responses mean is the business of @tsgi/core. */
import * as core from '@tsgi/core';
import type { AsyncApplication } from '@tsgi/types';
import { StreamSink } from './stream-sink.ts';

/** As much of Bun as is used here. */
interface BunServer {
  readonly hostname: string;
  readonly port: number;
  requestIP(request: Request): { readonly address: string; readonly port: number } | null;
  stop(): Promise<void>;
}
declare const Bun: { serve(options: Readonly<Record<string, unknown>>): BunServer };

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
  const answer = async (request: Request, sink: StreamSink): Promise<void> => {
    const client = server.requestIP(request);
    try {
      const admission = gateway.admit(readHead(request));
      const { contentLength: length } = admission.framing;
      const limits = { profile, length, maxSize: MAX_BODY_SIZE };
      const input = await core.webRequestInput(request.body, limits);
      const connection = {
        scheme: 'http',
        serverName: server.hostname,
        serverPort: String(server.port),
        remoteAddress: client?.address,
        remotePort: client?.port.toString(),
      } as const;
      sink.exchange = gateway.handle({ admission, connection, input, sink, onDone() {} });
      request.signal.addEventListener('abort', () => sink.cancel());
    } catch (error) {
      if (!(error instanceof core.TsgiError)) throw error;
      core.writeOwnResponse(sink, request.method, error.status);
    }
  };
  const fetch = (request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      answer(request, new StreamSink(resolve)).catch(reject);
    });
  const settings = { hostname: host, port, idleTimeout: 0, maxRequestBodySize: MAX_BODY_SIZE };
  const server = Bun.serve({ ...settings, fetch });
  return { url: `http://${server.hostname}:${server.port}`, close: () => server.stop() };
}

function readHead({ method, url, headers }: Request): core.RequestHead {
  const target = url.startsWith('/') ? url : url.slice(url.indexOf('/', 'http://'.length));
  return { method, target, protocol: 'HTTP/1.1', headers: [...headers].flat() };
}
