import { HttpError } from '@tsgi/middleware/http-error';
import type { Environ } from '@tsgi/types';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const MAX_FIELDS = 20;

/** The fields of a form or a query string, each name once. */
export type FormFields = ReadonlyMap<string, string>;

/** Reads the form of a POST: 415 for another content type, 400 for one that cannot be decoded. */
export function readForm(environ: Environ): FormFields {
  checkContentType(environ.CONTENT_TYPE ?? '');
  return parseFields(decodeUtf8(environ['tsgi.input'].read()), 'form');
}

/** The fields of QUERY_STRING; 400 where it cannot be decoded. */
export function readQuery(environ: Environ): FormFields {
  return parseFields(environ.QUERY_STRING, 'query string');
}

/**
 * WHATWG URL section 5.1, application/x-www-form-urlencoded, but strict: a broken escape, bytes
 * that are not UTF-8 and a field given twice are refused, where a browser would guess.
 */
export function parseFields(text: string, source: string): FormFields {
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > MAX_FIELDS) {
    throw badRequest(`The ${source} has ${pairs.length} fields; ${MAX_FIELDS} are accepted.`);
  }
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decodeComponent(equals === -1 ? pair : pair.slice(0, equals), source);
    const value = equals === -1 ? '' : decodeComponent(pair.slice(equals + 1), source);
    if (fields.has(name)) throw badRequest(`The ${source} gives the field “${name}” twice.`);
    fields.set(name, value);
  }
  return fields;
}

function checkContentType(contentType: string): void {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (type.trim() === FORM_TYPE && isUtf8) return;
  throw new HttpError('415 Unsupported Media Type', {
    detail: `Send the form as ${FORM_TYPE} in UTF-8; this was “${contentType}”.`,
    headers: [['accept-post', FORM_TYPE]],
  });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badRequest('The form is not valid UTF-8.');
  }
}

function decodeComponent(text: string, source: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badRequest(`The ${source} has a percent escape that is broken or not UTF-8.`);
  }
}

function badRequest(detail: string): HttpError {
  return new HttpError('400 Bad Request', { detail });
}
