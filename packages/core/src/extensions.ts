import type { CancelSignal, Environ, FileWrapper, OnFinish } from '@tsgi/types';
import type { FileReader } from './file-pump.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { headerPairs } from './header-pairs.ts';
import type { SignalSource } from './signal.ts';

/** The optional entries that a gateway offers, as far as the transport of a request can. */
export interface GatewayExtensions {
  /** `tsgi.file_wrapper`. */
  readonly fileWrapper?: FileWrapper | undefined;
  /** Reads the regions of bodies that have a `tsgi.file`; absent, such bodies are iterated. */
  readonly readFile?: FileReader | undefined;
  /** `tsgi.signal`. The async profile has one in any case. */
  readonly signals?: SignalSource | undefined;
  /** `tsgi.state`: one object for all requests. */
  readonly state?: Record<string, unknown> | undefined;
  /** `tsgi.flush_headers`, for requests whose sink has `flushHead`. */
  readonly flushHeaders?: boolean | undefined;
  /** `tsgi.early_hints`, from HTTP/1.1 on, for requests whose sink has `writeInterim`. */
  readonly earlyHints?: boolean | undefined;
  /** `tsgi.trailers`, from HTTP/1.1 on, where TE asks and the sink has `endWithTrailers`. */
  readonly trailers?: boolean | undefined;
  /** `tsgi.raw_headers`: the field lines of the request as they were received. */
  readonly rawHeaders?: boolean | undefined;
}

/** The functions of one response that applications may be given. */
export interface ResponseFunctions {
  readonly onFinish: OnFinish;
  readonly signal: CancelSignal | undefined;
  flushHeaders(): void;
  earlyHints(headers: unknown): void;
  setTrailers(trailers: unknown): void;
}

/** What decides which entries one request gets. */
export interface ExtensionParts {
  readonly request: GatewayRequest;
  readonly response: ResponseFunctions;
  readonly wantsTrailers: boolean;
}

/** Adds what of a gateway's offer one request gets: what its protocol and its transport can do. */
export function addExtensions(
  environ: Environ,
  offer: GatewayExtensions,
  { request, response, wantsTrailers }: ExtensionParts,
): void {
  const { sink } = request;
  const { head } = request.admission;
  const { signal } = response;
  const modern = head.protocol !== 'HTTP/1.0';
  if (signal !== undefined) {
    environ['tsgi.signal'] = signal;
  }
  if (offer.state !== undefined) {
    environ['tsgi.state'] = offer.state;
  }
  if (offer.fileWrapper !== undefined) {
    environ['tsgi.file_wrapper'] = offer.fileWrapper;
  }
  if (offer.flushHeaders && sink.flushHead !== undefined) {
    environ['tsgi.flush_headers'] = () => response.flushHeaders();
  }
  if (offer.earlyHints && modern && sink.writeInterim !== undefined) {
    environ['tsgi.early_hints'] = (headers) => response.earlyHints(headers);
  }
  if (offer.trailers && modern && sink.endWithTrailers !== undefined && wantsTrailers) {
    environ['tsgi.trailers'] = (trailers) => response.setTrailers(trailers);
  }
  if (offer.rawHeaders) {
    environ['tsgi.raw_headers'] = headerPairs(head.received ?? head.headers);
  }
}
