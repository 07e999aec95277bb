import type { Application, AsyncApplication } from '@tsgi/types';
import { copyEnviron } from './copy-environ.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';

/** Applications by the path under which they are mounted; `/` is everything that is left. */
export type MountMap<A> = Readonly<Record<string, A>>;

/**
 * An application of several, each below a path of its own: the longest path that PATH_INFO begins
 * with wins, and moves from PATH_INFO to the end of SCRIPT_NAME (MW-MOUNT). Paths are canonical,
 * compare octet by octet and end at a `/` or at the end. What none of them takes is answered with
 * 404. Throws a TypeError for a path that is not canonical or ends in `/`.
 */
export function mount(applications: MountMap<Application>): Application;
export function mount(applications: MountMap<AsyncApplication>): AsyncApplication;
export function mount(applications: MountMap<AsyncApplication>): AsyncApplication {
  const mounted = Object.entries(applications)
    .map(([path, application]) => ({ prefix: checkPath(path), application }))
    .toSorted((one, other) => other.prefix.length - one.prefix.length);
  return (environ, startResponse) => {
    const path = environ.PATH_INFO;
    const found = mounted.find(({ prefix }) => isBelow(path, prefix));
    if (found === undefined) {
      return ownAnswer(startResponse, '404 Not Found');
    }
    const { prefix, application } = found;
    if (prefix === '') {
      return application(environ, startResponse);
    }
    const shifted = copyEnviron(environ, {
      SCRIPT_NAME: environ.SCRIPT_NAME + prefix,
      PATH_INFO: path.slice(prefix.length),
    });
    return application(shifted, startResponse);
  };
}

function isBelow(path: string, prefix: string): boolean {
  return (
    path.startsWith(prefix) &&
    (path.length === prefix.length || path[prefix.length] === '/' || prefix === '')
  );
}

// The canonical form of the specification: what is unreserved stands for itself, the rest is
// escaped in capitals, no segment is a dot segment.
const CANONICAL = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})+)+$/;
const DOTS = /\/\.{1,2}(?:\/|$)/;

function checkPath(path: string): string {
  if (path === '/') {
    return '';
  }
  if (!CANONICAL.test(path) || DOTS.test(path)) {
    throw optionError('mount', 'a path must be canonical and not end in /;', path);
  }
  return path;
}
