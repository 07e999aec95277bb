import { constants } from 'node:os';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AdapterMeta } from '../target/adapter.ts';
import { CommandTarget } from '../target/command-target.ts';
import type { CommandSpec, Readiness, Stopping } from '../target/command-server.ts';
import {
  checkPlaceholders,
  hasPlaceholder,
  splitCommand,
  TemplateError,
} from '../target/command-template.ts';
import { ProtocolTarget } from '../target/protocol-target.ts';
import { TargetHost } from '../target/target-host.ts';
import type { Target } from '../target/target.ts';
import { UrlTarget } from '../target/url-target.ts';
import { UsageError } from './command-error.ts';
import type { Flags, TargetFlags } from './flags.ts';
import { checkModulePath } from './module-path.ts';
import { isDescription, loadDescription } from './target-description.ts';
import type { TargetDescription } from './target-description.ts';

/** What a command line asks to be judged. */
export interface ChosenTarget {
  /** As reports call it. */
  readonly name: string;
  /** The words of a command line that choose it again. */
  readonly words: readonly string[];
  /** The file of expected failures. */
  readonly expect: string | undefined;
  /** Globs over the checks to run, where the command line names none. */
  readonly only?: readonly string[] | undefined;
  /** Milliseconds for each check, where the command line says nothing. */
  readonly budget?: number | undefined;
  /** How many targets there may be at a time; `single` where more than one gain little. */
  readonly jobs: 'one' | 'single' | 'several';
  readonly openTarget: () => Target;
}

const KINDS = ['cmd', 'protocol', 'url'] as const;

/** Finds out what is to be judged; throws a UsageError where that cannot be told. */
export async function chooseTarget({ positional, target }: Flags): Promise<ChosenTarget> {
  const [adapter, extra] = positional;
  if (extra !== undefined) throw new UsageError(`one ADAPTER is taken, got a second: "${extra}"`);
  const given = KINDS.filter((kind) => target[kind] !== undefined);
  const [kind, another] = given;
  if (another !== undefined) throw new UsageError(`--${kind} and --${another} exclude each other`);
  if (kind !== undefined && adapter !== undefined) {
    throw new UsageError(`--${kind} stands in the place of an ADAPTER, got "${adapter}" as well`);
  }
  if (kind !== undefined) return chooseByFlags(target, target[kind] ?? '');
  if (adapter === undefined) {
    throw new UsageError('ADAPTER is missing: name a module, or use --cmd, --protocol or --url');
  }
  return chooseModule(adapter, target);
}

async function chooseModule(
  adapter: string,
  { expect, ...flags }: TargetFlags,
): Promise<ChosenTarget> {
  const [path = ''] = adapter.split('?');
  checkModulePath('ADAPTER', path);
  const unused = (['ready', 'stop'] as const).find((name) => flags[name] !== undefined);
  if (unused !== undefined) throw new UsageError(`--${unused} belongs to --cmd`);
  const words = [adapter, ...writeValidate(flags)];
  if (!isDescription(path)) {
    const url = urlOfAdapter(adapter);
    return { name: adapter, words, expect, jobs: 'single', openTarget: () => new TargetHost(url) };
  }
  const { folder, ...description } = await loadDescription(path);
  const listed = description.expect === undefined ? undefined : resolve(folder, description.expect);
  const openTarget = opener(description, folder, flags.validate);
  const { budget, only } = description;
  const jobs = jobsOf(description);
  return { name: adapter, words, expect: expect ?? listed, budget, only, jobs, openTarget };
}

function chooseByFlags(flags: TargetFlags, text: string): ChosenTarget {
  const { cmd, protocol, url, ready, stop, expect, validate } = flags;
  if (cmd === undefined && (ready ?? stop) !== undefined) {
    throw new UsageError(`--${ready === undefined ? 'stop' : 'ready'} belongs to --cmd`);
  }
  const description = {
    meta: nameTarget(flags),
    ...(cmd === undefined ? {} : { command: cmd }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(url === undefined ? {} : { url }),
    ...(ready === undefined ? {} : { ready }),
    ...(stop === undefined ? {} : { stop }),
  };
  const words = ([...KINDS, 'ready', 'stop'] as const).flatMap((name) =>
    flags[name] === undefined ? [] : [`--${name}`, flags[name]],
  );
  words.push(...writeValidate(flags));
  const jobs = jobsOf(description);
  return { name: text, words, expect, jobs, openTarget: opener(description, '.', validate) };
}

/** What is found by comparing messages with the schema is found again only in that way. */
function writeValidate({ validate }: Pick<TargetFlags, 'validate'>): readonly string[] {
  return validate ? ['--validate'] : [];
}

/** A server that runs already is one; a command can be run as often as one likes. */
function jobsOf({ command, url, permanent }: Partial<TargetDescription>): ChosenTarget['jobs'] {
  if (url !== undefined || permanent === true) return 'one';
  return command === undefined ? 'single' : 'several';
}

/** A command says nothing of its version; its first word that is no interpreter is its name. */
function nameTarget({ cmd, protocol, url }: TargetFlags): AdapterMeta {
  const words = readWords(cmd ?? protocol ?? 'url');
  const name = words.find((word) => !/(?:^|\/)(?:node|bun|deno|npx|run|env)$|^-/.test(word));
  return { name: url ?? basename(name ?? 'command'), version: 'unknown' };
}

function opener(
  { meta, capabilities = {}, unavailable, permanent = false, ...description }: TargetDescription,
  folder: string,
  validate: boolean,
): () => Target {
  const { command, protocol, url = '' } = description;
  if (command !== undefined) {
    const spec = readCommand(description, folder);
    return () => new CommandTarget({ ...spec, meta, capabilities, unavailable, permanent });
  }
  if (protocol !== undefined) {
    const words = readWords(protocol);
    const cwd = resolve(folder);
    return () => new ProtocolTarget({ words, cwd, meta, capabilities, unavailable, validate });
  }
  if (!isOrigin(url)) {
    throw new UsageError(
      `--url takes http://HOST:PORT, without a path and without TLS; got "${url}"`,
    );
  }
  return () => new UrlTarget({ url, meta, capabilities });
}

/** What the raw client can connect to: it reads the same form of the URL that an adapter returns. */
function isOrigin(url: string): boolean {
  if (!/^http:\/\/(?:\[[\da-f:]+\]|[\w.-]+):\d+\/?$/.test(url)) return false;
  return URL.canParse(url);
}

function readCommand(description: Partial<TargetDescription>, folder: string): CommandSpec {
  const { command = '', ready = 'tcp', stop = 'SIGTERM' } = description;
  const words = readWords(command);
  const readiness = readReadiness(ready);
  if (!hasPlaceholder(words, 'app')) {
    throw new UsageError('the command has no {app}: it cannot load the application of the kit');
  }
  if (!hasPlaceholder(words, 'port') && readiness.kind !== 'stdout') {
    throw new UsageError('the command has no {port}, and no --ready stdout:REGEX captures one');
  }
  return { words, cwd: resolve(folder), readiness, stopping: readStopping(stop) };
}

function readWords(command: string | readonly string[]): readonly string[] {
  try {
    const words = typeof command === 'string' ? splitCommand(command) : command;
    if (words.length === 0) throw new UsageError('the command is empty');
    checkPlaceholders(words);
    return words;
  } catch (error) {
    if (error instanceof TemplateError) throw new UsageError(error.message);
    throw error;
  }
}

function readReadiness(text: string): Readiness {
  if (text === 'tcp' || text === 'http') return { kind: text };
  const source = /^stdout:(.+)$/s.exec(text)?.[1];
  if (source === undefined)
    throw new UsageError(`--ready takes tcp, http or stdout:REGEX; got "${text}"`);
  try {
    return { kind: 'stdout', pattern: new RegExp(source) };
  } catch {
    throw new UsageError(`--ready: "${source}" is no regular expression`);
  }
}

function readStopping(text: string): Stopping {
  if (text === 'stdin-eof') return { kind: 'stdin-eof' };
  if (Object.hasOwn(constants.signals, text)) {
    return { kind: 'signal', signal: text as NodeJS.Signals };
  }
  throw new UsageError(`--stop takes the name of a signal, or stdin-eof; got "${text}"`);
}

/** What follows a question mark goes to the adapter, as the query of its module URL. */
function urlOfAdapter(adapter: string): string {
  const [path = '', ...query] = adapter.split('?');
  const { href } = pathToFileURL(resolve(path));
  return query.length === 0 ? href : `${href}?${query.join('?')}`;
}
