import type { Environ } from '@tsgi/types';
import { describe } from './errors.ts';

/** A fault as it is written to `tsgi.errors`: the request, the error, its stack and its causes. */
export function formatFault(error: unknown, environ: Environ): string {
  const place = `${field(environ, 'REQUEST_METHOD')} ${field(environ, 'SCRIPT_NAME')}${field(environ, 'PATH_INFO')}`;
  const lines = [`tsgi: ${place}: ${formatError(error)}`];
  let cause = causeOf(error);
  for (let depth = 0; cause !== undefined && depth < 8; depth++) {
    lines.push(`caused by: ${formatError(cause)}`);
    cause = causeOf(cause);
  }
  return `${lines.join('\n')}\n`;
}

// The application owns its environ and may have put anything there.
function field(environ: Environ, key: 'REQUEST_METHOD' | 'SCRIPT_NAME' | 'PATH_INFO'): string {
  const value: unknown = environ[key];
  return typeof value === 'string' && /^[\x21-\x7e]*$/.test(value) ? value : describe(value);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function formatError(error: unknown): string {
  if (!(error instanceof Error)) {
    return `threw ${describe(error)}`;
  }
  const code = (error as { code?: unknown }).code;
  const text = typeof error.stack === 'string' ? error.stack : `${error.name}: ${error.message}`;
  return typeof code === 'string' ? `${code} ${text}` : text;
}
