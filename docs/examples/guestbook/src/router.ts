import type { Application, Body, Environ, StartResponse } from '@tsgi/types';
import { HttpProblem } from './http-problem.ts';
import { sendRedirect } from './responses.ts';

/** Answers a request whose path matched; `groups` are what the pattern captured. */
export type Handler = (
  environ: Environ,
  startResponse: StartResponse,
  groups: readonly string[],
) => Body;

/** A canonical path and the methods it knows; GET also answers HEAD. */
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
      const handler = findHandler(route, method);
      if (handler !== undefined) return handler(environ, startResponse, match.slice(1));
      const allow = listMethods(route);
      if (method === 'OPTIONS') return sendMethods(startResponse, allow);
      throw new HttpProblem(
        '405 Method Not Allowed',
        `This address answers ${allow}, and not ${method}.`,
        [['allow', allow]],
      );
    }
    throw new HttpProblem('404 Not Found', 'There is no page at this address.');
  };
}

function findHandler(route: Route, method: string): Handler | undefined {
  const name = method === 'HEAD' ? 'GET' : method;
  return Object.hasOwn(route.methods, name) ? route.methods[name] : undefined;
}

function listMethods(route: Route): string {
  const names = Object.keys(route.methods);
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function sendMethods(startResponse: StartResponse, allow: string): Body {
  startResponse('204 No Content', [['allow', allow]]);
  return [];
}
