import { buildVariables, decodePath } from '@tsgi/protocol/cgi';
import type { Environ } from '@tsgi/types';
import { GatewayError } from './errors.ts';
import type { VariablesRequest } from './fastcgi-conversation.ts';
import { targetOf } from './http-request.ts';
import type { ForwardSettings } from './settings.ts';
import type { PhpScript } from './php-script.ts';
import { fieldsOf, flatten, replaceFields } from './request-fields.ts';

/** What of a request does not stand in its environ. */
export interface VariablesFacts {
  readonly contentLength: number | undefined;
  readonly script: PhpScript | undefined;
}

/** Makes the variables of a request to FastCGI, SCGI and uwsgi. Throws a GatewayError. */
export function variablesRequest(
  environ: Environ,
  settings: ForwardSettings,
  { contentLength, script }: VariablesFacts,
): VariablesRequest {
  const fields = fieldsOf(environ, settings);
  replaceFields(fields, settings);
  const request = {
    method: environ.REQUEST_METHOD,
    target: requestUri(environ, settings),
    protocol: environ.SERVER_PROTOCOL,
    scheme: environ['tsgi.url_scheme'],
    scriptName: decode(environ.SCRIPT_NAME, settings) + (script?.scriptName ?? ''),
    pathInfo: script?.pathInfo ?? decodeInfo(environ.PATH_INFO, settings),
    query: environ.QUERY_STRING,
    headers: flatten(fields),
    contentLength,
    serverName: environ.SERVER_NAME,
    serverPort: environ.SERVER_PORT,
    remoteAddress: environ.REMOTE_ADDR ?? '',
    remotePort: environ.REMOTE_PORT,
  };
  const extra = [
    ...presentOf({ REMOTE_USER: environ.REMOTE_USER, AUTH_TYPE: environ.AUTH_TYPE }),
    ...(script?.variables ?? []),
    ...Object.entries(settings.variables).flat(),
  ];
  const head = environ.REQUEST_METHOD === 'HEAD';
  try {
    return { variables: buildVariables(request, { extra }), head };
  } catch (error) {
    throw new GatewayError('ERR_GATEWAY_REQUEST', String(error), error);
  }
}

function requestUri(environ: Environ, { requestUri: source }: ForwardSettings): string {
  return source === 'received' ? environ.REQUEST_URI : targetOf(environ, { base: '' }, 'keep');
}

// OPTIONS * concerns no path; servers behind this one find it in REQUEST_URI
function decodeInfo(path: string, settings: ForwardSettings): string {
  return path === '*' ? '' : decode(path, settings);
}

/** Decodes a canonical path, one code unit for each octet. Throws `ERR_GATEWAY_PATH`. */
export function decode(
  path: string,
  { encodedSlashes }: Pick<ForwardSettings, 'encodedSlashes'>,
): string {
  try {
    return decodePath(encodedSlashes === 'decode' ? path.replaceAll('%2F', '/') : path);
  } catch (error) {
    throw new GatewayError('ERR_GATEWAY_PATH', path, error);
  }
}

function presentOf(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}
