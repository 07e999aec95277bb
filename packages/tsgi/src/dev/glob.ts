/** Whether a path, relative and with `/` between its parts, matches. */
export type PathFilter = (path: string) => boolean;

/**
 * Compiles globs: `*` and `?` within a part, `**` for any number of parts, `{a,b}` for one of
 * several. One without a slash is matched with the last part, wherever that is; one that ends in a
 * slash with everything below.
 */
export function compileGlobs(globs: readonly string[]): PathFilter {
  const patterns = globs.map(compileGlob);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function compileGlob(glob: string): RegExp {
  const below = glob.endsWith('/') ? `${glob}**` : glob;
  const anywhere = below.replace(/\/\*\*$/, '').includes('/') ? '' : '(?:.*/)?';
  return new RegExp(`^${anywhere}${translate(below.replace(/^\.?\//, ''))}$`, 's');
}

function translate(glob: string): string {
  let depth = 0;
  return glob.replace(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth += 1;
        return '(?:';
      case '}':
        depth -= depth > 0 ? 1 : 0;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return `\\${token}`;
    }
  });
}
