import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { PathFilter } from './glob.ts';

/** What a watcher looks at. */
export interface WatchOptions {
  /** Directories, absolute; what is below them is watched as well. */
  readonly folders: readonly string[];
  /** Files outside of them, absolute. */
  readonly files: readonly string[];
  /** The files that count, by their path in the directory. */
  readonly include: PathFilter;
  /** What is not looked into or at, by its path in the directory. */
  readonly exclude: PathFilter;
  /** Told of the files that have changed, once nothing changes any more. */
  readonly onChange: (files: readonly string[]) => void;
  /** Told why a directory cannot be watched. */
  readonly onError: (error: unknown) => void;
}

/** How long nothing must change before it is told, in milliseconds: editors write in steps. */
const QUIET = 50;

/** Watches files; each directory by itself, so that the excluded ones cost nothing. */
export class FileWatcher {
  readonly #options: WatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  /** By file, what it was like when last seen; undefined where it is not there. */
  readonly #seen = new Map<string, string | undefined>();
  readonly #touched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    for (const folder of options.folders) {
      this.#watchFolder(folder, folder, false);
    }
    for (const file of options.files) {
      this.#seen.set(file, stampOf(file));
      this.#watch(file, () => this.#touch(file));
    }
  }

  #watch(path: string, listener: (name: string | null) => void): void {
    if (this.#watchers.has(path)) {
      return;
    }
    try {
      const watcher = watch(path, (_event, name) => listener(name));
      watcher.on('error', () => this.#unwatch(path));
      this.#watchers.set(path, watcher);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #unwatch(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }

  // The watch comes before the look: what is made in between is seen by one of them.
  #watchFolder(folder: string, root: string, late: boolean): void {
    this.#watch(folder, (name) => this.#lookAt(folder, name, root));
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (this.#isExcluded(path, root)) {
        continue;
      }
      if (entry.isDirectory()) {
        this.#watchFolder(path, root, late);
      } else if (this.#options.include(pathIn(root, path))) {
        this.#noteFile(path, late);
      }
    }
  }

  #noteFile(path: string, late: boolean): void {
    if (!this.#seen.has(path)) {
      this.#seen.set(path, late ? undefined : stampOf(path));
    }
    if (late) {
      this.#touch(path);
    }
  }

  #lookAt(folder: string, name: string | null, root: string): void {
    if (name === null) {
      this.#watchFolder(folder, root, true);
      return;
    }
    const path = join(folder, name);
    if (this.#isExcluded(path, root)) {
      return;
    }
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      // a directory that was removed and made again is another one
      this.#unwatch(path);
      this.#watchFolder(path, root, true);
    } else if (this.#options.include(pathIn(root, path))) {
      this.#touch(path);
    } else {
      this.#unwatch(path);
    }
  }

  #isExcluded(path: string, root: string): boolean {
    return this.#options.exclude(pathIn(root, path));
  }

  #touch(path: string): void {
    this.#touched.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), QUIET);
  }

  // An event is no change yet: only what differs from what was seen counts.
  #tell(): void {
    const changed = [...this.#touched].filter((path) => {
      const stamp = stampOf(path);
      const differs = this.#seen.get(path) !== stamp;
      this.#seen.set(path, stamp);
      return differs;
    });
    this.#touched.clear();
    if (changed.length > 0) {
      this.#options.onChange(changed.toSorted());
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const path of this.#watchers.keys()) {
      this.#unwatch(path);
    }
  }
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch {
    // it has gone in the meantime, or may not be read
    return [];
  }
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

function pathIn(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, '/');
}
