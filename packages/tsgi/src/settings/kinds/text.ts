import type { Kind } from './kind.ts';

type TextKind = 'text' | 'file' | 'directory' | 'glob';

function textKind<Name extends TextKind>(takes: string, value: string): Kind<Name> {
  return {
    takes,
    value,
    parse: (text) => (text === '' || text.includes('\0') ? undefined : text),
    print: (text) => text,
    schema: { type: 'string', minLength: 1 },
  };
}

/** Any text but the empty one. */
export const TEXT: Kind<'text'> = textKind('a text', 'TEXT');

/** The name of a file; relative ones start at the working directory. */
export const FILE: Kind<'file'> = textKind('the name of a file', 'FILE');

/** The name of a directory; relative ones start at the working directory. */
export const DIRECTORY: Kind<'directory'> = textKind('the name of a directory', 'DIR');

/** A pattern for file names, such as `src/**` followed by `/*.ts`. */
export const GLOB: Kind<'glob'> = textKind('a glob such as "src/**/*.ts"', 'GLOB');
