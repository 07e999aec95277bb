import { concatBytes, toBytes } from './byte-string.ts';

/** A request as a check describes it; nothing in it is corrected or validated. */
export interface RequestShape {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Field lines beside Host and the run's nonce, which is sent as Tsgi-Run. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Left out where undefined: `Host: tsgi.test`. */
  readonly host?: string | null;
  /** Sent as it is; Content-Length is added unless a header frames the body. */
  readonly body?: string | Uint8Array;
}

/** The octets of a request. */
export function buildRequest(shape: RequestShape, nonce: string): Uint8Array {
  const { method = 'GET', target = '/', version = 'HTTP/1.1', headers = [] } = shape;
  const body = typeof shape.body === 'string' ? toBytes(shape.body) : shape.body;
  const host = shape.host === undefined ? 'tsgi.test' : shape.host;
  const fields = [...(host === null ? [] : [['Host', host] as const]), ...headers];
  const framed = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  if (body !== undefined && !framed) fields.push(['Content-Length', String(body.length)]);
  fields.push(['Tsgi-Run', nonce]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = toBytes(`${method} ${target} ${version}\r\n${lines}\r\n`);
  return body === undefined ? head : concatBytes([head, body]);
}

/** A chunked body of one chunk for each part, without trailers. */
export function buildChunked(parts: readonly string[]): string {
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  return `${chunks.join('')}0\r\n\r\n`;
}
