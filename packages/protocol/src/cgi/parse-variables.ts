import { declaredLength, findExcess, findValues } from '../variables/variable-list.ts';
import { CgiError } from './errors.ts';
import { PROTOCOL, TEXT, TOKEN, trimSpace } from './grammar.ts';
import { CGI_LIMITS, type CgiLimits } from './limits.ts';
import { connectionOptions, fieldOf, joinValues } from './meta-variables.ts';

/** What the variables of a request say. */
export interface CgiRequestHead {
  /** REQUEST_METHOD, a token; its case is kept. */
  readonly method: string;
  /** SERVER_PROTOCOL. */
  readonly protocol: string;
  /** REQUEST_URI, which is not of the RFC; undefined where the server sends none. */
  readonly target: string | undefined;
  /** Decoded; empty, or begins with `/`. */
  readonly scriptName: string;
  /** Likewise. */
  readonly pathInfo: string;
  /** QUERY_STRING as received; empty where the server sends none. */
  readonly query: string;
  /** From HTTPS and REQUEST_SCHEME, which are not of the RFC. */
  readonly scheme: 'http' | 'https';
  /** name, value, …, names in lower case, each once; Content-Length from CONTENT_LENGTH. */
  readonly headers: readonly string[];
  /** In octets; undefined where the server declares none. */
  readonly contentLength: number | undefined;
  /** SERVER_NAME; undefined where it is absent or empty. */
  readonly serverName: string | undefined;
  /** SERVER_PORT as received; undefined where it is absent or empty. */
  readonly serverPort: string | undefined;
  /** REMOTE_ADDR; undefined where it is absent or empty. */
  readonly remoteAddress: string | undefined;
  /** REMOTE_PORT, which is not of the RFC; undefined where it is absent or empty. */
  readonly remotePort: string | undefined;
  /** All variables but those of fields, by name; the last one of several. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Parses the variables of a request, given as name, value, name, value, …, one code unit for each
 * octet. A field that is there several times is one value, and one that HTTP_CONNECTION names goes no
 * further; of another variable the last one counts, but CONTENT_LENGTH has to be the same each time.
 * Throws a CgiError.
 */
export function parseVariables(
  list: readonly string[],
  limits: Partial<CgiLimits> = {},
): CgiRequestHead {
  const excess = findExcess(list, { ...CGI_LIMITS, ...limits });
  if (excess !== undefined) {
    throw new CgiError('ERR_CGI_VARIABLES_TOO_LARGE', excess);
  }
  const contentLength = declaredLength(list);
  if (Number.isNaN(contentLength)) {
    throw refuse('CONTENT_LENGTH', findValues(list, 'CONTENT_LENGTH').join(', '));
  }
  const { fields, variables } = divide(list);
  if (contentLength !== undefined) {
    fields.set('content-length', String(contentLength));
  }
  return {
    method: matched(variables, 'REQUEST_METHOD', TOKEN),
    protocol: matched(variables, 'SERVER_PROTOCOL', PROTOCOL),
    target: given(variables, 'REQUEST_URI'),
    scriptName: path(variables, 'SCRIPT_NAME'),
    pathInfo: path(variables, 'PATH_INFO'),
    query: variables.get('QUERY_STRING') ?? '',
    scheme: scheme(variables),
    headers: [...fields].flat(),
    contentLength,
    serverName: given(variables, 'SERVER_NAME'),
    serverPort: given(variables, 'SERVER_PORT'),
    remoteAddress: given(variables, 'REMOTE_ADDR'),
    remotePort: given(variables, 'REMOTE_PORT'),
    variables,
  };
}

function refuse(name: string, value: string): CgiError {
  return new CgiError('ERR_CGI_VARIABLE', `${name}=${value}`);
}

interface Divided {
  readonly fields: Map<string, string>;
  readonly variables: Map<string, string>;
}

function divide(list: readonly string[]): Divided {
  const fields = new Map<string, string>();
  const variables = new Map<string, string>();
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string;
    const value = list[at + 1] ?? '';
    const field = fieldOf(name);
    if (field !== undefined) {
      addField(fields, { name: field, value: trimSpace(value), variable: name });
    } else if (!name.startsWith('HTTP_')) {
      variables.set(name, value);
    }
  }
  for (const option of connectionOptions(findValues(list, 'HTTP_CONNECTION'))) {
    fields.delete(option);
  }
  return { fields, variables };
}

function addField(
  fields: Map<string, string>,
  { name, value, variable }: { name: string; value: string; variable: string },
): void {
  if (!TEXT.test(value)) {
    throw refuse(variable, value);
  }
  const earlier = fields.get(name);
  if (name === 'content-type') {
    // servers send an empty one where the request has none
    if (value === '') {
      fields.delete(name);
    } else {
      fields.set(name, value);
    }
    return;
  }
  fields.set(name, earlier === undefined ? value : joinValues(name, earlier, value));
}

// An empty value is as good as none: RFC 3875 section 4.1
function given(variables: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = variables.get(name);
  return value === '' ? undefined : value;
}

function matched(variables: ReadonlyMap<string, string>, name: string, form: RegExp): string {
  const value = variables.get(name) ?? '';
  if (!form.test(value)) {
    throw refuse(name, value);
  }
  return value;
}

function path(variables: ReadonlyMap<string, string>, name: string): string {
  const value = variables.get(name) ?? '';
  if ((value !== '' && !value.startsWith('/')) || value.includes('\0')) {
    throw refuse(name, value);
  }
  return value;
}

function scheme(variables: ReadonlyMap<string, string>): 'http' | 'https' {
  const https = (variables.get('HTTPS') ?? '').toLowerCase();
  const named = (variables.get('REQUEST_SCHEME') ?? '').toLowerCase();
  return https === 'on' || https === '1' || named === 'https' ? 'https' : 'http';
}
