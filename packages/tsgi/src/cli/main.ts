import { readFileSync } from 'node:fs';
import { CommandError, EXIT } from './command-error.ts';
import { type CommandLine, helpText, parseCommandLine } from './flags.ts';
import { serveCommand } from './serve-command.ts';

/** Runs the command and gives its exit code; every error is one line on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseCommandLine(args));
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    const hint = error.exitCode === EXIT.usage ? ' (see tsgi --help)' : '';
    process.stderr.write(`tsgi: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}${hint}\n`);
    return error.exitCode;
  }
}

async function run(line: CommandLine): Promise<number> {
  const [command, ...positionals] = line.positionals;
  if (line.version) {
    process.stdout.write(`tsgi ${readVersion()}\n`);
    return EXIT.ok;
  }
  if (line.help || command === 'help') {
    process.stdout.write(helpText());
    return EXIT.ok;
  }
  if (command === undefined) {
    throw new CommandError(EXIT.usage, 'no command given; the one there is is serve');
  }
  if (command !== 'serve') {
    throw new CommandError(EXIT.usage, `no command ${command}; the one there is is serve`);
  }
  return serveCommand({ ...line, positionals });
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
