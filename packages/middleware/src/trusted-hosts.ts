import { type EitherMiddleware, either } from './either.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import { hostOf } from './vhost.ts';

const NAME = /^(?:(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])$/;

/**
 * Refuses requests for hosts that are not listed with 400, so that no link, redirect or cache entry
 * is made of a Host that somebody invented. A name is exact or `*.example.org`, which stands for
 * every host below it and not for itself; ports are not looked at. Throws a TypeError for an empty
 * list or a name that is no host.
 */
export function trustedHosts(hosts: readonly string[]): EitherMiddleware {
  if (hosts.length === 0) {
    throw optionError('trustedHosts', 'hosts must not be empty;', '[]');
  }
  const wrong = hosts.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    throw optionError('trustedHosts', 'a name must be a host or *.host;', wrong);
  }
  const exact = new Set(
    hosts.filter((name) => !name.startsWith('*')).map((name) => name.toLowerCase()),
  );
  const below = hosts
    .filter((name) => name.startsWith('*'))
    .map((name) => name.slice(1).toLowerCase());
  return either((application) => (environ, startResponse) => {
    const host = hostOf(environ);
    return exact.has(host) || below.some((ending) => host.endsWith(ending) && host !== ending)
      ? application(environ, startResponse)
      : ownAnswer(startResponse, '400 Bad Request');
  });
}
