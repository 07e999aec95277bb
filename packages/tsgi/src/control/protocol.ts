import { didYouMean } from '../settings/did-you-mean.ts';
import { formatMetrics } from './metrics.ts';
import type { CommandResult, Service } from './service.ts';

// One JSON object a line, in both directions: {"command": "show workers"} is answered with
// {"ok": true, "result": …} or {"ok": false, "error": {"code": …, "message": …}}.

/** What a client sends. */
export interface ControlRequest {
  readonly command: string;
}

/** What the server answers. */
export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: ControlError };

/** Why a command was not carried out. */
export interface ControlError {
  readonly code: 'malformed' | 'unknown-command' | 'failed';
  readonly message: string;
}

type Run = (service: Service) => unknown;

/** The commands; what they give is the `result`, but for a CommandResult that failed. */
const RUN: Readonly<Record<string, Run>> = {
  'show workers': (service) => service.view().workers,
  'show stats': showStats,
  'show settings': (service) => service.view().settings,
  'show listeners': (service) => service.view().listeners.map(({ name }) => name),
  'show metrics': (service) => formatMetrics(service.view()),
  reload: (service) => service.reload(),
  reopen: (service) => service.reopen(),
  add: (service) => service.add(),
  remove: (service) => service.remove(),
  shutdown: (service) => service.shutdown(false),
  'shutdown quick': (service) => service.shutdown(true),
};

/** The commands, in the order of the help. */
export const CONTROL_COMMANDS: readonly string[] = Object.keys(RUN);

/** What `show stats` gives, beside figures: how a client tells servers apart. */
export interface ServiceStats {
  readonly pid: number;
  readonly cwd: string;
  readonly app: string;
  readonly listeners: readonly string[];
}

function showStats(service: Service): ServiceStats & Readonly<Record<string, unknown>> {
  const { app, profile, phase, startedAt, wanted, workers, totals, ...view } = service.view();
  const add = (value: (worker: (typeof workers)[number]) => number): number =>
    workers.reduce((sum, worker) => sum + value(worker), 0);
  return {
    pid: process.pid,
    cwd: process.cwd(),
    app,
    profile,
    phase,
    listeners: view.listeners.map(({ name }) => name),
    uptime: (Date.now() - startedAt) / 1000,
    workersWanted: wanted,
    workersReady: workers.filter(({ state }) => state === 'ready').length,
    workersStarted: view.started,
    workersEnded: view.ended,
    requests: Object.values(totals.requests).reduce((sum, count) => sum + count, 0),
    requestsInFlight: add(({ active }) => active),
    connections: add(({ connections }) => connections),
    connectionsAccepted: totals.accepted,
    connectionsWaiting: view.waiting,
    bytesReceived: totals.bytesReceived,
    bytesSent: totals.bytesSent,
  };
}

/** Carries out one line; never rejects. */
export async function answerLine(line: string, service: Service): Promise<ControlAnswer> {
  const command = parseCommand(line);
  if (command === undefined) {
    return refuse('malformed', 'a line is a JSON object with the text "command"');
  }
  if (!Object.hasOwn(RUN, command)) {
    return refuse('unknown-command', unknownCommand(command));
  }
  const result = await (RUN[command] as Run)(service);
  return isFailure(result) ? refuse('failed', result.message) : { ok: true, result };
}

/** Says that there is no such command, and which one may be meant. */
export function unknownCommand(command: string): string {
  const hint = didYouMean(command, CONTROL_COMMANDS);
  const all = hint === '' ? `; there are ${CONTROL_COMMANDS.join(', ')}` : hint;
  return `no command ${JSON.stringify(command)}${all}`;
}

function parseCommand(line: string): string | undefined {
  try {
    const request = JSON.parse(line) as Partial<ControlRequest> | null;
    return typeof request?.command === 'string' ? request.command : undefined;
  } catch {
    return undefined;
  }
}

function isFailure(result: unknown): result is CommandResult {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
}

function refuse(code: ControlError['code'], message: string): ControlAnswer {
  return { ok: false, error: { code, message } };
}
