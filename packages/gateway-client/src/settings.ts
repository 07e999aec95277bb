import { describe, isFieldValue, isToken, TsgiError } from '@tsgi/core';
import type { ForwardOptions, UpstreamOptions } from './options.ts';
import { parseUpstream, type UpstreamAddress } from './upstream-address.ts';

/** An upstream with every default filled in. */
export type UpstreamSettings = {
  readonly [Name in keyof UpstreamOptions]-?: Exclude<UpstreamOptions[Name], undefined>;
} & { readonly address: UpstreamAddress };

/** What there is nothing in the place of where it is not given. */
type OptionalName = 'php' | 'keepAlive' | 'onUpstreamEvent';

/** Options with every default filled in. */
export type ForwardSettings = {
  readonly [Name in Exclude<keyof ForwardOptions, 'upstreams' | OptionalName>]-?: Exclude<
    ForwardOptions[Name],
    undefined
  >;
} & Pick<ForwardOptions, OptionalName> & { readonly upstreams: readonly UpstreamSettings[] };

const KIB = 1024;

const DEFAULTS: Omit<ForwardSettings, 'upstreams'> = {
  prefix: 'strip',
  host: 'pass',
  forwarded: 'x-forwarded',
  trustForwarded: false,
  via: 'tsgi',
  fields: {},
  variables: {},
  requestUri: 'canonical',
  encodedSlashes: 'refuse',
  php: undefined,
  bufferBody: 1024 * KIB,
  fileFields: 'drop',
  connectTimeout: 5000,
  continueTimeout: 1000,
  responseTimeout: 60_000,
  idleTimeout: 60_000,
  keepAlive: undefined,
  keepAliveTimeout: 1500,
  maxHeaderSize: 64 * KIB,
  onUpstreamEvent: undefined,
};

const UPSTREAM_DEFAULTS = {
  weight: 1,
  backup: false,
  maxFails: 1,
  failTimeout: 10_000,
  maxConnections: 0,
} as const;

const KEPT = { http: 16, fastcgi: 0, scgi: 0, uwsgi: 0 } as const;

/** The words that an option takes. */
const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  prefix: ['strip', 'keep'],
  forwarded: ['x-forwarded', 'forwarded', 'both', 'none'],
  trustForwarded: [true, false],
  requestUri: ['canonical', 'received'],
  encodedSlashes: ['refuse', 'decode'],
  fileFields: ['drop', 'pass'],
  backup: [true, false],
};

const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The smallest and the largest value of each number. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  bufferBody: [0, 2 ** 30],
  connectTimeout: [0, LONGEST_TIMEOUT],
  continueTimeout: [0, LONGEST_TIMEOUT],
  responseTimeout: [0, LONGEST_TIMEOUT],
  idleTimeout: [0, LONGEST_TIMEOUT],
  keepAlive: [0, 65_535],
  keepAliveTimeout: [0, LONGEST_TIMEOUT],
  maxHeaderSize: [128, 16 * KIB * KIB],
  weight: [1, 65_535],
  maxFails: [0, Number.MAX_SAFE_INTEGER],
  failTimeout: [0, LONGEST_TIMEOUT],
  maxConnections: [0, Number.MAX_SAFE_INTEGER],
};

/** Fills in the defaults. Throws `ERR_TSGI_OPTION` naming an unknown option or a wrong value. */
export function resolveOptions(options: ForwardOptions): ForwardSettings {
  const merged = merge({ ...DEFAULTS, upstreams: [] as readonly unknown[] }, options);
  const upstreams = merged.upstreams as ForwardOptions['upstreams'];
  if (!Array.isArray(upstreams) || upstreams.length === 0) {
    throw refuse('upstreams', `${JSON.stringify(upstreams)}, which names none`);
  }
  checkFields(merged as ForwardSettings);
  const { keepAlive } = options;
  const settings = {
    ...(merged as ForwardSettings),
    upstreams: upstreams.map((one) => resolveUpstream(one, keepAlive)),
  };
  checkPhp(settings);
  return settings;
}

function resolveUpstream(
  given: string | UpstreamOptions,
  keepAlive: number | undefined,
): UpstreamSettings {
  const options = typeof given === 'string' ? { url: given } : given;
  const url: unknown = options?.url;
  if (typeof url !== 'string') {
    throw refuse('upstreams', describe(given));
  }
  const address = parseUpstream(url);
  const kept = keepAlive === undefined ? KEPT[address.protocol] : keepAlive;
  const defaults = { ...UPSTREAM_DEFAULTS, url, keepAlive: kept };
  return { ...merge(defaults, options), address };
}

function merge<T extends object>(defaults: T, options: object): T {
  const merged = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new TsgiError('ERR_TSGI_OPTION', `unknown option ${name}`);
    }
    if (value !== undefined) {
      checkValue(name, value);
      merged[name] = value;
    }
  }
  return merged as unknown as T;
}

function checkValue(name: string, value: unknown): void {
  const choices = CHOICES[name];
  const [least, most] = RANGES[name] ?? [];
  const wrongWord = choices !== undefined && !choices.includes(value);
  const wrongNumber =
    least !== undefined &&
    !(Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most!);
  const wrongHook = name === 'onUpstreamEvent' && typeof value !== 'function';
  if (wrongWord || wrongNumber || wrongHook) {
    throw refuse(name, String(value));
  }
}

function checkFields(settings: ForwardSettings): void {
  const { fields, variables } = settings;
  const host: unknown = settings.host;
  if (typeof host !== 'string' || host === '' || !isFieldValue(host)) {
    throw refuse('host', describe(host));
  }
  const via: unknown = settings.via;
  if (via !== false && (typeof via !== 'string' || !isToken(via))) {
    throw refuse('via', describe(via));
  }
  for (const [name, value] of Object.entries(fields)) {
    if (!isToken(name) || (value !== undefined && !isFieldValue(value))) {
      throw refuse('fields', `${name}: ${value}`);
    }
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) || !/^[\t\x20-\xff]*$/.test(value)) {
      throw refuse('variables', `${name}=${value}`);
    }
  }
}

function checkPhp({ php, upstreams }: ForwardSettings): void {
  if (php === undefined) {
    return;
  }
  const { root, index = 'index.php', fallback = 'index.php', documentRoot = root } = php;
  for (const [name, path] of Object.entries({ root, documentRoot })) {
    if (typeof path !== 'string' || !path.startsWith('/')) {
      throw refuse(`php.${name}`, `${path}, which is no absolute path`);
    }
  }
  for (const [name, script] of Object.entries({ index, fallback })) {
    if (!/^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\0\\]+\.php$/.test(script)) {
      throw refuse(`php.${name}`, `${script}, which is no path below root that ends in .php`);
    }
  }
  const http = upstreams.find(({ address }) => address.protocol === 'http');
  if (http !== undefined) {
    throw refuse('php', `with ${http.url}, which takes no variables`);
  }
}

function refuse(name: string, got: string): TsgiError {
  return new TsgiError('ERR_TSGI_OPTION', `${name}: ${got}`);
}
