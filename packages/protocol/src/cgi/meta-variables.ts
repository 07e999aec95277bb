import { HOP_BY_HOP } from './grammar.ts';

/** The meta-variables that RFC 3875 section 4.1 defines; HTTP_* come from fields. */
export const META_VARIABLES: readonly string[] = [
  'AUTH_TYPE',
  'CONTENT_LENGTH',
  'CONTENT_TYPE',
  'GATEWAY_INTERFACE',
  'PATH_INFO',
  'PATH_TRANSLATED',
  'QUERY_STRING',
  'REMOTE_ADDR',
  'REMOTE_HOST',
  'REMOTE_IDENT',
  'REMOTE_USER',
  'REQUEST_METHOD',
  'SCRIPT_NAME',
  'SERVER_NAME',
  'SERVER_PORT',
  'SERVER_PROTOCOL',
  'SERVER_SOFTWARE',
];

// What has a variable of its own, what reads as a setting, and what is for the gateway itself
const NOT_MAPPED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'content-length',
  'proxy',
  'proxy-authorization',
]);

/**
 * The variable for a field of a request; undefined where there is none: for names with other
 * characters than letters, digits and `-`, which could pass for one another, for what concerns one
 * connection, and for Proxy, since HTTP_PROXY is a setting. RFC 3875 section 4.1.18.
 */
export function variableOf(fieldName: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(fieldName) || NOT_MAPPED.has(fieldName.toLowerCase())) {
    return undefined;
  }
  const upper = fieldName.toUpperCase().replaceAll('-', '_');
  return upper === 'CONTENT_TYPE' ? upper : `HTTP_${upper}`;
}

/** The field, in lower case, that a variable stands for; undefined where it stands for none. */
export function fieldOf(variable: string): string | undefined {
  if (variable === 'CONTENT_TYPE') {
    return 'content-type';
  }
  if (!/^HTTP_[A-Z0-9_]+$/.test(variable)) {
    return undefined;
  }
  const name = variable.slice('HTTP_'.length).toLowerCase().replaceAll('_', '-');
  // nginx sends HTTP_CONTENT_TYPE beside CONTENT_TYPE
  return NOT_MAPPED.has(name) || name === 'content-type' ? undefined : name;
}

/**
 * The fields, in lower case, that concern one connection only by what values of Connection say: RFC
 * 9110 section 7.6.1. Host, being the target, is not among them.
 */
export function connectionOptions(values: readonly string[]): ReadonlySet<string> {
  const options = values.flatMap((value) => value.split(','));
  const names = new Set(options.map((option) => option.trim().toLowerCase()));
  names.delete('host');
  return names;
}

/** Two values of one field as one: RFC 9110 section 5.3, and RFC 6265 section 5.4 for Cookie. */
export function joinValues(fieldName: string, first: string, second: string): string {
  return `${first}${fieldName === 'cookie' ? '; ' : ', '}${second}`;
}
