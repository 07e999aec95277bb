/** Rule 1: every flag of every command stands in this table, with what it takes. */
import type { Threshold } from '../engine/run-check.ts';
import { findClash, findReporter, PROFILE, REPORTERS } from '../report/reporters.ts';
import type { ReporterChoice } from '../report/reporters.ts';
import { UsageError } from './command-error.ts';

/** A command line that has been read. */
export interface Flags {
  readonly positional: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly run: readonly string[];
  readonly skip: readonly string[];
  readonly profiles: readonly string[];
  readonly level: Threshold;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly repeat: number;
  /** How many checks run at a time; undefined leaves it to the kind of target. */
  readonly jobs: number | undefined;
  readonly budget: number;
  readonly trace: boolean;
  readonly mutants: readonly string[];
  /** The personalities of the strict server, by id; all where empty. */
  readonly personalities: readonly string[];
  /** The file of the requests to make. */
  readonly requests: string | undefined;
  readonly matrix: string | undefined;
  readonly exhaustive: boolean;
  readonly deleteAssertions: boolean;
  /** The file of expected failures to rewrite. */
  readonly update: string | undefined;
  /** The file of expected failures to look through. */
  readonly check: string | undefined;
  /** The folder that a claim is written to. */
  readonly output: string;
  /** What stands in the place of an adapter, and what belongs to it. */
  readonly target: TargetFlags;
}

/** How a server is reached that no adapter starts; the texts as they were given. */
export interface TargetFlags {
  readonly cmd?: string;
  readonly protocol?: string;
  readonly url?: string;
  readonly ready?: string;
  readonly stop?: string;
  /** A file of expected failures. */
  readonly expect?: string;
  /** Whether every message of the harness protocol is compared with its schema. */
  readonly validate: boolean;
}

type Name =
  | 'reporter'
  | 'run'
  | 'skip'
  | 'profile'
  | 'level'
  | 'seed'
  | 'shuffle'
  | 'repeat'
  | 'jobs'
  | 'budget'
  | 'trace'
  | 'matrix'
  | 'exhaustive'
  | 'delete-assertions'
  | 'mutant'
  | 'personality'
  | 'requests'
  | 'cmd'
  | 'protocol'
  | 'url'
  | 'ready'
  | 'stop'
  | 'expect'
  | 'validate'
  | 'update'
  | 'check'
  | 'output';

const TAKES: Readonly<Record<Name, string>> = {
  reporter: `one of ${Object.keys(REPORTERS).join(', ')}, with =FILE`,
  run: 'a glob over check ids',
  skip: 'a glob over check ids',
  profile: 'profiles, separated by commas',
  level: 'must, should or may',
  seed: 'a whole number from 0 to 4294967295',
  shuffle: '',
  repeat: 'a whole number from 1 to 1000',
  jobs: 'a whole number from 1 to 64',
  budget: 'milliseconds, a whole number from 1 to 3600000',
  trace: '',
  matrix: 'a file name',
  exhaustive: '',
  'delete-assertions': '',
  mutant: 'the id of a mutant',
  personality: 'ids of personalities, separated by commas',
  requests: 'a file of requests',
  cmd: 'a command line that starts a server',
  protocol: 'a command line that starts a harness',
  url: 'a URL, http://HOST:PORT',
  ready: 'tcp, http or stdout:REGEX',
  stop: 'the name of a signal, or stdin-eof',
  expect: 'a file of expected failures',
  update: 'a file of expected failures',
  check: 'a file of expected failures',
  output: 'a folder',
  validate: '',
};

/** The default budget of one check, in milliseconds. */
export const DEFAULT_BUDGET = 5000;

/** The profiles that checks belong to. */
const KNOWN_PROFILES: readonly string[] = [
  'core',
  'http1',
  'hardening',
  'async',
  'modules',
  'files',
  'signal',
  'flush-headers',
  'early-hints',
  'trailers',
  'raw-headers',
  'state',
  'tls',
];

/** Reads the arguments after the name of the command; throws a UsageError. */
export function parseFlags(args: readonly string[], allowed: readonly Name[]): Flags {
  const positional: string[] = [];
  const given = new Map<Name, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') {
      positional.push(...args.slice(index + 1));
      break;
    }
    if (!arg.startsWith('-')) {
      positional.push(arg);
      continue;
    }
    const [flag = '', ...rest] = arg.split('=');
    const name = nameOfFlag(flag, allowed);
    const inline = rest.length > 0 ? rest.join('=') : undefined;
    const isSwitch = TAKES[name] === '';
    if (isSwitch && inline !== undefined)
      throw new UsageError(`${flag} takes no value, got "${inline}"`);
    const value = isSwitch ? '' : (inline ?? args[(index += 1)]);
    if (value === undefined) throw new UsageError(`${flag} needs ${TAKES[name]}`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return readValues(positional, given);
}

function nameOfFlag(flag: string, allowed: readonly Name[]): Name {
  const long = flag === '-V' ? '--validate' : flag;
  const name = allowed.find((candidate) => `--${candidate}` === long);
  if (name !== undefined) return name;
  const known = allowed.map((candidate) => `--${candidate}`).join(' ');
  throw new UsageError(`unknown flag ${flag}; known here: ${known === '' ? 'none' : known}`);
}

function readValues(positional: readonly string[], given: ReadonlyMap<Name, string[]>): Flags {
  const all = (name: Name): readonly string[] => (given.get(name) ?? []).flatMap(splitList);
  const last = (name: Name): string | undefined => given.get(name)?.at(-1);
  const profiles = all('profile');
  for (const profile of profiles) {
    if (KNOWN_PROFILES.includes(profile)) continue;
    throw new UsageError(`--profile takes ${KNOWN_PROFILES.join(', ')}, got "${profile}"`);
  }
  return {
    positional,
    reporters: readReporters(given.get('reporter') ?? ['terminal']),
    run: all('run'),
    skip: all('skip'),
    profiles,
    level: readLevel(last('level') ?? 'must'),
    seed: readNumber('seed', last('seed') ?? '1', [0, 0xffff_ffff]),
    shuffle: given.has('shuffle'),
    repeat: readNumber('repeat', last('repeat') ?? '1', [1, 1000]),
    jobs: given.has('jobs') ? readNumber('jobs', last('jobs') ?? '', [1, 64]) : undefined,
    budget: readNumber('budget', last('budget') ?? String(DEFAULT_BUDGET), [1, 3_600_000]),
    trace: given.has('trace'),
    mutants: all('mutant'),
    personalities: all('personality'),
    requests: last('requests'),
    matrix: last('matrix'),
    exhaustive: given.has('exhaustive'),
    deleteAssertions: given.has('delete-assertions'),
    update: last('update'),
    check: last('check'),
    output: last('output') ?? '.',
    target: {
      ...readTexts(last),
      validate: given.has('validate'),
    },
  };
}

function readTexts(last: (name: Name) => string | undefined): Omit<TargetFlags, 'validate'> {
  const names = ['cmd', 'protocol', 'url', 'ready', 'stop', 'expect'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = last(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function splitList(text: string): readonly string[] {
  return text.split(',').filter((item) => item !== '');
}

function readReporters(texts: readonly string[]): readonly ReporterChoice[] {
  const choices = texts.map(readReporter);
  const clash = findClash(choices);
  if (clash === undefined) return choices;
  const [{ kind }, other] = clash;
  const place = other.file === undefined ? 'standard output' : `the file "${other.file}"`;
  throw new UsageError(`--reporter ${kind} and ${other.kind} cannot share ${place}`);
}

function readReporter(text: string): ReporterChoice {
  const [name = '', ...rest] = text.split('=');
  const file = rest.join('=');
  const kind = findReporter(name);
  if (kind === undefined || (rest.length > 0 && file === '')) {
    throw new UsageError(`--reporter takes ${TAKES.reporter}, got "${text}"`);
  }
  if (kind === 'terminal' && file !== '') {
    throw new UsageError(`--reporter terminal takes no file, got "${file}"`);
  }
  if (kind !== 'badge' && file.includes(PROFILE)) {
    throw new UsageError(
      `--reporter ${kind} writes one file; ${PROFILE} is for badge, got "${file}"`,
    );
  }
  return file === '' ? { kind } : { kind, file };
}

function readLevel(text: string): Threshold {
  if (text === 'must' || text === 'should' || text === 'may') return text;
  throw new UsageError(`--level takes ${TAKES.level}, got "${text}"`);
}

function readNumber(name: Name, text: string, [low, high]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`--${name} takes ${TAKES[name]}, got "${text}"`);
}
