export {
  type AsyncClient,
  type Client,
  createAsyncClient,
  createClient,
  type SyncClient,
} from './client.ts';
export type {
  AsyncClientOptions,
  ClientOptions,
  RunningServer,
  StartServer,
} from './client-options.ts';
export { CookieJar, type CookieScope, type JarCookie } from './cookie-jar.ts';
export { environFrom, type EnvironOptions } from './environ-from.ts';
export { type MatcherResult, matchers } from './matchers.ts';
export type { TestFile, TestFiles } from './multipart-body.ts';
export type {
  Credentials,
  ExpectedStatus,
  InputPlan,
  RequestFields,
  RequestOptions,
} from './request-options.ts';
export type { InterimResponse, TestResponse } from './test-response.ts';
