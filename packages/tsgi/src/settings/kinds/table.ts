import type { FlagRow, KindName } from '../row.ts';
import { ADDRESS } from './address.ts';
import { BOOLEAN } from './boolean.ts';
import { choiceKind } from './choice.ts';
import { COUNT, WORKERS } from './count.ts';
import { DURATION_KIND } from './duration.ts';
import type { Kind } from './kind.ts';
import { NETWORK } from './network.ts';
import { MOUNT, PATH_KIND } from './path.ts';
import { SIZE_KIND } from './size.ts';
import { DIRECTORY, FILE, GLOB, TEXT } from './text.ts';

/** Every kind but `choice`, which each row makes its own of. */
const KINDS: { readonly [Name in Exclude<KindName, 'choice'>]: Kind<Name> } = {
  text: TEXT,
  file: FILE,
  directory: DIRECTORY,
  boolean: BOOLEAN,
  count: COUNT,
  workers: WORKERS,
  duration: DURATION_KIND,
  size: SIZE_KIND,
  address: ADDRESS,
  network: NETWORK,
  path: PATH_KIND,
  mount: MOUNT,
  glob: GLOB,
};

/** The kind of the values of a row. */
export function kindOf({ kind, choices = [] }: Pick<FlagRow, 'kind' | 'choices'>): Kind {
  return (kind === 'choice' ? choiceKind(choices) : KINDS[kind]) as Kind;
}
