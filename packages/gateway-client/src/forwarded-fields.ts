import { isToken } from '@tsgi/core';
import type { Environ } from '@tsgi/types';
import type { ForwardSettings } from './settings.ts';
import type { RequestFields } from './request-fields.ts';

/**
 * Adds what an HTTP upstream is told of the client. Where the fields of the request are trusted,
 * their lists grow by one; the kind that is not written is removed, since it would lack this hop.
 */
export function addForwarded(
  fields: RequestFields,
  environ: Environ,
  { forwarded, prefix }: Pick<ForwardSettings, 'forwarded' | 'prefix'>,
): void {
  if (forwarded === 'none') {
    return;
  }
  if (forwarded === 'forwarded') {
    removeX(fields);
  } else {
    addX(fields, environ);
  }
  if (forwarded === 'x-forwarded') {
    fields.delete('forwarded');
  } else {
    append(fields, 'forwarded', elementOf(environ));
  }
  if (prefix === 'strip' && environ.SCRIPT_NAME !== '') {
    const earlier = fields.get('x-forwarded-prefix')?.replace(/\/$/, '') ?? '';
    fields.set('x-forwarded-prefix', earlier + environ.SCRIPT_NAME);
  }
}

function removeX(fields: RequestFields): void {
  for (const name of fields.keys()) {
    if (name.startsWith('x-forwarded-') && name !== 'x-forwarded-prefix') {
      fields.delete(name);
    }
  }
}

function addX(fields: RequestFields, environ: Environ): void {
  if (environ.REMOTE_ADDR !== undefined && environ.REMOTE_ADDR !== '') {
    append(fields, 'x-forwarded-for', environ.REMOTE_ADDR);
  }
  // a trusted proxy in front has said what the client asked for
  const host = environ['HTTP_HOST'];
  if (host !== undefined && !fields.has('x-forwarded-host')) {
    fields.set('x-forwarded-host', host);
  }
  if (!fields.has('x-forwarded-proto')) {
    fields.set('x-forwarded-proto', environ['tsgi.url_scheme']);
  }
}

function append(fields: RequestFields, name: string, value: string): void {
  const earlier = fields.get(name);
  fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
}

// RFC 7239 section 4: forwarded-element
function elementOf(environ: Environ): string {
  const { REMOTE_ADDR: address = '', HTTP_HOST: host } = environ;
  const node = address === '' ? 'unknown' : address.includes(':') ? `[${address}]` : address;
  const pairs = [`for=${quoted(node)}`];
  if (host !== undefined) {
    pairs.push(`host=${quoted(host)}`);
  }
  return [...pairs, `proto=${environ['tsgi.url_scheme']}`].join(';');
}

function quoted(text: string): string {
  return isToken(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
