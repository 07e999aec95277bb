import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { PhpOptions } from './options.ts';

/** The script that answers for a path, and what PHP is told of it. */
export interface PhpScript {
  /** Its path below the mount, with one code unit for each octet. */
  readonly scriptName: string;
  /** What follows it. */
  readonly pathInfo: string;
  /** name, value, …: SCRIPT_FILENAME, DOCUMENT_ROOT and REDIRECT_STATUS. */
  readonly variables: readonly string[];
}

/**
 * Finds the script for a decoded PATH_INFO: the first segment that ends in `.php` and is a file below
 * the root, the index of a folder, or the fallback. Nothing else is ever named to PHP, so that
 * `/upload.jpg/x.php` does not run a picture. `slash`: a folder whose path lacks its last slash.
 */
export async function findScript(
  path: string,
  options: PhpOptions,
): Promise<PhpScript | 'slash' | undefined> {
  const folder = new ScriptFolder(options);
  const index = toOctets(options.index ?? 'index.php');
  if (isPlain(path)) {
    const named = await findNamed(path, folder);
    if (named !== undefined) {
      return named;
    }
    if (path.endsWith('/') && (await folder.holds(path + index))) {
      return folder.script(path + index, '');
    }
    if (!path.endsWith('/') && (await folder.holds(`${path}/${index}`))) {
      return 'slash';
    }
  }
  const last = options.fallback === undefined ? undefined : `/${toOctets(options.fallback)}`;
  return last !== undefined && (await folder.holds(last)) ? folder.script(last, path) : undefined;
}

// No segment that a file system reads as another one, and text that has one form as octets
function isPlain(path: string): boolean {
  const segments = path.split('/').slice(1, -1);
  return (
    !segments.some((segment) => segment === '' || segment === '.' || segment === '..') &&
    !/\/\.{1,2}$|\0/.test(path) &&
    Buffer.from(toText(path)).equals(Buffer.from(path, 'latin1'))
  );
}

async function findNamed(path: string, folder: ScriptFolder): Promise<PhpScript | undefined> {
  for (const match of path.matchAll(/[^/]\.php(?=\/|$)/g)) {
    const end = match.index + match[0].length;
    if (await folder.holds(path.slice(0, end))) {
      return folder.script(path.slice(0, end), path.slice(end));
    }
  }
  return undefined;
}

function toText(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}

function toOctets(text: string): string {
  return Buffer.from(text).toString('latin1');
}

class ScriptFolder {
  readonly #options: PhpOptions;

  constructor(options: PhpOptions) {
    this.#options = options;
  }

  /** Whether there is a regular file, which no link leads out of the folder. */
  async holds(script: string): Promise<boolean> {
    try {
      const root = await realpath(this.#options.root);
      const file = await realpath(join(root, toText(script)));
      return file.startsWith(root + sep) && (await stat(file)).isFile();
    } catch {
      return false;
    }
  }

  script(scriptName: string, pathInfo: string): PhpScript {
    const { root, documentRoot = root } = this.#options;
    const folder = toOctets(documentRoot.replace(/\/$/, ''));
    return {
      scriptName,
      pathInfo,
      variables: [
        'SCRIPT_FILENAME',
        folder + scriptName,
        'DOCUMENT_ROOT',
        folder,
        // a php-cgi that was built to be careful runs nothing without it
        'REDIRECT_STATUS',
        '200',
      ],
    };
  }
}
