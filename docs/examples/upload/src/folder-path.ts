import { fileURLToPath } from 'node:url';

/** The folder of the files: TSGI_UPLOAD_DIR, or `data` beside the sources. */
export function folderPath(): string {
  return process.env['TSGI_UPLOAD_DIR'] || fileURLToPath(new URL('../data', import.meta.url));
}
