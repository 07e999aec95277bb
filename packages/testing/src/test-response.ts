/** What the client of one request received. */
export interface TestResponseParts {
  readonly status: number;
  readonly reason: string;
  /** name, value, name, value, … in wire order. */
  readonly flatHeaders: readonly string[];
  readonly chunks: readonly Uint8Array[];
  readonly aborted: boolean;
  readonly errors: string;
}

/** A response as the client received it. */
export class TestResponse {
  /** The status code. */
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

  constructor(parts: TestResponseParts) {
    this.status = parts.status;
    this.reason = parts.reason;
    this.headers = pair(parts.flatHeaders);
    this.chunks = parts.chunks;
    this.aborted = parts.aborted;
    this.errors = parts.errors;
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
    const length = this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    const bytes = new Uint8Array(length);
    let position = 0;
    for (const chunk of this.chunks) {
      bytes.set(chunk, position);
      position += chunk.byteLength;
    }
    return bytes;
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

function pair(flat: readonly string[]): Array<readonly [string, string]> {
  const pairs: Array<readonly [string, string]> = [];
  for (let index = 0; index < flat.length; index += 2) {
    pairs.push([flat[index] as string, flat[index + 1] as string]);
  }
  return pairs;
}
