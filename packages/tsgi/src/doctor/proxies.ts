import type { Resolved } from '../settings/resolved.ts';
import { type Finding, findingsOn } from './finding.ts';

// What load balancers of clouds, nginx and HAProxy keep idle connections for, at most.
const LONGEST_OF_PROXIES = 60_000;

/** Whether idle connections outlive those of a proxy in front, which would meet closed ones. */
export function checkKeepAlive({ settings }: Resolved): readonly Finding[] {
  // SCGI and uwsgi have a connection for each request
  if (settings.protocol === 'scgi' || settings.protocol === 'uwsgi') {
    return [];
  }
  const find = findingsOn('keep-alive');
  const text = `${settings.keepAliveTimeout / 1000} s`;
  return settings.keepAliveTimeout > LONGEST_OF_PROXIES
    ? find('ok', `${text}, longer than proxies in front keep idle connections by default`)
    : find(
        'warn',
        `${text}; proxies keep idle connections for 60 s, and answer with 502 where this server closes first: raise --keep-alive-timeout`,
      );
}
