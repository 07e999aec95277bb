import { CommandError, EXIT, type Output } from './command-error.ts';
import { HELP, parseCommandLine } from './command-line.ts';
import { compare } from './compare.ts';
import { measureDoors } from './doors.ts';
import { runMicro } from './micro.ts';

/** Runs the command and gives its exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  try {
    const line = parseCommandLine(args);
    if (line.command === 'help') {
      output.out(HELP);
      return EXIT.ok;
    }
    if (line.command === 'micro') {
      await runMicro(line, output);
      return EXIT.ok;
    }
    return line.command === 'doors'
      ? await measureDoors(line, output)
      : await compare(line, output);
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    output.err(`benchmark: ${error.message}\n`);
    return error.exitCode;
  }
}
