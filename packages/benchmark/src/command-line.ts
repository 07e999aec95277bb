import { parseArgs } from 'node:util';
import { CommandError, EXIT } from './command-error.ts';
import type { GeneratorName } from './load-generator.ts';
import { type MicroPeer, MICRO_PEERS } from './micro-servers.ts';
import { PEER_NAMES, type PeerName } from './peers.ts';
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts';

/** A comparison to run, or a report to show again. */
export interface CompareLine {
  readonly command: 'compare';
  readonly scenarios: readonly ScenarioName[];
  readonly peers: readonly PeerName[];
  readonly rounds: number;
  /** How long one load lasts. */
  readonly seconds: number;
  readonly generator?: GeneratorName | undefined;
  /** Where the report goes as JSON. */
  readonly out?: string | undefined;
  /** A report to read instead of a run. */
  readonly from?: string | undefined;
  /** Whether the report goes into the documentation. */
  readonly writeDocs: boolean;
}

/** What the process spends on a request without sockets. */
export interface MicroLine {
  readonly command: 'micro';
  readonly peers: readonly MicroPeer[];
  readonly rounds: number;
  /** Requests in one round. */
  readonly requests: number;
}

/** What each way to an application costs. */
export type DoorsLine = { readonly command: 'doors' } & Pick<
  CompareLine,
  'rounds' | 'seconds' | 'out' | 'from' | 'writeDocs'
>;

/** What the command line asks for. */
export type CommandLine = CompareLine | MicroLine | DoorsLine | { readonly command: 'help' };

/** What `--help` prints. */
export const HELP: string = `Usage: node packages/benchmark/bin/benchmark.mjs [options]
       node packages/benchmark/bin/benchmark.mjs micro [--peers a,b] [--rounds N] [--requests N]
       node packages/benchmark/bin/benchmark.mjs doors [--rounds N] [--seconds S] [--out F] [--from F]

Compares servers on one core each, in rounds: every server once, then every server again.

  --scenario NAME...   what to measure; default everything:
                       ${wrap(SCENARIO_NAMES)}
  --peers NAME,NAME    which servers take part; default all:
                       ${wrap(PEER_NAMES)}
  --rounds N           rounds that count, 1 to 99 (default 5)
  --seconds S          how long one load lasts, 1 to 60 (default 2)
  --generator NAME     wrk or autocannon (default wrk where it is installed)
  --out FILE.json      writes the report
  --from FILE.json     shows a report instead of measuring
  --write-docs         puts the report into docs/explanation/performance.md
  --help

micro measures CPU time for a request without sockets, in one process.
  --peers NAME,NAME    ${MICRO_PEERS.join(', ')}
  --requests N         requests in one round, 1000 to 10000000 (default 50000)

doors measures what nginx and Apache cost in front of the server, by each protocol, on one core.
  --write-docs         puts the report into docs/explanation/cost-of-each-door.md
`;

function wrap(names: readonly string[]): string {
  const indent = ' '.repeat(23);
  const half = Math.ceil(names.length / 2);
  return `${names.slice(0, half).join(', ')},\n${indent}${names.slice(half).join(', ')}`;
}

const OPTIONS = {
  scenario: { type: 'string', multiple: true },
  peers: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  requests: { type: 'string' },
  generator: { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string' },
  'write-docs': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Reads the arguments. Throws a CommandError with exit code 2 for what it does not know. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseOptions(args);
  if (values.help === true) {
    return { command: 'help' };
  }
  const [first] = positionals;
  if (first === 'micro' && values.scenario === undefined) {
    return microLine(values, positionals.slice(1));
  }
  if (first === 'doors' && values.scenario === undefined) {
    return doorsLine(values, positionals.slice(1));
  }
  if (first !== undefined && values.scenario === undefined) {
    throw usage(
      `no command ${first}; there are micro and doors, and without a name the comparison`,
    );
  }
  return compareLine(values, positionals);
}

function compareLine(values: Values, positionals: readonly string[]): CompareLine {
  refuse(values, ['requests']);
  const named = [...listOf(values.scenario), ...positionals];
  const { generator } = values;
  if (generator !== undefined && generator !== 'wrk' && generator !== 'autocannon') {
    throw usage(`--generator is wrk or autocannon, not ${generator}`);
  }
  return {
    command: 'compare',
    scenarios: choose('scenario', named, SCENARIO_NAMES),
    peers: choose('peer', listOf(values.peers), PEER_NAMES),
    rounds: whole('rounds', values.rounds ?? '5', [1, 99]),
    seconds: whole('seconds', values.seconds ?? '2', [1, 60]),
    generator,
    out: values.out,
    from: values.from,
    writeDocs: values['write-docs'] === true,
  };
}

function microLine(values: Values, rest: readonly string[]): MicroLine {
  refuse(values, ['seconds', 'generator', 'out', 'from', 'write-docs']);
  if (rest.length > 0) {
    throw usage(`micro takes no argument, got ${rest.join(' ')}`);
  }
  return {
    command: 'micro',
    peers: choose('peer', listOf(values.peers), MICRO_PEERS),
    rounds: whole('rounds', values.rounds ?? '5', [1, 99]),
    requests: whole('requests', values.requests ?? '50000', [1000, 10_000_000]),
  };
}

function doorsLine(values: Values, rest: readonly string[]): DoorsLine {
  refuse(values, ['peers', 'requests', 'generator']);
  if (rest.length > 0) {
    throw usage(`doors takes no argument, got ${rest.join(' ')}`);
  }
  return {
    command: 'doors',
    rounds: whole('rounds', values.rounds ?? '5', [1, 99]),
    seconds: whole('seconds', values.seconds ?? '2', [1, 60]),
    out: values.out,
    from: values.from,
    writeDocs: values['write-docs'] === true,
  };
}

function parseOptions(args: readonly string[]): {
  readonly values: Values;
  readonly positionals: readonly string[];
} {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // the first sentence says what is wrong, the next how to get around it
    throw usage(String(error instanceof Error ? error.message : error).split('. ', 1)[0] ?? '');
  }
}

function refuse(values: Values, names: ReadonlyArray<keyof Values>): void {
  const given = names.find((name) => values[name] !== undefined);
  if (given !== undefined) {
    throw usage(`--${given} does not belong to this command`);
  }
}

function listOf(values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => value.split(','));
}

/** The names given, in the order of the table and each once; all of them where none is given. */
function choose<Name extends string>(
  what: string,
  given: readonly string[],
  known: readonly Name[],
): readonly Name[] {
  const unknown = given.find((name) => !known.some((other) => other === name));
  if (unknown !== undefined) {
    throw usage(`no ${what} "${unknown}"; there are ${known.join(', ')}`);
  }
  return given.length === 0 ? known : known.filter((name) => given.includes(name));
}

function whole(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw usage(`--${name} is a whole number from ${least} to ${most}, not ${text}`);
  }
  return value;
}

function usage(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
