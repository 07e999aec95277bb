// Middleware that changes where an application is mounted.

import { type BrokenMiddleware, copy, type MiddlewareCase } from './middleware.ts';

/** Those that keep the rule. */
export const SOUND_MOUNTING: readonly MiddlewareCase[] = [
  {
    name: 'takes a prefix from a proxy, which has cut it off the path already',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { SCRIPT_NAME: '/behind' }), startResponse),
    request: { environ: { PATH_INFO: '/a/b' } },
  },
  {
    name: 'moves a prefix',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { SCRIPT_NAME: '/a', PATH_INFO: '/b' }), startResponse),
    request: { environ: { PATH_INFO: '/a/b' } },
  },
];

/** Those that break it. */
export const BROKEN_MOUNTING: readonly BrokenMiddleware[] = [
  {
    name: 'mounts without shortening the path',
    rule: 'MW-MOUNT',
    got: 'SCRIPT_NAME "/a" and PATH_INFO "/a/b"',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { SCRIPT_NAME: '/a' }), startResponse),
    request: { environ: { PATH_INFO: '/a/b' } },
  },
  {
    name: 'moves a prefix and loses a part of the path',
    rule: 'MW-MOUNT',
    got: 'SCRIPT_NAME "/a" and PATH_INFO "/"',
    middleware: (application) => (environ, startResponse) =>
      application(copy(environ, { SCRIPT_NAME: '/a', PATH_INFO: '/' }), startResponse),
    request: { environ: { PATH_INFO: '/a/b' } },
  },
];
