import type { Readable, Writable } from 'node:stream';
import { type Connection, TsgiError } from '@tsgi/core';
import type { Application, AsyncApplication } from '@tsgi/types';
import { createGateway, reportServerError } from '../create-gateway.ts';
import type { FrontServer } from '../front/front-exchange.ts';
import { Instance } from '../lifespan.ts';
import { resolveOptions, type ServeOptions, type ServerSettings } from '../options.ts';
import { RequestWatches } from '../request-watch.ts';
import { type Environment, requestVariables } from './cgi-environment.ts';
import { CgiProgram } from './cgi-program.ts';

/** Which options of a server a CGI program has too. */
type SharedOption =
  | 'bodyMemory'
  | 'bodyTimeout'
  | 'cleanupTimeout'
  | 'errors'
  | 'extensions'
  | 'lifespan'
  | 'maxBodySize'
  | 'maxFieldSize'
  | 'maxFields'
  | 'maxHeaderSize'
  | 'maxRequestLine'
  | 'onError'
  | 'onRequestEnd'
  | 'pathSource'
  | 'profile'
  | 'requestTimeout'
  | 'scriptName'
  | 'shutdownTimeout'
  | 'writeTimeout';

const SHARED: readonly SharedOption[] = [
  'bodyMemory',
  'bodyTimeout',
  'cleanupTimeout',
  'errors',
  'extensions',
  'lifespan',
  'maxBodySize',
  'maxFieldSize',
  'maxFields',
  'maxHeaderSize',
  'maxRequestLine',
  'onError',
  'onRequestEnd',
  'pathSource',
  'profile',
  'requestTimeout',
  'scriptName',
  'shutdownTimeout',
  'writeTimeout',
];

/** What `serveCgi` takes: options of `serve` under the same names, and where the request comes from. */
export interface CgiOptions extends Pick<ServeOptions, SharedOption> {
  /** The variables of the request. Default: those of the process. */
  readonly env?: Environment | undefined;
  /** The body of the request. Default: standard input. */
  readonly stdin?: Readable | undefined;
  /** Where the response goes. Default: standard output. */
  readonly stdout?: Writable | undefined;
}

/**
 * Answers the one request of a CGI program: startup of the lifespan, the request, shutdown. Resolves
 * to the exit status of the program: 0, or 1 where something of this has failed, or the front has
 * gone. Rejects with `ERR_TSGI_OPTION` for a wrong option.
 */
export async function serveCgi(
  application: Application | AsyncApplication,
  options: CgiOptions = {},
): Promise<number> {
  const { env = process.env, stdin = process.stdin, stdout = process.stdout } = options;
  const failures: unknown[] = [];
  const settings = resolveCgi(options, (error) => void failures.push(error));
  const report = (error: unknown): void => {
    failures.push(error);
    reportServerError(settings, error);
  };
  const instance = new Instance(settings.lifespan);
  const watches = settings.onRequestEnd && new RequestWatches(settings.onRequestEnd, report);
  const gateway = createGateway(application, settings, { instance, watches, protocol: 'cgi' });
  try {
    await instance.start();
    const server = { gateway, settings, report, watches, protocol: 'cgi' } as const;
    const whole = await answer(server, { variables: requestVariables(env), stdin, stdout });
    release(stdin);
    await instance.stop(settings.shutdownTimeout);
    return whole && failures.length === 0 ? 0 : 1;
  } catch (error) {
    report(error);
    return 1;
  }
}

function resolveCgi(options: CgiOptions, onFault: (error: unknown) => void): ServerSettings {
  const known = new Set<string>(['env', 'stdin', 'stdout', ...SHARED]);
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new TsgiError('ERR_TSGI_OPTION', `unknown option ${unknown} of a CGI program`);
  }
  const shared = Object.fromEntries(SHARED.map((name) => [name, options[name]]));
  // its rules are those of a front
  const settings = resolveOptions({ ...shared, protocol: 'scgi' });
  const { onError } = settings;
  return {
    ...settings,
    onError(error, environ) {
      onFault(error);
      onError?.(error, environ);
    },
  };
}

// A front that leaves standard input open is not to keep the program alive; a file does not anyway.
function release(stdin: Readable): void {
  if (stdin === process.stdin && 'unref' in stdin) {
    process.stdin.unref();
  }
}

interface Request {
  readonly variables: readonly string[];
  readonly stdin: Readable;
  readonly stdout: Writable;
}

function answer(
  server: Omit<FrontServer, 'onBegin' | 'onEnd'>,
  { variables, stdin, stdout }: Request,
): Promise<boolean> {
  return new Promise((resolve) => {
    const program = new CgiProgram(server, { stdin, stdout, listening: LISTENING, done: resolve });
    program.start(variables);
  });
}

const LISTENING: Connection = { scheme: 'http', serverName: 'localhost', serverPort: '80' };
