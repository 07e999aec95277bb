import { headerPairs } from '@tsgi/core';
import { concat } from './multipart-body.ts';

/** An interim response, such as 103. */
export interface InterimResponse {
  /** A code of class 1xx. */
  readonly status: number;
  /** The fields in wire order; names that repeat are not joined. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
}

/** What the client of one request received. */
export interface TestResponseParts {
  readonly status: number;
  readonly reason: string;
  /** name, value, name, value, … in wire order. */
  readonly flatHeaders: readonly string[];
  readonly chunks: readonly Uint8Array[];
  readonly aborted: boolean;
  readonly errors: string;
  readonly closes: number | undefined;
  readonly flatTrailers: readonly string[];
  readonly interim: readonly InterimResponse[];
  readonly findings: readonly string[];
}

/** A response as the client received it. */
export class TestResponse {
  /** The status code; 0 where there was no response. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The fields in wire order. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** The content as it was chunked. */
  readonly chunks: readonly Uint8Array[];
  /** True where the response was cut off, or the client left. */
  readonly aborted: boolean;
  /** What was written to `tsgi.errors`, the log of faults included. */
  readonly errors: string;
  /** How often `close()` of the application's body was called; `undefined` where it has none. */
  readonly closes: number | undefined;
  /** The trailer fields. */
  readonly trailers: ReadonlyArray<readonly [name: string, value: string]>;
  /** The interim responses that came before. */
  readonly interim: readonly InterimResponse[];
  /** The responses before this one, where redirects were followed. */
  readonly history: readonly TestResponse[];
  /** What the lint found, one sentence each; the client throws for any. */
  readonly findings: readonly string[];

  readonly #parts: TestResponseParts;

  constructor(parts: TestResponseParts, history: readonly TestResponse[] = []) {
    this.#parts = parts;
    this.status = parts.status;
    this.reason = parts.reason;
    this.headers = headerPairs(parts.flatHeaders);
    this.chunks = parts.chunks;
    this.aborted = parts.aborted;
    this.errors = parts.errors;
    this.closes = parts.closes;
    this.trailers = headerPairs(parts.flatTrailers);
    this.interim = parts.interim;
    this.findings = parts.findings;
    this.history = history;
  }

  /** The same response with those that led to it. */
  withHistory(history: readonly TestResponse[]): TestResponse {
    return new TestResponse(this.#parts, history);
  }

  /** The values of a field joined with `, `; undefined where there is none. */
  header(name: string): string | undefined {
    const values = this.headerValues(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** The values of a field, one for each line of it. */
  headerValues(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
  }

  /** The content. */
  get bytes(): Uint8Array {
    return concat(this.chunks);
  }

  /** The content as UTF-8. Throws a TypeError where it is none. */
  text(): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes);
  }

  /** The content as JSON. Throws a SyntaxError where it is none. */
  json(): unknown {
    return JSON.parse(this.text());
  }
}
