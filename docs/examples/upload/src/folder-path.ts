import { fileURLToPath } from 'node:url';

/** The folder of the files: UPLOAD_FOLDER, or `data` beside the sources. */
export function folderPath(): string {
  return process.env['UPLOAD_FOLDER'] || fileURLToPath(new URL('../data', import.meta.url));
}
