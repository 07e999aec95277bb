import { forward, type ForwardOptions } from '@tsgi/gateway-client';
import { mount } from '@tsgi/middleware/mount';
import type { AsyncApplication } from '@tsgi/types';

/** Where the scripts are, and who runs them. */
export interface PhpSite {
  /** The URL of php-fpm: `fastcgi+unix:/run/php/php8.2-fpm.sock`. */
  readonly upstream: string;
  /** The folder of scripts that are asked for by their names. */
  readonly site: string;
  /** The folder of a front controller, which answers for every path. */
  readonly front: string;
}

const page = new TextEncoder().encode(
  '<!doctype html><title>Mounted</title><a href="/php/">/php/</a> <a href="/front/">/front/</a>\n',
);

const frontPage: AsyncApplication = (environ, startResponse) => {
  const found = environ.PATH_INFO === '/';
  startResponse(found ? '200 OK' : '404 Not Found', [['Content-Type', 'text/html; charset=utf-8']]);
  return found ? [page] : [];
};

/** A site with two folders of PHP, each below a path of its own. */
export function createSite(
  { upstream, site, front }: PhpSite,
  options: Omit<ForwardOptions, 'upstreams' | 'php'> = {},
): AsyncApplication {
  const upstreams = [upstream];
  return mount({
    '/': frontPage,
    '/php': forward({ ...options, upstreams, php: { root: site } }),
    '/front': forward({ ...options, upstreams, php: { root: front, fallback: 'index.php' } }),
  });
}
