import { lint, lintAsync, type LintError } from '@tsgi/lint';
import { createAsyncClient, createClient } from '@tsgi/testing';
import type { Application, AsyncApplication, Profile } from '@tsgi/types';
import { withLifespan } from '../fetch/with-lifespan.ts';
import type { LoadedApplication } from '../cli/load-application.ts';

/** A request that shows much of an application without knowing anything of it. */
interface TriedRequest {
  readonly method: string;
  /** Behind the mount. */
  readonly path: string;
  readonly body?: string;
  /** Octets after which the client leaves. */
  readonly leaveAfter?: number;
}

const REQUESTS: readonly TriedRequest[] = [
  { method: 'GET', path: '/' },
  { method: 'HEAD', path: '/' },
  { method: 'GET', path: '/no/such/path?with=a&query' },
  { method: 'POST', path: '/', body: 'name=value' },
  { method: 'PUT', path: '/', body: '' },
  { method: 'OPTIONS', path: '/' },
  { method: 'GET', path: '/', leaveAfter: 1 },
  { method: 'UNHEARD-OF', path: '/%2F..%3B' },
];

/** What the lint found, and what was written to `tsgi.errors`, one line each. */
export interface LintReport {
  readonly requests: number;
  readonly findings: readonly LintError[];
  readonly faults: readonly string[];
}

/** How an application is called. */
export interface LintRun {
  readonly profile: Profile;
  readonly scriptName: string;
  /** How many requests are made. */
  readonly count: number;
}

/** How many requests are made where nobody says a number. */
export const DEFAULT_REQUESTS: number = REQUESTS.length;

/** Makes requests of an application under lint. */
export function lintRequests(
  { application, lifespan }: LoadedApplication,
  run: LintRun,
): Promise<LintReport> {
  const findings: LintError[] = [];
  const faults = new Set<string>();
  const onFinding = (finding: LintError): void => void findings.push(finding);
  return withLifespan(lifespan, async (state) => {
    const send = sender(application, { ...run, onFinding, state });
    for (let index = 0; index < run.count; index += 1) {
      const request = REQUESTS[index % REQUESTS.length] as TriedRequest;
      const errors = await send(request);
      if (errors !== '') {
        faults.add(firstLine(errors));
      }
    }
    return { requests: run.count, findings, faults: [...faults] };
  });
}

// `tsgi: GET /: TypeError: …`, and then the stack
function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/^tsgi: /, '') ?? '';
}

type Send = (request: TriedRequest) => Promise<string>;

function sender(
  application: AsyncApplication,
  options: LintRun & {
    readonly onFinding: (finding: LintError) => void;
    readonly state: Record<string, unknown>;
  },
): Send {
  const { profile, scriptName, onFinding, state } = options;
  const client = { scriptName, lint: false };
  const asynchronous = createAsyncClient(lintAsync(application, { onFinding }), client);
  const synchronous = createClient(lint(application as Application, { onFinding }), client);
  return async ({ method, path, body, leaveAfter }) => {
    const chosen = profile === 'async' ? asynchronous : synchronous;
    const response = await chosen.request(method, `${scriptName}${path}`, {
      environ: { 'tsgi.state': state },
      ...(body === undefined ? {} : { body }),
      ...(leaveAfter === undefined ? {} : { leaveAfter }),
    });
    return response.errors;
  };
}
