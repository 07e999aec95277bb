import { appendFileSync, writeFileSync } from 'node:fs';
import { UsageError } from './command-error.ts';

/** Writes a report; a path that cannot be written is the user's fault and not the kit's. */
export function writeReportFile(file: string, text: string, flag: string = '--reporter'): void {
  attempt(file, flag, () => writeFileSync(file, text));
}

/** Adds to a report that is written line by line. */
export function appendReportFile(file: string, text: string): void {
  attempt(file, '--reporter', () => appendFileSync(file, text));
}

function attempt(file: string, flag: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${flag}: ${file} cannot be written: ${why}`);
  }
}
