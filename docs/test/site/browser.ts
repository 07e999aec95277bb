import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BrowserServer, chromium } from 'playwright-core';

/** No sandbox for root, and nothing that the browser asks of other hosts by itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts Chromium, which several files of tests share; undefined where there is none, which is said.
 * With CI in the environment nothing is skipped: it throws.
 */
export async function startBrowser(): Promise<BrowserServer | undefined> {
  const executablePath = findProgram('chromium');
  if (executablePath !== undefined) {
    return chromium.launchServer({ executablePath, args: FLAGS, timeout: 120_000 });
  }
  const reason = 'there is no chromium in the PATH (Debian: apt-get install chromium)';
  if (process.env['CI'] !== undefined) throw new Error(reason);
  process.stderr.write(`skipped, all that a browser has to do with the site: ${reason}\n`);
  return undefined;
}

function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
