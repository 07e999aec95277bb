import { fileURLToPath } from 'node:url';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../server/test/fixtures/${name}`, import.meta.url));
}

/** A certificate of localhost and its key. */
export const certificate = {
  certfile: fixture('localhost.cert.pem'),
  keyfile: fixture('localhost.key.pem'),
};
