import { readFileSync } from 'node:fs';
import { parseArgv } from '../settings/argv.ts';
import { chooseCommand } from '../settings/choose-command.ts';
import { labelOf } from '../settings/origin.ts';
import { resolveSettings } from '../settings/resolve.ts';
import type { Resolved } from '../settings/resolved.ts';
import { CommandError, EXIT } from './command-error.ts';
import { RUN } from './commands.ts';
import { isAwaited, runScript, scriptOf } from './script.ts';

/** Runs the command and gives its exit code; every error is one line on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return (await answerAtOnce(args)) ? EXIT.ok : await run(args);
  } catch (error) {
    await answerWebServer(args);
    if (!(error instanceof CommandError)) {
      throw error;
    }
    const hint = error.exitCode === EXIT.usage ? ' (see tsgi --help)' : '';
    complain(`${error.message}${hint}`);
    return error.exitCode;
  }
}

// What a web server has started by CGI is waited for: a failure is an answer as well.
async function answerWebServer(args: readonly string[]): Promise<void> {
  if (isAwaited(args)) {
    await (await import('./cgi-command.ts')).answerWithFailure();
  }
}

// Whoever asks for help gets it, whatever the environment and the configuration file hold.
async function answerAtOnce(args: readonly string[]): Promise<boolean> {
  const { flags, operands } = parseArgv(args);
  if (flags.has('version')) {
    process.stdout.write(`tsgi ${readVersion()}\n`);
    return true;
  }
  if (flags.has('help')) {
    const { commandHelp, overview } = await import('./help-command.ts');
    const asked = operands.length > 0 ? chooseCommand(operands, process.cwd()).command : undefined;
    process.stdout.write(asked === undefined ? overview() : commandHelp(asked));
    return true;
  }
  return false;
}

async function run(args: readonly string[]): Promise<number> {
  const script = scriptOf(parseArgv(args));
  const code = script && (await runScript(script, prepare));
  if (code !== undefined) {
    return code;
  }
  const resolved = await resolveSettings(args, process.env, process.cwd());
  prepare(resolved);
  return RUN[resolved.command](resolved);
}

function prepare(resolved: Resolved): void {
  for (const warning of WARNED.has(resolved.command) ? resolved.warnings : []) {
    complain(`warning: ${warning}`);
  }
  changeDirectory(resolved);
}

/** The commands that tell what is odd; the output of the others is short, or has it. */
const WARNED: ReadonlySet<string> = new Set(['serve', 'dev', 'cgi', 'check', 'config']);

function changeDirectory({ settings, origins }: Resolved): void {
  if (settings.chdir === undefined) {
    return;
  }
  try {
    process.chdir(settings.chdir);
  } catch (error) {
    const label = labelOf('chdir', origins.chdir);
    const got = JSON.stringify(settings.chdir);
    throw new CommandError(EXIT.usage, `${label} takes the name of a directory; got ${got}`, {
      cause: error,
    });
  }
}

function complain(text: string): void {
  process.stderr.write(`tsgi: ${text.replaceAll(/\s*\n\s*/g, ' ')}\n`);
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
