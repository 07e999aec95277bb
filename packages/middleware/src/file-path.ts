import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Which files may be named. */
export interface PathRules {
  /** Whether a segment may begin with a dot. */
  readonly dotFiles: boolean;
}

/**
 * The segments of a canonical path, decoded; `undefined` for a path that names nothing which may be
 * served: dot segments, dot files, separators and other traps in a segment, what is no UTF-8. The
 * last one is empty where the path ends in `/`.
 */
export function decodePath(path: string, { dotFiles }: PathRules): readonly string[] | undefined {
  const segments: string[] = [];
  for (const encoded of path.split('/').slice(1)) {
    const segment = decodeSegment(encoded);
    if (segment === undefined || isTrap(segment) || (!dotFiles && segment.startsWith('.'))) {
      return undefined;
    }
    segments.push(segment);
  }
  // an empty segment in the middle would name the file of another path
  return segments.slice(0, -1).includes('') ? undefined : segments;
}

function decodeSegment(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

// The colon and what ends in a dot or a space name other things on Windows.
function isTrap(segment: string): boolean {
  return (
    segment === '.' ||
    segment === '..' ||
    // oxlint-disable-next-line no-control-regex -- no name of a served file has these
    /[\u0000-\u001F/\\:]/.test(segment) ||
    (sep === '\\' && /[. ]$|[<>"|?*~]/.test(segment))
  );
}

/**
 * The real path of a file below a real folder; `undefined` where there is none, or where a link
 * leads out of the folder.
 */
export function realPathBelow(root: string, path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)
      ? real
      : undefined;
  } catch {
    return undefined;
  }
}
