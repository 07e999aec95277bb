import type { Application, Body, HeaderList, StartResponse, StatusLine } from '@tsgi/types';
import type { Blame, LintOptions, RuleId } from '../../src/index.ts';
import { type Exchange, octets, type RequestOptions } from '../gateway.ts';

/** One broken application and what the lint says of it. */
export interface ApplicationCase {
  readonly name: string;
  readonly rule: RuleId;
  /** Part of what the finding says was got. */
  readonly got: string;
  readonly application: Application;
  readonly request?: RequestOptions;
  readonly options?: LintOptions;
}

/** One broken server and what the lint says of it. */
export interface ServerCase {
  readonly name: string;
  readonly rule: RuleId;
  /** Part of what the finding says was got. */
  readonly got: string;
  readonly application: Application;
  /** A fresh request for each run. */
  readonly request?: () => RequestOptions;
  readonly options?: LintOptions;
  /** The findings for the application that come first, where the server has to do with them. */
  readonly after?: readonly RuleId[];
  /** What the server does. */
  readonly act: (linted: Application, exchange: Exchange) => void;
}

/** Whom a finding is for, as tests write it. */
export const by = (rule: RuleId, blame: Blame): string => `${rule} by ${blame}`;

export const HELLO: Uint8Array = octets('hello');
export const OK: StatusLine = '200 OK';

/** An application that passes these values to startResponse. */
export const starts =
  (status: unknown, headers: unknown = [], error?: unknown): Application =>
  (_environ, startResponse) => {
    startResponse(status as StatusLine, headers as HeaderList, error);
    return [HELLO];
  };

/** An application that returns this value. */
export const returns =
  (body: unknown, headers: HeaderList = [], status: StatusLine = OK): Application =>
  (_environ, startResponse) => {
    startResponse(status, headers);
    return body as Body;
  };

/** An application that yields what this gives. */
export const yields = (run: (startResponse: StartResponse) => Iterable<unknown>): Application =>
  function* generated(_environ, startResponse) {
    yield* run(startResponse) as Iterable<Uint8Array>;
  };

/** For a side that is broken on purpose and goes on as if nothing had happened. */
export function quietly(call: () => unknown): void {
  try {
    call();
  } catch {
    // That is the fault.
  }
}

/** Calls an application as a server does. */
export const run = (linted: Application, { environ, start }: Exchange): Body =>
  linted(environ, start.call);
