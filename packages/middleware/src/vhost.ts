import type { Application, AsyncApplication, Environ } from '@tsgi/types';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';

/** Applications by host: `example.org`, `*.example.org` for every host below it, `*` for the rest. */
export type HostMap<A> = Readonly<Record<string, A>>;

/**
 * An application of several, picked by the host that the request names: HTTP_HOST without its port,
 * else SERVER_NAME, without regard to case. An exact name wins over a wildcard, a longer wildcard
 * over a shorter one. A host that is not listed is answered with 421 (RFC 9110, 15.5.20).
 * Throws a TypeError for a name with a port, a path or a wildcard in the middle.
 */
export function vhost(applications: HostMap<Application>): Application;
export function vhost(applications: HostMap<AsyncApplication>): AsyncApplication;
export function vhost(applications: HostMap<AsyncApplication>): AsyncApplication {
  const byName = new Map(
    Object.entries(applications).map(([name, application]) => [checkName(name), application]),
  );
  return (environ, startResponse) => {
    const application = lookUp(byName, hostOf(environ));
    return application === undefined
      ? ownAnswer(startResponse, '421 Misdirected Request')
      : application(environ, startResponse);
  };
}

function lookUp<A>(byName: ReadonlyMap<string, A>, host: string): A | undefined {
  const exact = byName.get(host);
  if (exact !== undefined) {
    return exact;
  }
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const wild = byName.get(`*${host.slice(dot)}`);
    if (wild !== undefined) {
      return wild;
    }
  }
  return byName.get('*');
}

/** The host that a request names, in lower case, without port and without a final dot. */
export function hostOf(environ: Environ): string {
  const named = environ['HTTP_HOST'] ?? '';
  const host = named === '' ? environ.SERVER_NAME : named.replace(/:[0-9]*$/, '');
  return host.toLowerCase().replace(/\.$/, '');
}

const NAME = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

function checkName(name: string): string {
  const lower = name.toLowerCase();
  if (!NAME.test(lower)) {
    throw optionError('vhost', 'a name must be a host, *.host or *;', name);
  }
  return lower;
}
