import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isCgi, isFastcgiSocket } from '@tsgi/server';
import type { CommandLine } from '../settings/argv.ts';
import { COMMANDS } from '../settings/choose-command.ts';
import { resolveSettings } from '../settings/resolve.ts';
import type { Resolved } from '../settings/resolved.ts';
import { CommandError, EXIT } from './command-error.ts';
import { splitSpecifier } from './load-application.ts';

/** A command line that a web server may have made: `tsgi cgi FILE`, or `tsgi FILE`. */
export interface Script {
  readonly isCgiCommand: boolean;
  /** As given: `FILE[:EXPORT]`. */
  readonly specifier: string;
  /** The words before it, without `cgi`: options. */
  readonly options: readonly string[];
}

/** Takes a command line for a script; undefined where it is none, or names no application. */
export function scriptOf({ operands, words }: CommandLine): Script | undefined {
  const [first = '', second] = operands;
  if (first === 'cgi' && second !== undefined) {
    const at = words.indexOf('cgi');
    return { isCgiCommand: true, specifier: second, options: words.toSpliced(at, 1).slice(0, -1) };
  }
  return first === '' || Object.hasOwn(COMMANDS, first)
    ? undefined
    : { isCgiCommand: false, specifier: first, options: words.slice(0, -1) };
}

/** Something to do when settings are known: warnings, the working directory. */
export type Prepare = (resolved: Resolved) => void;

/**
 * Runs an application for the web server that has started this process. Undefined where none has,
 * and `tsgi cgi` was not asked for. Rejects with a CommandError.
 */
export async function runScript(script: Script, prepare: Prepare): Promise<number | undefined> {
  if (isCgi(process.env)) {
    const { answerByCgi } = await import('./cgi-command.ts');
    return answerByCgi(['cgi', ...optionsAndFile(script)], prepare);
  }
  if (script.isCgiCommand) {
    throw new CommandError(
      EXIT.usage,
      `there is no request: a web server sets GATEWAY_INTERFACE and REQUEST_METHOD; tsgi fetch ${script.specifier} makes a request without one`,
    );
  }
  return isFastcgiSocket(STANDARD_INPUT) ? serveInherited(script, prepare) : undefined;
}

const STANDARD_INPUT = 0;

/** Goes to the directory of the application, where its configuration file is, and names its file. */
function optionsAndFile({ specifier, options }: Script): readonly string[] {
  const { file, name } = splitSpecifier(specifier);
  const isThere = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  const path = isThere ? realpathSync(file) : resolve(file);
  if (isThere) {
    process.chdir(dirname(path));
  }
  return [...options, name === undefined ? path : `${path}:${name}`];
}

// The program that has opened the socket decides how many processes there are, and where output goes:
// each of them is one of several that would have the same files and addresses.
async function serveInherited(script: Script, prepare: Prepare): Promise<number> {
  const argv = ['serve', '--bind=fd://0', '--protocol=fastcgi', ...optionsAndFile(script)];
  const resolved = await resolveSettings(argv, process.env, process.cwd());
  prepare(resolved);
  const { settings, origins } = resolved;
  const quiet = origins.accessLog.source === 'default' ? { accessLog: 'off' } : {};
  const shared = { workers: 0, controlSocket: 'off', pidFile: undefined, metricsBind: undefined };
  const { serveInProcess } = await import('../arbiter/serve-in-process.ts');
  return serveInProcess({ ...resolved, settings: { ...settings, ...quiet, ...shared } });
}

/** Whether a web server waits for an answer that these arguments would have given. */
export function isAwaited(args: readonly string[]): boolean {
  const first = args.find((word) => !word.startsWith('-')) ?? '';
  const isScript = first === 'cgi' || !Object.hasOwn(COMMANDS, first);
  return isScript && isCgi(process.env);
}
