import type { AsyncApplication, Environ } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { type AddressFilter, compileNetworks, parseAddress } from './ip-network.ts';
import { ownAnswer } from './own-answer.ts';
import { readForwarded } from './proxy-fix/forwarded.ts';
import { MalformedForward } from './proxy-fix/hops.ts';
import { parsePrefix } from './proxy-fix/prefix.ts';
import { type Forward, readXForwarded } from './proxy-fix/x-forwarded.ts';

/** A field that a proxy may have set, in lower case. */
export type ForwardedField =
  | 'forwarded'
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'x-forwarded-host'
  | 'x-forwarded-port'
  | 'x-forwarded-prefix';

/** What `proxyFix` takes. */
export interface ProxyFixOptions {
  /** The proxies: IP addresses, networks such as `10.0.0.0/8`, or `*` for every peer. */
  readonly trusted: readonly string[];
  /**
   * The fields to believe. List none that the proxy passes on as the client sent it. Default:
   * `forwarded`, `x-forwarded-for`, `x-forwarded-proto`.
   */
  readonly fields?: readonly ForwardedField[] | undefined;
  /** What becomes of a request with a malformed field: 400 (default), or the field is not believed. */
  readonly malformed?: 'refuse' | 'ignore' | undefined;
}

const KNOWN: readonly ForwardedField[] = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
];
const DEFAULT_FIELDS = KNOWN.slice(0, 3);

/**
 * Puts what trusted proxies report into REMOTE_ADDR, REMOTE_PORT, `tsgi.url_scheme`, HTTP_HOST and,
 * where it is asked for, SCRIPT_NAME. The client is the last hop that is no trusted proxy. Throws a
 * TypeError or RangeError for a wrong option.
 */
export function proxyFix(options: ProxyFixOptions): EitherMiddleware {
  const { trusted, malformed = 'refuse' } = options;
  if (!Array.isArray(trusted)) {
    throw new TypeError(`proxyFix: trusted is an array of networks; got ${String(trusted)}`);
  }
  const trusts = compileTrusted(trusted);
  const fields = checkFields(options.fields ?? DEFAULT_FIELDS);
  if (malformed !== 'refuse' && malformed !== 'ignore') {
    throw new TypeError(`proxyFix: malformed is refuse or ignore; got ${String(malformed)}`);
  }
  const everyone = trusted.includes('*');
  return either(
    (application): AsyncApplication =>
      (environ, startResponse) => {
        if (isTrusted(environ.REMOTE_ADDR, { trusts, everyone })) {
          try {
            applyForward(environ, readFields(environ, fields, trusts));
          } catch (error) {
            if (!(error instanceof MalformedForward)) {
              throw error;
            }
            if (malformed === 'refuse') {
              return ownAnswer(startResponse, '400 Bad Request');
            }
          }
        }
        return application(environ, startResponse);
      },
  );
}

function compileTrusted(trusted: readonly string[]): AddressFilter {
  try {
    return compileNetworks(trusted);
  } catch (error) {
    throw new RangeError(`proxyFix: trusted holds ${(error as Error).message}`, { cause: error });
  }
}

function checkFields(fields: readonly ForwardedField[]): ReadonlySet<ForwardedField> {
  for (const field of fields) {
    if (!KNOWN.includes(field)) {
      throw new TypeError(
        `proxyFix: fields holds some of ${KNOWN.join(', ')}; got ${JSON.stringify(field)}`,
      );
    }
  }
  return new Set(fields);
}

// A peer on a Unix socket has no address; that everyone is trusted includes it.
function isTrusted(
  peer: string | undefined,
  { trusts, everyone }: { trusts: AddressFilter; everyone: boolean },
): boolean {
  const address = peer === undefined ? undefined : parseAddress(peer);
  return everyone || (address !== undefined && trusts(address));
}

interface Report extends Forward {
  readonly prefix: string | undefined;
}

function readFields(
  environ: Environ,
  fields: ReadonlySet<ForwardedField>,
  trusts: AddressFilter,
): Report {
  const value = (field: ForwardedField): string | undefined =>
    fields.has(field) ? environ[`HTTP_${field.toUpperCase().replaceAll('-', '_')}`] : undefined;
  const x = {
    for: value('x-forwarded-for'),
    proto: value('x-forwarded-proto'),
    host: value('x-forwarded-host'),
    port: value('x-forwarded-port'),
  };
  const forwarded = value('forwarded');
  const anyX = Object.values(x).some((field) => field !== undefined);
  const reports = [
    ...(forwarded === undefined ? [] : [readForwarded(forwarded, trusts)]),
    ...(anyX ? [readXForwarded(x, trusts)] : []),
  ];
  const [report = NOTHING, other = report] = reports.map(checkReport);
  checkAgreement(report, other);
  const both = { ...other, ...definedOf(report) };
  return { ...both, prefix: readPrefix(value('x-forwarded-prefix')) };
}

const NOTHING: Forward = { client: undefined, scheme: undefined, host: undefined };

// A proxy writes one kind and passes on what a client wrote of the other: where the two differ, one
// of them is a forgery, and there is no telling which.
function checkAgreement(report: Forward, other: Forward): void {
  const same =
    report.client?.address === other.client?.address &&
    (report.scheme ?? other.scheme) === (other.scheme ?? report.scheme);
  if (!same) {
    throw new MalformedForward('Forwarded beside X-Forwarded-*', JSON.stringify([report, other]));
  }
}

function definedOf(report: Forward): Partial<Forward> {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
}

// RFC 9110 section 7.2: uri-host [ ":" port ]
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?)(?::[0-9]{1,5})?$/;

function checkReport(report: Forward): Forward {
  const { scheme, host } = report;
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new MalformedForward('the forwarded scheme', scheme);
  }
  if (host !== undefined && !HOST.test(host)) {
    throw new MalformedForward('the forwarded host', host);
  }
  return report;
}

function readPrefix(text: string | undefined): string | undefined {
  const prefix = text === undefined ? undefined : parsePrefix(text);
  if (text !== undefined && prefix === undefined) {
    throw new MalformedForward('X-Forwarded-Prefix', text);
  }
  return prefix;
}

function applyForward(environ: Environ, { client, scheme, host, prefix }: Report): void {
  if (client !== undefined) {
    // an address that the proxy hides is not known, and that of the proxy is not the client's
    setOrRemove(environ, 'REMOTE_ADDR', client.address);
    setOrRemove(environ, 'REMOTE_PORT', client.port);
  }
  if (scheme !== undefined) {
    environ['tsgi.url_scheme'] = scheme as 'http' | 'https';
  }
  if (host !== undefined) {
    environ['HTTP_HOST'] = host;
    // RAW-WITHHOLD: the list would still hold the other one
    delete environ['tsgi.raw_headers'];
  }
  if (prefix !== undefined && environ.PATH_INFO !== '*') {
    environ.SCRIPT_NAME = prefix + environ.SCRIPT_NAME;
  }
}

function setOrRemove(
  environ: Environ,
  key: 'REMOTE_ADDR' | 'REMOTE_PORT',
  value: string | undefined,
): void {
  if (value === undefined) {
    delete environ[key];
  } else {
    environ[key] = value;
  }
}
