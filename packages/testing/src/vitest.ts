import { expect } from 'vitest';
import { matchers } from './matchers.ts';
import type { ExpectedStatus } from './request-options.ts';

expect.extend(matchers);

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any, no-unused-vars -- as vitest declares it
  interface Matchers<T = any> {
    /** The status of a response, or its class. */
    toHaveStatus(expected: ExpectedStatus): void;
    /** A field of a response, with that value where one is given. */
    toHaveHeader(name: string, value?: string | RegExp): void;
    /** The content of a response as text. */
    toHaveText(expected: string | RegExp): void;
    /** The body of a response was closed exactly once, and the client has all of it. */
    toBeCompleteAndClosed(): void;
  }
}
