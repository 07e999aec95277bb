/** A TSGI server on Bun.serve: what requests and responses mean is the business of @tsgi/core. */
import * as core from '@tsgi/core';
import type { AsyncApplication, Profile } from '@tsgi/types';
import { StreamSink } from './stream-sink.ts';

/** As much of Bun as is used here. */
interface BunServer {
  readonly hostname: string;
  readonly port: number;
  requestIP(request: Request): { readonly address: string; readonly port: number } | null;
  stop(): Promise<void>;
}
declare const Bun: { serve(options: Readonly<Record<string, unknown>>): BunServer };

/** Where and how to serve. */
export interface ServeOptions {
  readonly hostname: string;
  /** 0 for a port of the system's choice. */
  readonly port: number;
  /** The mount: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
  readonly profile: Profile;
  /** Told of the faults of the application. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds that one step of an asynchronous cleanup may take. */
const CLEANUP_TIMEOUT = 3000;
/** Octets; Bun refuses longer request bodies with 413. */
const MAX_BODY_SIZE = 16_777_216;

/** Serves an application; connections are accepted when it returns. */
export function serve(
  application: AsyncApplication,
  { hostname, port, scriptName, profile, onError }: ServeOptions,
): { readonly url: string; close(): Promise<void> } {
  const gateway = new core.Gateway(application, {
    profile,
    scriptName,
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write: (text) => void process.stderr.write(text), flush: () => undefined },
    onError,
    limit: limitCleanup,
  });
  const answer = async (request: Request, sink: StreamSink): Promise<void> => {
    const client = server.requestIP(request);
    try {
      const admission = gateway.admit(readHead(request));
      const input = await (profile === 'async' ? streamBody : readBody)(request, admission);
      const connection = {
        scheme: 'http',
        serverName: server.hostname,
        serverPort: String(server.port),
        remoteAddress: client?.address,
        remotePort: client?.port.toString(),
      } as const;
      sink.exchange = gateway.handle({ admission, connection, input, sink, onDone() {} });
      request.signal.addEventListener('abort', () => sink.abandon());
    } catch (error) {
      if (!(error instanceof core.TsgiError)) throw error;
      core.writeOwnResponse(sink, request.method, error.status);
    }
  };
  const fetch = (request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      answer(request, new StreamSink(resolve)).catch(reject);
    });
  const limits = { idleTimeout: 0, maxRequestBodySize: MAX_BODY_SIZE };
  const server = Bun.serve({ hostname, port, fetch, ...limits });
  return { url: `http://${server.hostname}:${server.port}`, close: () => server.stop() };
}

function readHead({ method, url, headers }: Request): core.RequestHead {
  const target = url.startsWith('/') ? url : url.slice(url.indexOf('/', 'http://'.length));
  return { method, target, protocol: 'HTTP/1.1', headers: [...headers].flat() };
}

async function readBody(request: Request): Promise<core.RequestInput> {
  const body = new Uint8Array(await request.arrayBuffer());
  return core.bufferedRequestInput(core.memorySource([body]));
}

function streamBody({ body }: Request, { framing }: core.Admission): core.RequestInput {
  const reader = body?.getReader();
  if (reader === undefined) return core.bufferedRequestInput(core.memorySource([]));
  // One read after the other: what fails must not be overtaken by what looks like the end.
  let turn = Promise.resolve();
  let released = false;
  const read = async (): Promise<void> => {
    const { value, done } = await reader.read();
    if (!done) stream.push(value);
    else if (!released) stream.end();
  };
  const fail = (): void => stream.fail(new core.TsgiError('ERR_TSGI_INPUT_ABORTED'));
  const pull = (): void => void (turn = turn.then(read).catch(fail));
  const { input, stream } = core.streamedRequestInput({ pull }, framing.contentLength);
  const release = (): void => {
    released = true;
    input.release?.();
    reader.cancel().catch(() => undefined);
  };
  return { ...input, release };
}

function limitCleanup(work: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = new core.TsgiError('ERR_TSGI_CLEANUP_TIMEOUT', `over ${CLEANUP_TIMEOUT} ms`);
    const timer = setTimeout(reject, CLEANUP_TIMEOUT, late);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
