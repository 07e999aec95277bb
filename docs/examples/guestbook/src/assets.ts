import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compose } from '@tsgi/middleware/compose';
import { staticFiles } from '@tsgi/middleware/static-files';
import { when } from '@tsgi/middleware/when';
import type { Middleware } from '@tsgi/types';

const FOLDER = fileURLToPath(new URL('../static', import.meta.url));

/** Changes with the files of the `static` folder: the query string of their addresses. */
export const ASSETS_VERSION: string = readVersion();

/**
 * Serves the files. Under the address with the version they may be kept for ever; without, the
 * browser asks each time and mostly gets 304.
 */
export const assets: Middleware = compose(
  when(
    ({ QUERY_STRING }) => QUERY_STRING === ASSETS_VERSION,
    staticFiles(FOLDER, { cacheControl: 'public, max-age=31536000, immutable' }),
  ),
  staticFiles(FOLDER),
);

function readVersion(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(FOLDER).toSorted()) hash.update(readFileSync(join(FOLDER, name)));
  return hash.digest('hex').slice(0, 8);
}
