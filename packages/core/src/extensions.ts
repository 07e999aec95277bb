import type { CancelSignal, FileWrapper, HeaderList, OnFinish } from '@tsgi/types';
import type { FileReader } from './file-pump.ts';
import type { RequestHead } from './request-head.ts';
import type { SignalSource } from './signal.ts';
import type { ResponseSink } from './sink.ts';

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
  readonly flushHeaders?: boolean | undefined;
  readonly earlyHints?: boolean | undefined;
  readonly trailers?: boolean | undefined;
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

/** The entries of one request that are made anew for it; absent ones are undefined. */
export interface RequestEntries {
  readonly signal: CancelSignal | undefined;
  readonly flushHeaders: (() => void) | undefined;
  readonly earlyHints: ((headers: HeaderList) => void) | undefined;
  readonly trailers: ((trailers: HeaderList) => void) | undefined;
  readonly rawHeaders: HeaderList | undefined;
}

/** What of a gateway's offer one request gets: what its protocol and its transport can do. */
export function buildRequestEntries(
  offer: GatewayExtensions,
  head: RequestHead,
  response: { readonly sink: ResponseSink; readonly functions: ResponseFunctions },
): RequestEntries {
  const { sink, functions } = response;
  const modern = head.protocol !== 'HTTP/1.0';
  const hints = offer.earlyHints && modern && sink.writeInterim !== undefined;
  const trailers =
    offer.trailers && modern && sink.endWithTrailers !== undefined && wantsTrailers(head.headers);
  return {
    signal: functions.signal,
    flushHeaders:
      offer.flushHeaders && sink.flushHead !== undefined
        ? () => functions.flushHeaders()
        : undefined,
    earlyHints: hints ? (headers) => functions.earlyHints(headers) : undefined,
    trailers: trailers ? (list) => functions.setTrailers(list) : undefined,
    rawHeaders: offer.rawHeaders ? pairs(head.received ?? head.headers) : undefined,
  };
}

// RFC 9110 section 10.1.4: TE = [ t-codings *( OWS "," OWS t-codings ) ]
function wantsTrailers(headers: readonly string[]): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (name.length === 2 && name.toLowerCase() === 'te') {
      const members = (headers[index + 1] as string).toLowerCase().split(',');
      if (members.some((member) => member.trim() === 'trailers')) {
        return true;
      }
    }
  }
  return false;
}

function pairs(headers: readonly string[]): HeaderList {
  const list: Array<[name: string, value: string]> = [];
  for (let index = 0; index < headers.length; index += 2) {
    list.push([headers[index] as string, headers[index + 1] as string]);
  }
  return list;
}
