import { type IncomingMessage, request as sendRequest } from 'node:http';
import { headerPairs } from '@tsgi/core';
import { lintAsync, type LintError } from '@tsgi/lint';
import type { AsyncApplication, Profile } from '@tsgi/types';
import type {
  AsyncClientOptions,
  ClientOptions,
  RunningServer,
  StartServer,
} from './client-options.ts';
import type { TestRequest } from './conversation.ts';
import { buildContent } from './request-options.ts';
import type { InterimResponse, TestResponseParts } from './test-response.ts';

/** Sends the requests of a client through a real server. */
export class Wire {
  readonly #findings: string[] = [];
  readonly #errors: string[] = [];
  readonly #start: () => Promise<RunningServer>;
  #server: Promise<RunningServer> | undefined;

  /** The server is started with the first request. */
  constructor(
    application: AsyncApplication,
    via: StartServer | string,
    options: AsyncClientOptions,
  ) {
    this.#start =
      typeof via === 'string'
        ? async () => ({ url: via, close: async () => {} })
        : () => via(this.#judged(application, options) as never, this.#serverOptions(options));
  }

  #judged(application: AsyncApplication, options: AsyncClientOptions): AsyncApplication {
    const onFinding = ({ message }: LintError): void => void this.#findings.push(message);
    const called = options.lint === false ? application : lintAsync(application, { onFinding });
    return (environ, startResponse) =>
      called(Object.assign(environ, options.environ), startResponse);
  }

  #serverOptions({ scriptName = '' }: AsyncClientOptions): Parameters<StartServer>[1] {
    return {
      host: '127.0.0.1',
      port: 0,
      profile: 'async' satisfies Profile,
      scriptName,
      errors: { write: (text) => void this.#errors.push(text), flush() {} },
    };
  }

  /** Sends one request on a connection of its own. */
  async send(request: TestRequest, client: ClientOptions): Promise<TestResponseParts> {
    this.#server ??= this.#start();
    const { url } = await this.#server;
    const received = await exchange(new URL(url), request, client);
    return {
      ...received,
      errors: this.#errors.splice(0).join(''),
      findings: this.#findings.splice(0),
      closes: undefined,
    };
  }

  /** Stops the server that it has started; safe to call again. */
  async close(): Promise<void> {
    const server = await this.#server;
    this.#server = undefined;
    await server?.close();
  }
}

type Received = Omit<TestResponseParts, 'errors' | 'findings' | 'closes'>;

function exchange(
  url: URL,
  { method, target, options }: TestRequest,
  client: ClientOptions,
): Promise<Received> {
  const { headers, body } = buildContent(options, client.host ?? 'localhost');
  return new Promise((resolve, reject) => {
    const interim: InterimResponse[] = [];
    const sent = sendRequest({
      host: url.hostname,
      port: url.port,
      method,
      path: target,
      headers: headers as string[],
      agent: false,
    });
    sent.on('information', ({ statusCode, rawHeaders }) => {
      interim.push({ status: statusCode, headers: headerPairs(rawHeaders) });
    });
    sent.on('response', (response) => {
      receive(response, options.leaveAfter).then(
        (received) => resolve({ ...received, interim }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function receive(
  response: IncomingMessage,
  leaveAfter = Number.POSITIVE_INFINITY,
): Promise<Omit<Received, 'interim'>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= leaveAfter) {
        response.destroy();
      }
    });
    response.on('error', () => {
      // what was cut off is told by `complete`
    });
    response.on('close', () =>
      resolve({
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? '',
        flatHeaders: response.rawHeaders,
        flatTrailers: response.rawTrailers,
        chunks,
        aborted: !response.complete,
      }),
    );
  });
}
