import { flagOf } from './names.ts';

/** Where a value came from. */
export type Origin =
  | { readonly source: 'default' }
  | { readonly source: 'file'; readonly file: string; readonly key: string }
  | { readonly source: 'environment'; readonly variable: string }
  | { readonly source: 'flag'; readonly flag: string }
  /** The first word after the command, as in `tsgi serve app.js`. */
  | { readonly source: 'argument' };

/** What messages call a setting, by where it was given: `--bind`, `TSGI_BIND`, `bind in FILE`. */
export function labelOf(name: string, origin: Origin): string {
  switch (origin.source) {
    case 'file':
      return `${origin.key} in ${origin.file}`;
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
    default:
      return `--${flagOf(name)}`;
  }
}
