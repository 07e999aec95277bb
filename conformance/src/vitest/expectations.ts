import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseExpectations } from '../expect/parse-expectations.ts';
import { NotConforming } from './verdict.ts';

/** The path of a file that a test names. */
export function pathOf(file: string | URL): string {
  return file instanceof URL ? fileURLToPath(file) : file;
}

/** The text of a file of expected failures; throws NotConforming for one that cannot be used. */
export function readExpectations(file: string | URL): string {
  const path = pathOf(file);
  try {
    const text = readFileSync(path, 'utf8');
    parseExpectations(text);
    return text;
  } catch (error) {
    throw new NotConforming(`expect: ${path}: ${error instanceof Error ? error.message : ''}`);
  }
}
