import { HttpError } from '@tsgi/middleware/http-error';
import type { Application, Body, Environ, StartResponse } from '@tsgi/types';
import { sendRedirect } from './responses.ts';

/** Answers a request whose path matched; `groups` are what the pattern captured. */
export type Handler = (
  environ: Environ,
  startResponse: StartResponse,
  groups: readonly string[],
) => Body;

/** A canonical path and the methods it knows; `head` makes GET answer HEAD as well. */
export interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

/** An application that picks the handler by PATH_INFO and REQUEST_METHOD. */
export function createRouter(routes: readonly Route[]): Application {
  return (environ, startResponse) => {
    const { PATH_INFO: path, REQUEST_METHOD: method } = environ;
    // Only under a mount: "/guestbook" asks for "/guestbook/", from where links resolve.
    if (path === '') {
      return sendRedirect(startResponse, '308 Permanent Redirect', `${environ.SCRIPT_NAME}/`);
    }
    for (const route of routes) {
      const match = route.path.exec(path);
      if (match === null) continue;
      const handler = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
      if (handler !== undefined) return handler(environ, startResponse, match.slice(1));
      const allow = listMethods(route);
      if (method === 'OPTIONS') return sendMethods(startResponse, allow);
      throw new HttpError('405 Method Not Allowed', {
        detail: `This address answers ${allow}, and not ${method}.`,
        headers: [['allow', allow]],
      });
    }
    throw new HttpError('404 Not Found', { detail: 'There is no page at this address.' });
  };
}

function listMethods(route: Route): string {
  const names = Object.keys(route.methods);
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function sendMethods(startResponse: StartResponse, allow: string): Body {
  startResponse('204 No Content', [['allow', allow]]);
  return [];
}
