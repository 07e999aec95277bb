import { resolve } from 'node:path';
import { buildText, describeError } from '@tsgi/middleware/dev-errors';
import { type ListenAddress, serve, type ServerHandle } from '@tsgi/server';
import { listenError } from '../arbiter/listen-error.ts';
import { CommandError, EXIT } from '../cli/command-error.ts';
import { loadApplication, splitSpecifier } from '../cli/load-application.ts';
import { openLogs } from '../log/logs.ts';
import { wrapApplication } from '../log/wrap-application.ts';
import { resolveSettings } from '../settings/resolve.ts';
import { listenAddresses, serveOptions } from '../settings/serve-options.ts';
import type { Settings } from '../settings/table.ts';
import { failurePage } from './failure-page.ts';
import { locateSyntaxError } from './locate-syntax-error.ts';
import {
  type FromDevWorker,
  readToDevWorker,
  receivedError,
  sendableError,
  type ToDevWorker,
} from './messages.ts';

// What the worker of `tsgi dev` runs: it serves the application, or a page that says why it cannot.

type Start = Extract<ToDevWorker, { dev: 'start' }>;

let server: ServerHandle | undefined;
let stopping = false;

// the command decides what a signal of the terminal means
process.on('SIGINT', () => {});
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void (stopping ? process.exit(EXIT.ok) : stop()));
process.on('uncaughtException', (error) => void crash(error));
process.on('message', (given: unknown) => {
  const message = readToDevWorker(given);
  if (message?.dev === 'stop') {
    void stop();
  } else if (message?.dev === 'leave') {
    void told({ dev: 'left' }).then(() => process.exit(EXIT.ok));
  } else if (message !== undefined) {
    start(message).catch((error: unknown) => void fail(error));
  }
});

tell({ dev: 'online' });

async function start(message: Start): Promise<void> {
  const { settings } = await resolveSettings(message.argv, process.env, message.cwd);
  const logs = openLogs({ ...settings, accessLogFormat: settings.accessLogFormat ?? 'dev' });
  const { served, problem } = await prepare(settings, message);
  const wrapped = wrapApplication(served, settings, logs, { development: true });
  const addresses = keepPorts(listenAddresses(settings), message.ports);
  const options = {
    ...serveOptions({ ...settings, bind: [] }),
    ...wrapped.serveHooks,
    listen: addresses,
    lifespan: served.lifespan,
    profile: served.profile,
  };
  try {
    server = await serve(wrapped.application, options);
  } catch (error) {
    if (served.isStandIn || isListenError(error)) {
      throw asCommandError(error, addresses);
    }
    const failed = standIn(error, 'the application cannot be started');
    server = await serve(failed.served.application, { ...options, lifespan: {}, profile: 'sync' });
    tellReady(server, failed);
    return;
  }
  tellReady(server, { served, problem });
}

function tellReady(handle: ServerHandle, { served, problem }: Prepared): void {
  tell({
    dev: 'ready',
    urls: handle.addresses.map(({ url }) => url),
    ports: handle.addresses.map(({ port }) => port),
    profile: served.profile,
    problem,
  });
}

interface Served extends Awaited<ReturnType<typeof loadApplication>> {
  /** Whether it is a page in place of the application. */
  readonly isStandIn: boolean;
}

interface Prepared {
  readonly served: Served;
  readonly problem: string | undefined;
}

async function prepare(settings: Settings, { crash: crashed, changed }: Start): Promise<Prepared> {
  if (crashed !== undefined) {
    return standIn(receivedError(crashed), 'the worker ended');
  }
  try {
    const loaded = await loadApplication(settings.app);
    const profile = settings.profile ?? loaded.profile;
    return { served: { ...loaded, profile, isStandIn: false }, problem: undefined };
  } catch (error) {
    const { file } = splitSpecifier(settings.app ?? '');
    const located = locateSyntaxError(causeOf(error), [resolve(file), ...changed]);
    return standIn(located, (error as Error).message);
  }
}

// What a CommandError says in one line is the title; what is behind it has the frames.
function causeOf(error: unknown): unknown {
  return error instanceof CommandError && error.cause !== undefined ? error.cause : error;
}

function standIn(error: unknown, title: string): Prepared {
  const cause = causeOf(error);
  return {
    served: {
      application: failurePage(cause, title),
      profile: 'sync',
      lifespan: undefined,
      isStandIn: true,
    },
    problem: buildText(describeError(cause), { title }),
  };
}

function keepPorts(
  addresses: readonly ListenAddress[],
  ports: Start['ports'],
): readonly ListenAddress[] {
  return addresses.map((address, index) => {
    const port = ports[index];
    return 'port' in address && address.port === 0 && port !== undefined
      ? { ...address, port }
      : address;
  });
}

function isListenError(error: unknown): boolean {
  return (error as { syscall?: unknown } | undefined)?.syscall !== undefined;
}

function asCommandError(error: unknown, addresses: readonly ListenAddress[]): unknown {
  return isListenError(error) ? listenError(addresses, error) : error;
}

async function stop(): Promise<void> {
  if (!stopping) {
    stopping = true;
    const closed = server?.close();
    tell({ dev: 'closing' });
    await closed?.catch((error: unknown) => {
      process.stderr.write(`tsgi: ${error instanceof Error ? error.message : String(error)}\n`);
    });
    leave();
  }
}

// A connection that was handed over in the last moment is given back, which takes a message: the
// worker ends when the command knows that there is none any more.
function leave(): void {
  if (process.connected) {
    tell({ dev: 'closed' });
  } else {
    process.exit(EXIT.ok);
  }
}

async function crash(error: unknown): Promise<void> {
  process.stderr.write(`${buildText(describeError(error), { title: 'the worker ended' })}\n`);
  await told({ dev: 'crashed', error: sendableError(error) });
  process.exit(EXIT.failure);
}

async function fail(error: unknown): Promise<void> {
  const exitCode = error instanceof CommandError ? error.exitCode : EXIT.failure;
  const text = error instanceof Error ? error.message : String(error);
  await told({ dev: 'failed', exitCode, message: text });
  process.exit(exitCode);
}

function tell(message: FromDevWorker): void {
  void told(message);
}

function told(message: FromDevWorker): Promise<void> {
  return new Promise((resolvePromise) => {
    if (process.connected) {
      process.send?.(message, undefined, {}, () => resolvePromise());
    } else {
      resolvePromise();
    }
  });
}
