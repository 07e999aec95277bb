import { EXIT_USAGE } from '../report/exit-code.ts';
import { claimCommand } from './claim-command.ts';
import { explainCommand, listCommand } from './catalogue-commands.ts';
import { UsageError } from './command-error.ts';
import type { Output } from './command-error.ts';
import { expectCommand } from './expect-command.ts';
import { KIT } from './kit-place.ts';
import { appCommand, middlewareCommand } from './module-command.ts';
import { reportCommand } from './report-command.ts';
import { selftestCommand } from './selftest-command.ts';
import { serverCommand, smokeCommand } from './server-command.ts';

const HELP = `tsgi-conformance: does it keep the rules of TSGI?

  server ADAPTER.mjs    judge a server; a *.target.mjs describes how to reach one
  server --cmd LINE     … that a command starts: '… {app} {port}', also {host} {mount} {profile} {tmp}
  server --protocol LINE   … that a harness starts, in any language
  server --url URL      … that runs already, with the kit's probe application
  app APP.mjs           judge an application
  middleware MW.mjs     judge a middleware
  smoke ADAPTER.mjs     see whether the adapter works, before any verdict
  smoke app APP.mjs, smoke middleware MW.mjs   see whether the module answers at all
  list [app|middleware] the checks, one in each line
  explain RULE|CHECK    the rule in the words of the specification, and its checks
  selftest              judge the kit by servers that are broken on purpose
  expect --update FILE ADAPTER.mjs    make a file of expected failures fit a server
  expect --check FILE ADAPTER.mjs     does the file fit?
  claim ADAPTER.mjs     run everything; write a claim of conformance, or say what prevents it
  claim app APP.mjs, claim middleware MW.mjs
  report FILE.json ...  JSON reports in another form, or several side by side

Flags of server
  --run GLOB  --skip GLOB            choose checks by id; repeatable
  --profile NAME,NAME                core, http1, hardening, async, modules, files, signal, state,
                                     flush-headers, early-hints, trailers, raw-headers or tls
  --level must|should|may            from which level on a violation fails; must if not given
  --reporter NAME[=FILE]             terminal, json, summary, junit, tap, md, ndjson, github, badge
                                     or html; repeatable; badge={profile}.json for each profile
  --budget MS                        upper bound for one check; 5000 if not given
  --jobs N                           checks at a time; as many as processors with --cmd, else 1
  --shuffle  --seed N  --repeat N    order and repetition; outcomes that differ fail the run
  --trace                            octets and events of every check
  --ready tcp|http|stdout:REGEX      with --cmd: when the server is there; tcp if not given
  --stop SIGNAL|stdin-eof            with --cmd: how it is asked to end; SIGTERM if not given
  -V, --validate                     with --protocol: compare every message with the schema
  --expect FILE                      expected failures, with reasons
app and middleware take --run --skip --profile --level --reporter --budget --trace --expect, and
  --personality P3,P9                choose manners of the strict server
  --requests FILE                    requests to make in place of the default ones
list takes --run --skip --profile --personality; smoke --reporter --budget --trace --expect;
selftest --mutant ID --budget --reporter --matrix FILE.html --exhaustive --delete-assertions;
expect --level --budget --reporter; claim --output FOLDER --reporter --budget --repeat --jobs --expect;
report --reporter. What judges a server takes --cmd, --protocol and --url, and what belongs to them.
--help and --version are for every command and for none.

Exit codes: 0 all passed, 1 failed, 2 wrong usage, 3 target or kit at fault, 4 nothing executed
`;

type Command = (args: readonly string[], output: Output) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  server: serverCommand,
  app: appCommand,
  middleware: middlewareCommand,
  smoke: smokeCommand,
  list: listCommand,
  explain: explainCommand,
  selftest: selftestCommand,
  expect: expectCommand,
  claim: claimCommand,
  report: reportCommand,
};

/** Runs one command line (without node and the script) and returns the exit code. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'help' || [name, ...rest].some((arg) => arg === '--help' || arg === '-h')) {
    output.out(HELP);
    return 0;
  }
  if (args.includes('--version') || name === '-v') {
    const { kit, spec } = KIT;
    output.out(`${kit.name} ${kit.version}, TSGI ${spec.version}\n`);
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
