import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a server is started. */
export interface ServerCommand {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Of what runs, for the report. */
  readonly version: string;
}

/** Why a server cannot be started, for people. */
export interface Missing {
  readonly missing: string;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the npm packages of peers are installed. */
export const PEERS_FOLDER: string = join(ROOT, 'peers');

const MODULES = join(PEERS_FOLDER, 'node_modules');
const PYTHON = '/usr/bin/python3';

/** A server of this package. */
export function ofNode(script: string): ServerCommand {
  return {
    command: [process.execPath, join(ROOT, 'servers', script)],
    version: process.version,
  };
}

/** A server on a framework from npm. */
export function ofNpm(name: string, script: string): ServerCommand | Missing {
  const version = readVersion(name);
  return version === undefined
    ? { missing: `the npm package ${name} is not installed` }
    : { command: [process.execPath, join(PEERS_FOLDER, script)], version };
}

/** The version of a package in the folder of peers; undefined where it is not installed. */
export function readVersion(name: string): string | undefined {
  const path = join(MODULES, name, 'package.json');
  return existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
    : undefined;
}

/** A program inside one of the packages for one platform each that a scope holds. */
export interface PlatformBinary {
  readonly name: string;
  readonly scope: string;
  /** Where the program lies in the package. */
  readonly path: string;
  readonly args: readonly string[];
}

/**
 * A run-time from npm, started without the launcher of its package: that one would be measured
 * too, or needs an install script.
 */
export function ofBinary(binary: PlatformBinary): ServerCommand | Missing {
  const scope = join(MODULES, binary.scope);
  const programs = existsSync(scope)
    ? readdirSync(scope).map((name) => join(scope, name, binary.path))
    : [];
  const program = programs.find((path) => spawnSync(path, ['--version']).status === 0);
  return program === undefined
    ? { missing: `the npm package ${binary.name} has no program for this machine installed` }
    : {
        command: [program, ...binary.args],
        env: {
          DENO_DIR: join(MODULES, '.deno'),
          DENO_NO_PACKAGE_JSON: '1',
          DENO_NO_UPDATE_CHECK: '1',
        },
        version: readVersion(binary.name) ?? 'unknown',
      };
}

/** A server of a Debian package. */
export function ofPython(module: string, args: readonly string[]): ServerCommand | Missing {
  const program = `import importlib.metadata as m; print(m.version("${module}"))`;
  const probe = spawnSync(PYTHON, ['-c', program], { encoding: 'utf8' });
  if (probe.status !== 0) {
    return { missing: `the Debian package python3-${module} is not installed` };
  }
  return {
    command: [PYTHON, ...args],
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: PEERS_FOLDER },
    version: probe.stdout.trim(),
  };
}

/** The full path of a program in PATH; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
