import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../packages/tsgi/bin/tsgi.mjs', import.meta.url));
const SITE = fileURLToPath(new URL('fixtures/site.mjs', import.meta.url));
const OPTIONS =
  '--bind 127.0.0.1:0 --workers 0 --config none --access-log off --control-socket off';

/** The site while it is served. */
export interface SiteServer {
  /** As in `http://127.0.0.1:4173`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the built site with the command of this repository; rejects with what it says where it ends. */
export async function serveSite(): Promise<SiteServer> {
  const child = spawn(process.execPath, [COMMAND, 'serve', SITE, ...OPTIONS.split(' ')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  let said = '';
  const origin = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [address] = /http:\/\/[\d.]+:\d+/.exec(said) ?? [];
        if (address !== undefined) resolve(address);
      });
    }
    child.once('close', () => reject(new Error(`the site is not served: ${said}`)));
  });
  return { origin: await origin, close };
}
