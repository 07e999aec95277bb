import type { ExpectedStatus } from './request-options.ts';
import type { TestResponse } from './test-response.ts';

/** What a matcher says. */
export interface MatcherResult {
  /** Whether the response is as expected; it is the framework that applies `not`. */
  readonly pass: boolean;
  /** Why the matcher says so. */
  message(): string;
}

function result(pass: boolean, expected: string, response: TestResponse): MatcherResult {
  const errors = response.errors === '' ? '' : `\nErrors: ${response.errors.trimEnd()}`;
  const got = `${response.status} ${response.reason}, ${response.bytes.byteLength} octets${errors}`;
  return {
    pass,
    message: () => `expected the response ${pass ? 'not ' : ''}${expected}; got ${got}`,
  };
}

/** Matchers of responses, for `expect.extend` of vitest, jest and their like. */
export const matchers = {
  /** The status, or its class: `toHaveStatus(200)`, `toHaveStatus('4xx')`. */
  toHaveStatus(response: TestResponse, expected: ExpectedStatus): MatcherResult {
    const pass =
      typeof expected === 'number'
        ? response.status === expected
        : String(response.status)[0] === expected[0];
    return result(pass, `to have the status ${expected}`, response);
  },

  /** A field, with that value where one is given; several lines are joined by `, `. */
  toHaveHeader(response: TestResponse, name: string, value?: string | RegExp): MatcherResult {
    const got = response.header(name);
    const isEqual =
      value instanceof RegExp ? value.test(got ?? '') : value === undefined || got === value;
    const wanted = value === undefined ? '' : ` with ${String(value)}`;
    const found = got === undefined ? 'none' : JSON.stringify(got);
    return result(
      got !== undefined && isEqual,
      `to have ${name}${wanted}, found ${found}`,
      response,
    );
  },

  /** The content as text. */
  toHaveText(response: TestResponse, expected: string | RegExp): MatcherResult {
    const text = new TextDecoder().decode(response.bytes);
    const pass = typeof expected === 'string' ? text === expected : expected.test(text);
    return result(
      pass,
      `to have the text ${String(expected)}, found ${JSON.stringify(text)}`,
      response,
    );
  },

  /** The body was closed exactly once, and the client has the whole response. */
  toBeCompleteAndClosed(response: TestResponse): MatcherResult {
    const pass = !response.aborted && (response.closes ?? 1) === 1;
    const told = `${response.aborted ? 'cut off' : 'complete'}, closed ${response.closes ?? 'without close()'}`;
    return result(pass, `to be complete and its body closed once, found ${told}`, response);
  },
} as const;
