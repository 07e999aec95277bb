import type { CookieJar } from './cookie-jar.ts';
import type { ClientOptions } from './client-options.ts';
import { addQuery, type RequestOptions, withDefaults } from './request-options.ts';
import type { TestResponse } from './test-response.ts';

/** One request as it is sent. */
export interface TestRequest {
  readonly method: string;
  readonly target: string;
  readonly options: RequestOptions;
}

const MOST_REDIRECTS = 20;

/**
 * What one call of a client comes to: its request, those that redirects ask for, and the judgement
 * of the last response. The caller sends; this decides.
 */
export class Conversation {
  readonly #client: ClientOptions;
  readonly #jar: CookieJar;
  readonly #first: TestRequest;
  readonly #history: TestResponse[] = [];
  #request: TestRequest;

  constructor(request: TestRequest, client: ClientOptions, jar: CookieJar) {
    this.#client = client;
    this.#jar = jar;
    this.#first = request;
    this.#request = { ...request, target: addQuery(request.target, request.options.query) };
  }

  /** The request to be sent now. */
  get request(): TestRequest {
    const { method, target, options } = this.#request;
    const { headers, auth = this.#client.auth, cookies = {} } = options;
    const fields = withDefaults(headers, this.#client.headers);
    const sent = [
      this.#jar.fieldFor(this.#scope()),
      ...Object.entries(cookies).map(([name, value]) => `${name}=${value}`),
    ].filter((cookie) => cookie !== undefined);
    const hasOwn = fields.some(([name]) => name.toLowerCase() === 'cookie');
    const cookie = hasOwn || sent.length === 0 ? [] : [['Cookie', sent.join('; ')] as const];
    return { method, target, options: { ...options, auth, headers: [...fields, ...cookie] } };
  }

  #scope(): { host: string; path: string; scheme: 'http' | 'https' } {
    const { host = 'localhost', scheme = 'http' } = this.#client;
    return { host, scheme, path: this.#request.target.replace(/\?.*$/s, '') };
  }

  /**
   * Takes a response. True where there is another request to be sent. Throws an Error for a status
   * that is not the expected one, a redirect to another host, and more than 20 of them.
   */
  receive(response: TestResponse): boolean {
    this.#jar.store(response.headerValues('set-cookie'), this.#scope());
    const next = this.#first.options.follow === true ? this.#redirected(response) : undefined;
    if (next === undefined) {
      this.#check(response);
      return false;
    }
    if (this.#history.length === MOST_REDIRECTS) {
      throw new Error(`${this.#name()}: more than ${MOST_REDIRECTS} redirects`);
    }
    this.#history.push(response);
    this.#request = next;
    return true;
  }

  /** The responses before the last one. */
  get history(): readonly TestResponse[] {
    return this.#history;
  }

  // RFC 9110, 15.4: 303 turns into GET, 301 and 302 do so for POST, 307 and 308 repeat.
  #redirected(response: TestResponse): TestRequest | undefined {
    const location = response.header('location');
    const { method, target, options } = this.#request;
    if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) {
      return undefined;
    }
    const { host = 'localhost', scheme = 'http' } = this.#client;
    const url = new URL(location, `${scheme}://${host}${target}`);
    if (url.host !== new URL(`${scheme}://${host}`).host) {
      throw new Error(`${this.#name()}: redirected to another host, ${location}`);
    }
    const isRead = method === 'GET' || method === 'HEAD';
    const turns =
      (response.status === 303 && !isRead) || (response.status < 303 && method === 'POST');
    const { body: _body, form: _form, files: _files, json: _json, ...bare } = options;
    const kept = turns ? bare : options;
    return {
      method: turns ? 'GET' : method,
      target: url.pathname + url.search,
      options: { ...kept, query: undefined },
    };
  }

  #check(response: TestResponse): void {
    const { expect } = this.#first.options;
    const code = String(response.status);
    const isExpected =
      expect === undefined ||
      (typeof expect === 'number' ? expect === response.status : expect[0] === code[0]);
    if (!isExpected) {
      const errors = response.errors === '' ? '' : `\nErrors: ${response.errors.trimEnd()}`;
      throw new Error(
        `${this.#name()}: expected status ${expect}, got ${code} ${response.reason}\n${excerpt(response)}${errors}`,
      );
    }
  }

  #name(): string {
    return `${this.#first.method} ${this.#first.target}`;
  }
}

function excerpt({ bytes }: TestResponse): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 500));
  return bytes.byteLength > 500 ? `${text}…` : text;
}
