import { lint, lintAsync, type LintError } from '@tsgi/lint';
import { createAsyncClient, createClient, type TestResponse } from '@tsgi/testing';
import type { Application, AsyncApplication, Profile } from '@tsgi/types';
import { type FetchRequest, readRequest } from '../fetch/request.ts';
import { withLifespan } from '../fetch/with-lifespan.ts';
import type { Resolved } from '../settings/resolved.ts';
import { EXIT } from './command-error.ts';
import { loadApplication } from './load-application.ts';

/** What curl --fail exits with where the status is no success. */
const NO_SUCCESS = 22;

/**
 * Makes one request in this process, without a server, and writes the content to standard output as
 * it is. Gives 22 where the status is no 2xx, 1 where the response was cut off or the lint found
 * something.
 */
export async function fetchCommand({ settings, flags, operands }: Resolved): Promise<number> {
  const request = readRequest(flags, operands);
  const loaded = await loadApplication(settings.app);
  const profile = settings.profile ?? loaded.profile;
  const findings: LintError[] = [];
  const application = settings.lint
    ? linted(loaded.application, profile, (finding) => findings.push(finding))
    : loaded.application;
  const response = await withLifespan(loaded.lifespan, (state) =>
    send(application, { profile, request, scriptName: settings.scriptName ?? '', state }),
  );
  const complaints = [...findings.map(({ message }) => message), response.errors.trimEnd()];
  complain(complaints.filter((text) => text !== ''));
  await write(flags.include === true ? showHead(response) : '');
  await write(response.bytes);
  return exitCode(response, findings);
}

function linted(
  application: AsyncApplication,
  profile: Profile,
  onFinding: (finding: LintError) => void,
): AsyncApplication {
  return profile === 'async'
    ? lintAsync(application, { onFinding })
    : lint(application as Application, { onFinding });
}

interface Sending {
  readonly profile: Profile;
  readonly request: FetchRequest;
  readonly scriptName: string;
  readonly state: Record<string, unknown>;
}

async function send(
  application: AsyncApplication,
  { profile, request, scriptName, state }: Sending,
): Promise<TestResponse> {
  const { method, target, headers, body } = request;
  const options = { headers, body, environ: { 'tsgi.state': state } };
  const client = { scriptName, lint: false };
  return profile === 'async'
    ? createAsyncClient(application, client).request(method, target, options)
    : createClient(application as Application, client).request(method, target, options);
}

function exitCode(response: TestResponse, findings: readonly LintError[]): number {
  if (response.status < 200 || response.status > 299) {
    return NO_SUCCESS;
  }
  return response.aborted || findings.length > 0 ? EXIT.failure : EXIT.ok;
}

function complain(texts: readonly string[]): void {
  for (const text of texts) {
    process.stderr.write(`${text.startsWith('tsgi: ') ? '' : 'tsgi: '}${text}\n`);
  }
}

function showHead({ status, reason, headers }: TestResponse): string {
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reason}\r\n${fields.join('')}\r\n`;
}

// Header fields are octets, one for each code unit.
function write(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const octets = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    process.stdout.write(octets, () => resolve());
  });
}
