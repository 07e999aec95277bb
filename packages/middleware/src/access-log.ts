import type { HeaderList, StartResponse } from '@tsgi/types';
import type { AccessFormatter } from './access-log/custom-format.ts';
import { type AccessFormatName, accessFormatter } from './access-log/formatter.ts';
import type { AccessRecord } from './access-log/record.ts';
import { type EitherMiddleware, either } from './either.ts';

export { ATOMS, type Atom, FIELD_ATOMS, type FieldAtom } from './access-log/atoms.ts';
export { type AccessFormatter, COMBINED, compileFormat } from './access-log/custom-format.ts';
export { devFormat, type DevFormatOptions } from './access-log/dev-format.ts';
export { escapeBare, escapeJson, escapeQuoted } from './access-log/escape.ts';
export {
  type AccessFormatName,
  accessFormatter,
  formatCombined,
} from './access-log/formatter.ts';
export { formatJson, JSON_FIELDS, type JsonField } from './access-log/json-format.ts';
export type { AccessRecord } from './access-log/record.ts';

/** What `accessLog` takes. */
export interface AccessLogOptions {
  /** Takes each line with its line feed. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
  /** `combined` (default), `json`, `dev`, a format with atoms such as `%h "%r" %s`, or a function. */
  readonly format?: AccessFormatName | `${string}%${string}` | AccessFormatter | undefined;
  /** Whether the `dev` format is coloured. Default false. */
  readonly color?: boolean | undefined;
  /** Tells which requests have no line. Default: none. */
  readonly skip?: ((record: AccessRecord) => boolean) | undefined;
}

/**
 * Writes one line for each request when its response is over. It sees what the server hands to the
 * application; what the server refuses has no line here. Throws a TypeError or RangeError for a
 * wrong option.
 */
export function accessLog(options: AccessLogOptions = {}): EitherMiddleware {
  const { write = writeToOutput, skip, color = false } = options;
  checkFunction('write', write);
  checkFunction('skip', skip ?? (() => false));
  const format = accessFormatter(options.format ?? 'combined', color);
  return either((application) => (environ, startResponse) => {
    const startedAt = Date.now();
    const began = performance.now();
    let headers: HeaderList = [];
    const start: StartResponse = (...call) => {
      startResponse(...call);
      headers = call[1];
    };
    const { REQUEST_METHOD: method, REQUEST_URI: target, SERVER_PROTOCOL: protocol } = environ;
    const { REMOTE_ADDR: remoteAddress, REMOTE_PORT: remotePort } = environ;
    environ['tsgi.on_finish'](({ status, bytesSent, aborted, error }) => {
      const record: AccessRecord = {
        method,
        target,
        protocol,
        remoteAddress,
        remotePort,
        environ,
        status,
        responseHeaders: headers.flat(),
        bytesSent,
        startedAt,
        duration: performance.now() - began,
        aborted,
        error,
      };
      if (skip?.(record) !== true) {
        write(`${format(record)}\n`);
      }
    });
    return application(environ, start);
  });
}

function writeToOutput(line: string): void {
  process.stdout.write(line);
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`accessLog: ${name} is a function; got ${typeof value}`);
  }
}
