import { describe, serve, type ServeOptions, type ServerHandle } from '@tsgi/server';
import { parseBind } from './bind.ts';
import { CommandError, EXIT } from './command-error.ts';
import type { CommandLine } from './flags.ts';
import { loadApplication } from './load-application.ts';

const DEFAULT_BIND = '127.0.0.1:8000';

/** Serves until SIGTERM or SIGINT, then drains. Throws a CommandError where it cannot begin. */
export async function serveCommand(line: CommandLine): Promise<number> {
  const [specifier, ...rest] = line.positionals;
  if (specifier === undefined) {
    throw new CommandError(EXIT.usage, 'serve takes the FILE of an application');
  }
  if (rest.length > 0) {
    throw new CommandError(EXIT.usage, `serve takes one FILE; got ${rest.join(' ')} as well`);
  }
  const bind = parseBind(line.bind ?? DEFAULT_BIND);
  const chosen = parseProfile(line.profile);
  const { application, profile, lifespan } = await loadApplication(specifier);
  const options = { ...bind, profile: chosen ?? profile, scriptName: line.scriptName, lifespan };
  const server = await listen(() => serve(application, options), options);
  const stopped = stopOnSignal(server);
  process.stdout.write(`tsgi: serving ${specifier} on ${server.url} (${options.profile})\n`);
  await stopped;
  return EXIT.ok;
}

function parseProfile(profile: string | undefined): 'sync' | 'async' | undefined {
  if (profile === undefined || profile === 'sync' || profile === 'async') {
    return profile;
  }
  throw new CommandError(EXIT.usage, `--profile takes sync or async; got ${profile}`);
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
};

async function listen(
  start: () => Promise<ServerHandle>,
  { host, port }: ServeOptions,
): Promise<ServerHandle> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    const { code, message } = error as { code?: string; message: string };
    if (code === 'ERR_TSGI_OPTION') {
      throw new CommandError(EXIT.usage, message, { cause: error });
    }
    const reason = LISTEN_ERRORS[code ?? ''] ?? message;
    throw new CommandError(EXIT.listen, `cannot listen on ${host}:${port}: ${reason}`, {
      cause: error,
    });
  }
}

// The first signal drains, a second one ends the process as if nothing had been listening to it.
function stopOnSignal(server: ServerHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      process.removeListener('SIGTERM', stop);
      process.removeListener('SIGINT', stop);
      server.close().then(resolve, (error: unknown) => reject(stopError(error)));
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}

function stopError(error: unknown): CommandError {
  return error instanceof CommandError
    ? error
    : new CommandError(EXIT.failure, `the server did not stop in order: ${describeError(error)}`);
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : describe(error);
}
