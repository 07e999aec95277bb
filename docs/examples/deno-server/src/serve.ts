/** A TSGI server on Deno.serve: what requests and responses mean is the business of @tsgi/core. */
import * as core from '@tsgi/core';
import type { AsyncApplication, Profile } from '@tsgi/types';
import { StreamSink } from './stream-sink.ts';

type Address = Pick<ServeOptions, 'hostname' | 'port'>;
type Handler = (request: Request, info: { readonly remoteAddr: Address }) => Promise<Response>;

/** As much of Deno as is used here. */
declare const Deno: {
  serve(options: object, handler: Handler): { readonly addr: Address; shutdown(): Promise<void> };
};

/** Where and how to serve. */
export interface ServeOptions {
  readonly hostname: string;
  /** 0 for a port of the system's choice. */
  readonly port: number;
  /** The mount: `""` or a canonical path that does not end in `/`. */
  readonly scriptName: string;
  readonly profile: Profile;
}

/** Milliseconds that one step of an asynchronous cleanup may take. */
const CLEANUP_TIMEOUT = 3000;
/** Octets; longer request bodies are refused with 413. */
const MAX_BODY_SIZE = 16_777_216;

/** Serves an application; connections are accepted when it returns. */
export function serve(
  application: AsyncApplication,
  { hostname, port, scriptName, profile }: ServeOptions,
): { readonly url: string; close(): Promise<void> } {
  const gateway = new core.Gateway(application, {
    profile,
    scriptName,
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write: (text) => void process.stderr.write(text), flush: () => undefined },
    limit: limitCleanup,
  });
  const answer = async (request: Request, client: Address, sink: StreamSink): Promise<void> => {
    try {
      const admission = gateway.admit(readHead(request));
      const input = await (profile === 'async' ? streamBody : readBody)(request, admission);
      const connection = {
        scheme: 'http',
        serverName: server.addr.hostname,
        serverPort: String(server.addr.port),
        remoteAddress: client.hostname,
        remotePort: String(client.port),
      } as const;
      sink.exchange = gateway.handle({ admission, connection, input, sink, onDone() {} });
      request.signal.addEventListener('abort', () => sink.abandon());
    } catch (error) {
      if (!(error instanceof core.TsgiError)) throw error;
      core.writeOwnResponse(sink, request.method, error.status);
    }
  };
  const handle: Handler = (request, { remoteAddr }) =>
    new Promise((resolve, reject) => {
      answer(request, remoteAddr, new StreamSink(resolve)).catch(reject);
    });
  const server = Deno.serve({ hostname, port, onListen: () => undefined }, handle);
  return { url: `http://${hostname}:${server.addr.port}`, close: () => server.shutdown() };
}

/** Deno resolves nothing in the target: what comes after the authority is as it was received. */
function readHead({ method, url, headers }: Request): core.RequestHead {
  const target = url.slice(url.indexOf('/', 'http://'.length));
  return { method, target, protocol: 'HTTP/1.1', headers: [...headers].flat() };
}

async function readBody({ body }: Request, { framing }: core.Admission) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  checkSize(framing.contentLength ?? 0);
  for await (const chunk of body ?? []) {
    checkSize((size += chunk.byteLength));
    chunks.push(chunk);
  }
  return core.bufferedRequestInput(core.memorySource(chunks));
}

function checkSize(size: number): void {
  if (size > MAX_BODY_SIZE) throw new core.TsgiError('ERR_TSGI_INPUT_TOO_LARGE', size);
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
