import type { Kind } from './kind.ts';

const PATH = /^\/[^\s?#\0]*$/;

/** The path of a URL, not percent-decoded. */
export const PATH_KIND: Kind<'path'> = {
  takes: 'a path that begins with /, without query',
  value: '/PATH',
  parse: (text) => (PATH.test(text) ? text : undefined),
  print: (path) => path,
  schema: { type: 'string', pattern: '^/[^\\s?#]*$' },
};

/** Where an application is mounted: nothing, or a canonical path that does not end in `/`. */
export const MOUNT: Kind<'mount'> = {
  takes: 'nothing, or a path that begins with / and does not end with it',
  value: '/PATH',
  parse: (text) => (text === '' || isMount(text) ? text : undefined),
  print: (mount) => mount,
  schema: { type: 'string', pattern: '^(?:/[^\\s?#]*[^\\s?#/])?$' },
};

function isMount(text: string): boolean {
  const segments = text.split('/').slice(1);
  return PATH.test(text) && segments.every((segment) => !['', '.', '..'].includes(segment));
}
