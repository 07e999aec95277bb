/** The head of a response as a transport is to write it. */
export interface ResponseHead {
  /** The status code. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  /** name, value, name, value, … in wire order; Content-Length is among them where it is known. */
  readonly headers: readonly string[];
  /** The length of the content in octets; undefined where it is not known beforehand. */
  readonly contentLength: number | undefined;
  /** False where no content follows the head, whatever the headers say: HEAD, 204, 205, 304. */
  readonly hasContent: boolean;
}

/**
 * Where a transport takes a response. The calls come in the order writeHead, writeChunk…, end;
 * abort may come at any time and is the last. None of them calls back before it returns. What is
 * optional is what not every protocol can do; the entry of environ that needs it is then absent.
 */
export interface ResponseSink {
  /**
   * Whether a chunk can be taken now: everything given before is in the hands of the operating
   * system, and its memory may be used again. After a false the transport calls `resume()` of the
   * exchange once it can.
   */
  ready(): boolean;
  /** The head; it need not leave before the first chunk or the end. */
  writeHead(head: ResponseHead): void;
  /** One non-empty chunk, to be sent even while the following pull blocks the thread. */
  writeChunk(chunk: Uint8Array): void;
  /**
   * The response is complete. Comes when `ready()` has been true since the last chunk; only behind the
   * small content of the server's own answers at once.
   */
  end(): void;
  /** The response is not complete, and the client is to see that. */
  abort(): void;
  /** The head that was written leaves now, even while the application blocks the thread. */
  flushHead?(): void;
  /** An interim response, before the head, that leaves now; dropped where it would have to wait. */
  writeInterim?(status: number, reason: string, headers: readonly string[]): void;
  /** In place of `end`, with name, value, name, value, … of a trailer section that is not empty. */
  endWithTrailers?(trailers: readonly string[]): void;
}
