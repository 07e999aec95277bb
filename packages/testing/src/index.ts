export { type Client, type ClientOptions, createAsyncClient, createClient } from './client.ts';
export type { RequestOptions } from './request-options.ts';
export type { TestResponse } from './test-response.ts';
