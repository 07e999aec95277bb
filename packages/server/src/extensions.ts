import { type GatewayExtensions, PORTABLE_SIGNALS, type SignalSource, TsgiError } from '@tsgi/core';
import type { Profile } from '@tsgi/types';
import type { FrontProtocol } from './front/front-request.ts';
import { readFileRegion, wrapFile } from './file-wrapper.ts';

/** Which optional entries environ has, where protocol and transport can do what they stand for. */
export interface ExtensionOptions {
  /** `tsgi.file_wrapper`, and the regions of bodies with a `tsgi.file`. Default true. */
  readonly fileWrapper?: boolean | undefined;
  /**
   * `tsgi.signal`: `native` is an AbortSignal, the default of the async profile, which cannot do
   * without a signal; `portable`, the default of the sync profile, has its methods only, at a
   * twentieth of the cost.
   */
  readonly signal?: 'native' | 'portable' | false | undefined;
  /** `tsgi.flush_headers`. Default true. */
  readonly flushHeaders?: boolean | undefined;
  /** `tsgi.early_hints`. Default true; false where a proxy in front takes 103 for a response. */
  readonly earlyHints?: boolean | undefined;
  /** `tsgi.trailers`. Default true. */
  readonly trailers?: boolean | undefined;
  /** `tsgi.raw_headers`. Default true. */
  readonly rawHeaders?: boolean | undefined;
}

const NATIVE_SIGNALS: SignalSource<AbortController> = {
  create: () => new AbortController(),
  signal: (controller) => controller.signal,
  abort: (controller, reason) => controller.abort(reason),
};

const NAMES: ReadonlySet<string> = new Set([
  'fileWrapper',
  'signal',
  'flushHeaders',
  'earlyHints',
  'trailers',
  'rawHeaders',
]);

/** Checks the option. Throws `ERR_TSGI_OPTION`. */
export function checkExtensions(extensions: ExtensionOptions, profile: Profile): void {
  if (typeof extensions !== 'object' || extensions === null) {
    throw new TsgiError('ERR_TSGI_OPTION', `extensions: ${String(extensions)}`);
  }
  for (const [name, value] of Object.entries(extensions)) {
    const choices: readonly unknown[] = name === 'signal' ? signalChoices(profile) : [true, false];
    if (!NAMES.has(name) || (value !== undefined && !choices.includes(value))) {
      throw new TsgiError('ERR_TSGI_OPTION', `extensions: ${name}: ${String(value)}`);
    }
  }
}

function signalChoices(profile: Profile): readonly unknown[] {
  return profile === 'async' ? ['native', 'portable'] : ['native', 'portable', false];
}

/** What of the settings of a server decides what it offers. */
export interface ExtensionFacts {
  readonly extensions: ExtensionOptions;
  readonly profile: Profile;
  readonly protocol: FrontProtocol | 'http';
}

/** What the gateway of one server offers its application. */
export function createExtensions(
  { extensions: options, profile, protocol }: ExtensionFacts,
  state: Record<string, unknown>,
): GatewayExtensions {
  const { fileWrapper = true, signal = profile === 'async' ? 'native' : 'portable' } = options;
  return {
    fileWrapper: fileWrapper ? wrapFile : undefined,
    readFile: fileWrapper ? readFileRegion : undefined,
    signals: signal === false ? undefined : SIGNALS[signal],
    state,
    flushHeaders: options.flushHeaders ?? true,
    earlyHints: options.earlyHints ?? true,
    trailers: options.trailers ?? true,
    // RAW-ABSENT: a front does not hand on the field lines
    rawHeaders: protocol === 'http' && (options.rawHeaders ?? true),
  };
}

const SIGNALS: Readonly<Record<'native' | 'portable', SignalSource>> = {
  native: NATIVE_SIGNALS,
  portable: PORTABLE_SIGNALS,
};
