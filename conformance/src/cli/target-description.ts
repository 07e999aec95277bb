import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Capability } from '../outcome.ts';
import type { AdapterMeta } from '../target/adapter.ts';
import { describeError } from '../target/host-messages.ts';
import { UsageError } from './command-error.ts';
import { explainLoadFault } from './load-hints.ts';

/** What a module named `*.target.mjs` exports: how to reach a server, without a word of code. */
export interface TargetDescription {
  readonly meta: AdapterMeta;
  /** A command that starts a server: one line, or its words. */
  readonly command?: string | readonly string[];
  /** A command that speaks the harness protocol. */
  readonly protocol?: string | readonly string[];
  readonly url?: string;
  /** As the flags of the same names take it. */
  readonly ready?: string;
  readonly stop?: string;
  /** Of a command: it is started once for each mount and profile, and runs until the kit is done. */
  readonly permanent?: boolean;
  readonly capabilities?: Partial<Record<Capability, boolean>>;
  /** The file of expected failures, relative to the module. */
  readonly expect?: string;
  /** Globs over the checks that are run where the command line names none; all checks if not given. */
  readonly only?: readonly string[];
  /** Milliseconds for each check, where the command line says nothing. */
  readonly budget?: number;
  /** Why the server cannot be run on this machine. */
  readonly unavailable?: string | undefined;
}

/** A description and the folder that its paths are relative to. */
export interface LoadedDescription extends TargetDescription {
  readonly folder: string;
}

/** Whether a file holds a description and no adapter. */
export function isDescription(path: string): boolean {
  return /\.target\.m?js$/.test(path);
}

/** Imports a description; throws a UsageError for a module that is none. */
export async function loadDescription(path: string): Promise<LoadedDescription> {
  const url = pathToFileURL(resolve(path));
  const loaded = await importDescription(path, url.href);
  const { meta, command, protocol, url: server } = loaded;
  if (typeof meta?.name !== 'string' || typeof meta.version !== 'string') {
    throw new UsageError(`${path}: meta must hold the strings name and version`);
  }
  for (const name of ['url', 'runtime'] as const) {
    if (meta[name] === undefined || typeof meta[name] === 'string') continue;
    throw new UsageError(`${path}: meta.${name} must be a string where it is given`);
  }
  const ways = [command, protocol, server].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new UsageError(
      `${path} must export one of command, protocol and url, not ${ways.length}`,
    );
  }
  return { ...loaded, meta, folder: dirname(fileURLToPath(url)) };
}

async function importDescription(path: string, url: string): Promise<Partial<TargetDescription>> {
  try {
    return (await import(url)) as Partial<TargetDescription>;
  } catch (error) {
    const fault = `${path} cannot be loaded: ${describeError(error)}`;
    throw new UsageError(explainLoadFault(fault, path));
  }
}
