import type { Body, HeaderList, StartResponse } from '@tsgi/types';
import { GATEWAY_ERRORS, type GatewayError } from './errors.ts';

const encoder = new TextEncoder();

/** The answer of the gateway itself: the status and a sentence, which names no address. */
export function answerError(
  error: GatewayError,
  startResponse: StartResponse,
  headers: HeaderList = [],
): Body {
  const { status, text } = GATEWAY_ERRORS[error.code];
  const octets = encoder.encode(`${status}\n${text}\n`);
  const fields: HeaderList = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(octets.byteLength)],
    ...headers,
  ];
  // an error as the third argument replaces what a faulty head of an upstream has set or failed
  startResponse(status, fields, error);
  return [octets];
}

/** Sends a client to the path of a folder with its slash. */
export function redirectToFolder(
  { SCRIPT_NAME: script, PATH_INFO: path, QUERY_STRING: query }: FolderRequest,
  startResponse: StartResponse,
): Body {
  const location = `${script}${path}/${query === '' ? '' : `?${query}`}`;
  startResponse('308 Permanent Redirect', [
    ['Location', location],
    ['Content-Length', '0'],
  ]);
  return [];
}

interface FolderRequest {
  readonly SCRIPT_NAME: string;
  readonly PATH_INFO: string;
  readonly QUERY_STRING: string;
}
