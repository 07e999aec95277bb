import { readFileSync } from 'node:fs';
import { CommandError, EXIT } from '../cli/command-error.ts';
import type { Flags } from '../settings/flags-table.ts';

/** One request as the command line describes it. */
export interface FetchRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Uint8Array | undefined;
}

// RFC 9110 section 5.6.2
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const STANDARD_INPUT = 0;

/** Reads the request. Throws a CommandError with exit code 2 for what is none. */
export function readRequest(
  flags: Pick<Flags, 'request' | 'header' | 'data'>,
  operands: readonly string[],
): FetchRequest {
  const target = operands[0] ?? '/';
  if (!/^(?:\/|\*$|https?:\/\/)/.test(target)) {
    throw usage(`PATH begins with a slash; got ${JSON.stringify(target)}`);
  }
  const body = flags.data === undefined ? undefined : readData(flags.data);
  const method = flags.request ?? (body === undefined ? 'GET' : 'POST');
  if (!TOKEN.test(method)) {
    throw usage(`--request takes a method; got ${JSON.stringify(method)}`);
  }
  return { method, target, headers: readHeaders(flags.header ?? [], body !== undefined), body };
}

// As curl does it: a body without a type is a form.
function readHeaders(lines: readonly string[], hasBody: boolean): FetchRequest['headers'] {
  const headers = lines.map(readHeader);
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return hasBody && !typed
    ? [...headers, ['Content-Type', 'application/x-www-form-urlencoded']]
    : headers;
}

function readHeader(line: string): readonly [name: string, value: string] {
  const at = line.indexOf(':');
  const name = line.slice(0, Math.max(0, at));
  const value = line.slice(at + 1).trim();
  if (!TOKEN.test(name)) {
    throw usage(`--header takes NAME: VALUE; got ${JSON.stringify(line)}`);
  }
  // header values are octets: what is beyond ASCII is sent as UTF-8
  return [name, Buffer.from(value).toString('latin1')];
}

function readData(data: string): Uint8Array {
  if (!data.startsWith('@')) {
    return Buffer.from(data);
  }
  const file = data.slice(1);
  try {
    return readFileSync(file === '-' ? STANDARD_INPUT : file);
  } catch (error) {
    const { message } = error as Error;
    throw new CommandError(EXIT.usage, `--data takes @FILE with a readable file: ${message}`, {
      cause: error,
    });
  }
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
