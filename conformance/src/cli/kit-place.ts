import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../report/report.ts';

const BINARY = fileURLToPath(new URL('../../bin/tsgi-conformance.mjs', import.meta.url));
const MANIFEST = new URL('../../package.json', import.meta.url);

/** Which kit this is, and which specification it goes by. */
export const KIT: Pick<Report, 'kit' | 'spec'> = {
  kit: { name: '@tsgi/conformance', version: readVersion() },
  spec: { version: '1.0' },
};

/** The path of the command, as a command line here names it. */
export function writeBinary(): string {
  return relativePath(BINARY);
}

/** A path as seen from the working directory, where that is shorter. */
export function relativePath(path: string): string {
  const shorter = relative('.', path);
  return shorter.length < path.length ? shorter : path;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly version: string };
  return manifest.version;
}
