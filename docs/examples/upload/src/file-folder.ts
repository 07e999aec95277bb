import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadedFile } from '@tsgi/middleware/form-data';

/** A file that was stored. */
export interface StoredFile {
  /** Its name in the folder, of letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Octets. */
  readonly size: number;
}

// What is being written begins with a dot: it is not listed, and staticFiles does not serve it.
const UNFINISHED = '.part-';
const NAME = /^[0-9a-f]{16}-[\w.-]{1,80}$/;

/** A folder of files under names of its own. */
export class FileFolder {
  /** Its path. */
  readonly path: string;

  /** Makes the folder where there is none, and removes what a killed process left unfinished. */
  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    for (const name of readdirSync(path)) {
      if (name.startsWith(UNFINISHED)) rmSync(join(path, name), { force: true });
    }
  }

  /** Stores a file whole or not at all, and says under which name. */
  add(file: UploadedFile): string {
    const name = `${randomBytes(8).toString('hex')}-${plainName(file.filename)}`;
    const unfinished = join(this.path, UNFINISHED + name);
    try {
      file.saveTo(unfinished);
      renameSync(unfinished, join(this.path, name));
    } finally {
      rmSync(unfinished, { force: true });
    }
    return name;
  }

  /** What is stored, by name. */
  list(): readonly StoredFile[] {
    return readdirSync(this.path)
      .filter((name) => NAME.test(name))
      .toSorted()
      .map((name) => ({ name, size: statSync(join(this.path, name)).size }));
  }

  /** Removes a file; false where there is none of that name. */
  remove(name: string): boolean {
    if (!this.list().some((file) => file.name === name)) return false;
    rmSync(join(this.path, name), { force: true });
    return true;
  }
}

/** What a client calls its file is a hint and no path: at most its last 80 plain characters stay. */
function plainName(filename: string): string {
  return filename.replaceAll(/[^\w.-]+/g, '_').slice(-80) || 'file';
}
