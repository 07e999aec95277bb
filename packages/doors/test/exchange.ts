import { request, type IncomingHttpHeaders } from 'node:http';

/** A request as it goes on the wire: the target is not touched. */
export interface Asked {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Uint8Array;
  /** Whether the content goes in chunks. */
  readonly chunked?: boolean;
  /** Told of all the text so far, whenever more has come. */
  readonly onText?: (text: string) => void;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own. */
export function exchange(url: string, asked: Asked): Promise<Answered> {
  const { method = 'GET', target, headers = {}, content, chunked = false, onText } = asked;
  const framing =
    content === undefined
      ? {}
      : chunked
        ? { 'Transfer-Encoding': 'chunked' }
        : { 'Content-Length': String(content.length) };
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path: target, agent: false };
    const sent = request({ ...options, headers: { ...headers, ...framing } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
        onText?.(body);
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(content);
  });
}
