import { writeFileSync } from 'node:fs';
import { UsageError } from './command-error.ts';

/** Writes a JSON report; a path that cannot be written is the user's fault and not the kit's. */
export function writeReportFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--reporter json=${file} cannot be written: ${why}`);
  }
}
