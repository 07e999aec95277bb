import { HOP_BY_HOP } from '@tsgi/core';
import type { Environ } from '@tsgi/types';
import type { ForwardSettings } from './settings.ts';

/** Fields of a request by their names in lower case, in the order of the environ. */
export type RequestFields = Map<string, string>;

// What is for this gateway, what frames, and what programs take for a setting of theirs
const NOT_PASSED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'content-length',
  'content-type',
  'expect',
  'proxy',
  'proxy-authorization',
]);

const CLAIMS = /^(?:forwarded|x-forwarded(?:-.*)?|x-real-ip)$/;

/** The end-to-end fields that the environ holds, without those of Connection, and with the settings'. */
export function fieldsOf(environ: Environ, settings: ForwardSettings): RequestFields {
  const dropped = connectionOptions(environ['HTTP_CONNECTION']);
  const fields: RequestFields = new Map();
  for (const [key, value] of Object.entries(environ)) {
    if (!key.startsWith('HTTP_') || typeof value !== 'string') {
      continue;
    }
    const name = key.slice('HTTP_'.length).toLowerCase().replaceAll('_', '-');
    const claims = !settings.trustForwarded && CLAIMS.test(name);
    if (!NOT_PASSED.has(name) && !dropped.has(name) && !claims) {
      fields.set(name, value);
    }
  }
  if (environ.CONTENT_TYPE !== undefined) {
    fields.set('content-type', environ.CONTENT_TYPE);
  }
  return fields;
}

/** Puts the fields of the settings in the place of what is there. */
export function replaceFields(fields: RequestFields, { fields: given }: ForwardSettings): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) {
      fields.delete(name.toLowerCase());
    } else {
      fields.set(name.toLowerCase(), value);
    }
  }
}

/** The names that a Connection field lists: RFC 9110 section 7.6.1. */
export function connectionOptions(value: string | undefined): ReadonlySet<string> {
  const options = (value ?? '').split(',').map((option) => option.trim().toLowerCase());
  // it is the target, and without it a request is none
  return new Set(options.filter((option) => option !== '' && option !== 'host'));
}

/** name, value, name, value, … with names as they are usually written. */
export function flatten(fields: RequestFields): string[] {
  return [...fields].flatMap(([name, value]) => [
    name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase()),
    value,
  ]);
}
