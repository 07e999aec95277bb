/** Rule 1: every flag of every command stands in this table, with what it takes. */
import type { Threshold } from '../engine/run-check.ts';
import { UsageError } from './command-error.ts';

/** Where a report goes. */
export interface ReporterChoice {
  readonly kind: 'terminal' | 'json';
  /** Standard output where absent. */
  readonly file?: string;
}

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
  readonly budget: number;
  readonly trace: boolean;
  readonly mutants: readonly string[];
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
  | 'budget'
  | 'trace'
  | 'mutant';

const TAKES: Readonly<Record<Name, string>> = {
  reporter: 'terminal or json[=FILE]',
  run: 'a glob over check ids',
  skip: 'a glob over check ids',
  profile: 'profiles, separated by commas',
  level: 'must, should or may',
  seed: 'a whole number from 0 to 4294967295',
  shuffle: '',
  repeat: 'a whole number from 1 to 1000',
  budget: 'milliseconds, a whole number from 1 to 3600000',
  trace: '',
  mutant: 'the id of a mutant',
};

/** The default budget of one check, in milliseconds. */
export const DEFAULT_BUDGET = 5000;

/** The profiles that checks belong to. */
const KNOWN_PROFILES: readonly string[] = ['core', 'http1', 'hardening', 'async'];

/** Reads the arguments after the name of the command; throws a UsageError. */
export function parseFlags(args: readonly string[], allowed: readonly Name[]): Flags {
  const positional: string[] = [];
  const given = new Map<Name, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
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
  const name = allowed.find((candidate) => `--${candidate}` === flag);
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
    reporters: (given.get('reporter') ?? ['terminal']).map(readReporter),
    run: all('run'),
    skip: all('skip'),
    profiles,
    level: readLevel(last('level') ?? 'must'),
    seed: readNumber('seed', last('seed') ?? '1', [0, 0xffff_ffff]),
    shuffle: given.has('shuffle'),
    repeat: readNumber('repeat', last('repeat') ?? '1', [1, 1000]),
    budget: readNumber('budget', last('budget') ?? String(DEFAULT_BUDGET), [1, 3_600_000]),
    trace: given.has('trace'),
    mutants: all('mutant'),
  };
}

function splitList(text: string): readonly string[] {
  return text.split(',').filter((item) => item !== '');
}

function readReporter(text: string): ReporterChoice {
  const [kind = '', ...rest] = text.split('=');
  const file = rest.join('=');
  if ((kind !== 'terminal' && kind !== 'json') || (rest.length > 0 && file === '')) {
    throw new UsageError(`--reporter takes ${TAKES.reporter}, got "${text}"`);
  }
  if (kind === 'terminal' && file !== '') {
    throw new UsageError(`--reporter terminal takes no file, got "${file}"`);
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
