// Rule 1: what each entry of environ must hold is one row of this table.

import { describeValue, quote } from './describe-value.ts';
import {
  isByteString,
  isHopByHop,
  isProtocol,
  isToken,
  isVisibleAscii,
  parseLength,
} from './grammar.ts';
import { hasMethods } from './has-methods.ts';
import { type Observation, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';

interface Row {
  /** The rule that an absent entry breaks; undefined where the entry is optional. */
  readonly required?: RuleId;
  /** The rule that a value of another kind breaks, where one kind is all that is asked for. */
  readonly kind?: readonly [rule: RuleId, holds: (value: unknown) => boolean];
}

const onStrings =
  (holds: (text: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && holds(value);
const isDigits = (text: string): boolean => /^[0-9]+$/.test(text);
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
// Version 1.n promises all that version 1.0 does, so a later minor version is no fault here.
const isVersion = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value[0] === 1 && Number.isSafeInteger(value[1]);
// INP-LENGTH: decimal digits without leading zeros.
const isLength = (text: string): boolean => String(parseLength(text)) === text;
// A joined value may end with its separator; no field value begins or ends with other space.
const isJoinedValue = (text: string): boolean =>
  isByteString(text) && !/[\r\n]|^[\t ]|\t$|(?<![,;]) $/.test(text);

const text = (rule: RuleId, holds: (text: string) => boolean): Row => {
  return { required: 'ENV-REQUIRED', kind: [rule, onStrings(holds)] };
};
const optionalText = (rule: RuleId, holds: (text: string) => boolean): Row => {
  return { kind: [rule, onStrings(holds)] };
};
const flag: Row = { required: 'ENV-FLAGS', kind: ['ENV-FLAGS', isBoolean] };
// Their own documents say what they hold.
const extension: Row = {};
// What the two say together is judged in one place.
const pathPart: Row = { required: 'ENV-REQUIRED' };

const ROWS: Readonly<Record<string, Row>> = {
  REQUEST_METHOD: text('ENV-METHOD', isToken),
  SCRIPT_NAME: pathPart,
  PATH_INFO: pathPart,
  QUERY_STRING: {
    required: 'ENV-QS-PRESENT',
    kind: ['ENV-QS-RAW', onStrings((query) => isVisibleAscii(query) && !query.includes('#'))],
  },
  REQUEST_URI: text('ENV-URI', (target) => /^[\x21-\x7e\x80-\xff]+$/.test(target)),
  SERVER_NAME: text('ENV-NAME', (name) => name !== ''),
  SERVER_PORT: text('ENV-PORT', isDigits),
  SERVER_PROTOCOL: text('ENV-PROTOCOL', isProtocol),
  CONTENT_TYPE: optionalText('ENV-HDR-BYTES', isJoinedValue),
  CONTENT_LENGTH: optionalText('INP-LENGTH', isLength),
  REMOTE_ADDR: optionalText('ENV-REMOTE', (address) => address !== ''),
  REMOTE_PORT: optionalText('ENV-REMOTE', isDigits),
  REMOTE_USER: optionalText('ENV-USER', isByteString),
  AUTH_TYPE: optionalText('ENV-USER', isToken),
  'tsgi.version': { required: 'ENV-REQUIRED', kind: ['ENV-VERSION', isVersion] },
  'tsgi.url_scheme': text('ENV-SCHEME', (scheme) => scheme === 'http' || scheme === 'https'),
  'tsgi.input': {
    required: 'INP-PRESENT',
    kind: ['INP-PRESENT', (value) => hasMethods(value, 'read', Symbol.iterator)],
  },
  'tsgi.input_buffered': { required: 'ENV-REQUIRED', kind: ['ENV-REQUIRED', isBoolean] },
  'tsgi.errors': {
    required: 'ENV-REQUIRED',
    kind: ['ENV-REQUIRED', (value) => hasMethods(value, 'write', 'flush')],
  },
  'tsgi.multithread': flag,
  'tsgi.multiprocess': flag,
  'tsgi.run_once': flag,
  'tsgi.interleaved': flag,
  'tsgi.async': flag,
  'tsgi.on_finish': {
    required: 'ENV-REQUIRED',
    kind: ['ENV-REQUIRED', (value) => typeof value === 'function'],
  },
  'tsgi.async_input': {
    kind: ['ASYNC-INPUT-PRESENT', (value) => hasMethods(value, Symbol.asyncIterator)],
  },
  'tsgi.file_wrapper': extension,
  'tsgi.signal': extension,
  'tsgi.early_hints': extension,
  'tsgi.trailers': extension,
  'tsgi.flush_headers': extension,
  'tsgi.raw_headers': extension,
  'tsgi.tls': extension,
  'tsgi.state': extension,
};

/** What is wrong with the entries of environ: those that are missing, then each one present. */
export function observeEntries(environ: object): readonly Observation[] {
  const missing = Object.entries(ROWS).flatMap(([key, { required }]) =>
    required === undefined || Object.hasOwn(environ, key) ? [] : [outer(required, `no ${key}`)],
  );
  const present = Object.entries(environ).map(([key, value]) => observeEntry(key, value));
  return [...missing, ...present.filter((observation) => observation !== undefined)];
}

function observeEntry(key: string, value: unknown): Observation | undefined {
  const row = Object.hasOwn(ROWS, key) ? ROWS[key] : undefined;
  const got = `${quote(key).slice(1, -1)}: ${describeValue(value)}`;
  if (key.startsWith('HTTP_')) {
    return observeField(key, value, got);
  }
  if (row === undefined) {
    return observeUnknown(key, value, got);
  }
  if (value === undefined || value === null) {
    return outer(row.required ?? 'ENV-OPTIONAL', got);
  }
  if (!key.includes('.') && typeof value !== 'string') {
    return outer('ENV-STRING', got);
  }
  const [rule, holds] = row.kind ?? [];
  return rule === undefined || holds?.(value) === true ? undefined : outer(rule, got);
}

function observeUnknown(key: string, value: unknown, got: string): Observation | undefined {
  if (key.startsWith('tsgi.')) {
    return outer('ENV-PREFIX', got);
  }
  if (key.includes('.') || typeof value === 'string') {
    return undefined;
  }
  return outer(value === undefined || value === null ? 'ENV-OPTIONAL' : 'ENV-STRING', got);
}

function observeField(key: string, value: unknown, got: string): Observation | undefined {
  if (!/^HTTP_[A-Z0-9_]+$/.test(key)) {
    return outer('ENV-HDR-UNDERSCORE', got);
  }
  if (key === 'HTTP_CONTENT_TYPE' || key === 'HTTP_CONTENT_LENGTH') {
    return outer('ENV-ENTITY', got);
  }
  if (key === 'HTTP_PROXY') {
    return outer('ENV-HDR-PROXY', got);
  }
  if (isHopByHop(key.slice('HTTP_'.length).replaceAll('_', '-'))) {
    return outer('ENV-HDR-HOP', got);
  }
  if (typeof value !== 'string') {
    return outer(value === undefined || value === null ? 'ENV-OPTIONAL' : 'ENV-STRING', got);
  }
  return isJoinedValue(value) ? undefined : outer('ENV-HDR-BYTES', got);
}

/** Whether the specification, its extensions or a request header field give a key its meaning. */
export function isSpecified(key: string): boolean {
  return key.startsWith('HTTP_') || Object.hasOwn(ROWS, key);
}
