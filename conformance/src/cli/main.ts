import { EXIT_USAGE } from '../report/exit-code.ts';
import { explainCommand, listCommand } from './catalogue-commands.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { selftestCommand } from './selftest-command.ts';
import { serverCommand, smokeCommand } from './server-command.ts';

const HELP = `tsgi-conformance: does it keep the rules of TSGI?

  server ADAPTER.mjs    judge a server
  smoke ADAPTER.mjs     see whether the adapter works, before any verdict
  list                  the checks, one in each line
  explain RULE|CHECK    the rule in the words of the specification, and its checks
  selftest              judge the kit by servers that are broken on purpose

Flags of server
  --run GLOB  --skip GLOB            choose checks by id; repeatable
  --profile core,http1,hardening,async
  --level must|should|may            from which level on a violation fails; must if not given
  --reporter terminal|json[=FILE]    repeatable
  --budget MS                        upper bound for one check; 5000 if not given
  --shuffle  --seed N  --repeat N    order and repetition; outcomes that differ fail the run
  --trace                            octets and events of every check
list takes --run --skip --profile; smoke --reporter --budget --trace; selftest --mutant ID --budget

Exit codes: 0 all passed, 1 failed, 2 wrong usage, 3 target or kit at fault, 4 nothing executed
`;

type Command = (args: readonly string[], output: Output) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  server: serverCommand,
  smoke: smokeCommand,
  list: listCommand,
  explain: explainCommand,
  selftest: selftestCommand,
};

/** Runs one command line (without node and the script) and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    output.out(HELP);
    return 0;
  }
  try {
    if (!Object.hasOwn(COMMANDS, name)) {
      const known = Object.keys(COMMANDS).join(', ');
      throw new UsageError(
        name === '' ? `a command is missing: ${known}` : `unknown command "${name}": ${known}`,
      );
    }
    return await (COMMANDS[name] as Command)(rest, output);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.err(`tsgi-conformance: ${error.message}\n`);
    return EXIT_USAGE;
  }
}
