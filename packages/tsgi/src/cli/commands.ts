import type { Resolved } from '../settings/resolved.ts';
import type { CommandName } from '../settings/row.ts';

/** Runs a command and gives its exit code. */
export type RunCommand = (resolved: Resolved) => Promise<number>;

/** The commands; the modules of those that are not run are not loaded. */
export const RUN: Readonly<Record<CommandName, RunCommand>> = {
  serve: async (resolved) => (await import('./serve-command.ts')).serveCommand(resolved),
  dev: async (resolved) => (await import('./dev-command.ts')).devCommand(resolved),
  cgi: async (resolved) => (await import('./cgi-command.ts')).cgiCommand(resolved),
  fetch: async (resolved) => (await import('./fetch-command.ts')).fetchCommand(resolved),
  check: async (resolved) => (await import('./check-command.ts')).checkCommand(resolved),
  ctl: async (resolved) => (await import('./ctl-command.ts')).ctlCommand(resolved),
  config: async (resolved) => (await import('./config-command.ts')).configCommand(resolved),
  doctor: async (resolved) => (await import('./doctor-command.ts')).doctorCommand(resolved),
  init: async (resolved) => (await import('./init-command.ts')).initCommand(resolved),
  completion: async (resolved) =>
    (await import('./completion-command.ts')).completionCommand(resolved),
  help: async (resolved) => (await import('./help-command.ts')).helpCommand(resolved),
};
