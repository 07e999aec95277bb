/** Rule 1: files for the applications of the checks, in any runtime that has the API of Node. */

/** What tells one file from another. */
interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** What is used of `node:fs`. */
interface FileSystem {
  mkdtempSync(prefix: string): string;
  writeFileSync(path: string, text: string, encoding: 'latin1'): void;
  openSync(path: string, flags: string): number;
  closeSync(fd: number): void;
  fstatSync(fd: number): FileIdentity;
  statSync(path: string): FileIdentity;
  readSync(fd: number, into: Uint8Array, at: number, size: number, position: null): number;
  truncateSync(path: string, length: number): void;
  rmSync(path: string, options: { readonly recursive: boolean }): void;
}

interface Builtins {
  readonly process?: {
    getBuiltinModule?(name: 'node:fs'): FileSystem;
    getBuiltinModule?(name: 'node:os'): { tmpdir(): string };
  };
}

function getFileSystem(): FileSystem {
  const { process } = globalThis as Builtins;
  const files = process?.getBuiltinModule?.('node:fs');
  if (files === undefined) throw new Error('this runtime gives an application no files');
  return files;
}

/** One file in a folder of its own. */
export interface ScratchFile {
  readonly path: string;
  readonly folder: string;
  /** Cuts the file at a length. */
  truncate(length: number): void;
  remove(): void;
}

/** Writes a file with these octets. */
export function writeScratchFile(content: string): ScratchFile {
  const files = getFileSystem();
  const { process } = globalThis as Builtins;
  const base = process?.getBuiltinModule?.('node:os').tmpdir() ?? '/tmp';
  const folder = files.mkdtempSync(`${base}/tsgi-kit-`);
  const path = `${folder}/file`;
  files.writeFileSync(path, content, 'latin1');
  return {
    path,
    folder,
    truncate: (length) => files.truncateSync(path, length),
    remove: () => files.rmSync(folder, { recursive: true }),
  };
}

/** Opens a file, for reading unless the flag is another one. */
export function openFile(path: string, flag: 'r' | 'a' = 'r'): number {
  return getFileSystem().openSync(path, flag);
}

/** Closes a descriptor of this file. Where the server has, its number may be that of something else. */
export function closeFile(fd: number, path: string): void {
  if (isOpenFile(fd, path)) getFileSystem().closeSync(fd);
}

/** Whether a descriptor is open for this file; its number may be that of another thread's by now. */
export function isOpenFile(fd: number, path: string): boolean {
  const files = getFileSystem();
  const { dev, ino } = files.statSync(path);
  try {
    const open = files.fstatSync(fd);
    return open.dev === dev && open.ino === ino;
  } catch {
    return false;
  }
}

/** Numbers of descriptors that are looked at: more than the kit and a server have open. */
const MOST_OPEN = 1024;

/** How many descriptors are open for this file. */
export function countOpen(path: string): number {
  return Array.from({ length: MOST_OPEN }, (_, fd) => isOpenFile(fd, path)).filter(Boolean).length;
}

/** Reads one octet at the position of the descriptor, as a code unit; undefined at the end. */
export function readNext(fd: number): string | undefined {
  const octet = new Uint8Array(1);
  const count = getFileSystem().readSync(fd, octet, 0, 1, null);
  return count === 0 ? undefined : String.fromCharCode(octet[0] ?? 0);
}
