import {
  type LintError,
  lintAsyncMiddleware,
  lintMiddleware,
  type MiddlewareLintOptions,
} from '@tsgi/lint';
import {
  type Client,
  type ClientOptions,
  createAsyncClient,
  createClient,
  type TestResponse,
} from '@tsgi/testing';
import type { Application, AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';

/** How the middleware is judged and called. */
export interface BetweenOptions extends ClientOptions {
  readonly licence?: Omit<MiddlewareLintOptions, 'onFinding'>;
}

/** A client of an application behind a middleware between two lints; a finding fails the request. */
export function clientBetween(
  middleware: Middleware,
  application: Application,
  { licence, ...options }: BetweenOptions = {},
): Client<TestResponse> {
  const findings: LintError[] = [];
  const judged = lintMiddleware(middleware, {
    ...licence,
    onFinding: (finding) => void findings.push(finding),
  });
  const client = createClient(judged(application), options);
  return checked(client, (response) => check(response, findings));
}

/** The same for the asynchronous profile. */
export function asyncClientBetween(
  middleware: AsyncMiddleware,
  application: AsyncApplication,
  { licence, ...options }: BetweenOptions = {},
): Client<Promise<TestResponse>> {
  const findings: LintError[] = [];
  const judged = lintAsyncMiddleware(middleware, {
    ...licence,
    onFinding: (finding) => void findings.push(finding),
  });
  const client = createAsyncClient(judged(application), options);
  return checked(client, async (response) => check(await response, findings));
}

function check(response: TestResponse, findings: readonly LintError[]): TestResponse {
  if (findings.length > 0) {
    throw new Error(findings.map(({ message }) => message).join('\n'));
  }
  return response;
}

function checked<Result>(
  client: Client<Result>,
  after: (result: Result) => Result,
): Client<Result> {
  const request: Client<Result>['request'] = (...call) => after(client.request(...call));
  const of =
    (method: string): Client<Result>['get'] =>
    (target, options) =>
      request(method, target, options);
  return {
    request,
    get: of('GET'),
    head: of('HEAD'),
    options: of('OPTIONS'),
    post: of('POST'),
    put: of('PUT'),
    patch: of('PATCH'),
    delete: of('DELETE'),
    cookies: client.cookies,
  };
}
