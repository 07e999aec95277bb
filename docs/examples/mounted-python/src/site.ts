import { forward, type ForwardOptions } from '@tsgi/gateway-client';
import { mount } from '@tsgi/middleware/mount';
import type { AsyncApplication } from '@tsgi/types';

/** Upstreams by the path below which each is mounted. */
export type Mounts = Readonly<Record<string, string>>;

const encoder = new TextEncoder();

/** The page at the root, which TSGI answers itself. */
function frontPage(paths: readonly string[]): AsyncApplication {
  const links = paths.map((path) => `<li><a href="${path}/">${path}/</a>`);
  const page = encoder.encode(`<!doctype html><title>Mounted</title><ul>${links.join('')}</ul>\n`);
  return (environ, startResponse) => {
    const found = environ.PATH_INFO === '/';
    startResponse(found ? '200 OK' : '404 Not Found', [
      ['Content-Type', 'text/html; charset=utf-8'],
    ]);
    return found ? [page] : [];
  };
}

/** A site of applications in Python, each below a path of its own. */
export function createSite(
  mounts: Mounts,
  options: Omit<ForwardOptions, 'upstreams'> = {},
): AsyncApplication {
  const mounted = Object.entries(mounts).map(
    ([path, url]) => [path, forward({ ...options, upstreams: [url] })] as const,
  );
  return mount({ '/': frontPage(Object.keys(mounts)), ...Object.fromEntries(mounted) });
}
