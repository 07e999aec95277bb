import { fileURLToPath } from 'node:url';

/** The database file: TSGI_GUESTBOOK_DB, or one in the `data` folder beside the sources. */
export function databaseFile(): string {
  return (
    process.env['TSGI_GUESTBOOK_DB'] ||
    fileURLToPath(new URL('../data/guestbook.sqlite', import.meta.url))
  );
}
