import { type EitherMiddleware, either } from './either.ts';
import { checkCount, optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';

/** How `forceHttps` works. */
export interface ForceHttpsOptions {
  /** The host to send clients to. Default: the one that they asked for. */
  readonly host?: string;
  /** The port of the https server. Default 443, which is not written. */
  readonly port?: number;
  /** Canonical paths that may be asked for without TLS, such as a health check. Default: none. */
  readonly except?: readonly string[];
}

const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)$/;

/**
 * Sends what comes over http to https: 308, so that method and body stay (RFC 9110, 15.4.9).
 * A request without a usable host is answered with 400. It believes `tsgi.url_scheme`: behind a
 * proxy that ends TLS, `proxyFix` stands before it. Throws a TypeError for a wrong option.
 */
export function forceHttps({
  host,
  port = 443,
  except = [],
}: ForceHttpsOptions = {}): EitherMiddleware {
  checkCount('forceHttps', 'port', port);
  if (host !== undefined && !HOST.test(host)) {
    throw optionError('forceHttps', 'host must be a name without a port;', host);
  }
  const open = new Set(except);
  const suffix = port === 443 ? '' : `:${port}`;
  return either((application) => (environ, startResponse) => {
    const path = environ.SCRIPT_NAME + environ.PATH_INFO;
    if (environ['tsgi.url_scheme'] === 'https' || open.has(path)) {
      return application(environ, startResponse);
    }
    const name = host ?? (environ['HTTP_HOST'] ?? environ.SERVER_NAME).replace(/:[0-9]*$/, '');
    if (!HOST.test(name)) {
      return ownAnswer(startResponse, '400 Bad Request');
    }
    const query = environ.QUERY_STRING === '' ? '' : `?${environ.QUERY_STRING}`;
    const location = `https://${name}${suffix}${path === '' ? '/' : path}${query}`;
    return ownAnswer(startResponse, '308 Permanent Redirect', [['Location', location]]);
  });
}
