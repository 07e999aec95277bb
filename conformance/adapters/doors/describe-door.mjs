// What the nine doors have in common: a front server with `tsgi serve` behind it, or a program that it
// starts for each request. Build first: npx tsc -b conformance packages/tsgi packages/doors
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { whyClosed } from '../../../packages/doors/dist/why-closed.js';

const manifest = new URL('../../../packages/tsgi/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));

/**
 * Each request through CGI starts a process, which takes a fifth of a second of a processor. So there
 * the kit runs the checks of what differs from door to door: the environ, bodies of requests, and the
 * head, length and end of responses. What a server does between them is the same code as elsewhere.
 */
const WITH_CGI = [
  'ENV-*',
  'REQ-*',
  ...['LENGTH', 'LENGTH-NONE', 'READ', 'FULL', 'EOF', 'PRESENT', 'CHUNKED', 'TOO-LARGE'].map(
    (name) => `INP-${name}.*`,
  ),
  ...['KEEP', 'BYTES', 'CL', 'DATE', 'HOP'].map((name) => `HDR-${name}.*`),
  ...['WIRE', 'STATUS', 'REASON', 'COOKIE', 'DUP'].map((name) => `SR-${name}.*`),
  ...['ARRAY-SUM', 'HEAD', 'HEAD-CL', 'NOBODY', '205', 'CL-OVER', 'CL-UNDER', 'CHUNKED'].map(
    (name) => `FRAME-${name}.*`,
  ),
  'EXC-500.call',
  'EXC-500.next',
  'EXC-DISCLOSE.*',
  'EXC-TRUNCATE.*',
  'BODY-NODELAY.*',
];

/** The description of a target, by the name of the door. */
export function describeDoor(id) {
  return {
    meta: { name: `tsgi behind ${id}`, version, runtime: `node ${process.versions.node}` },
    command:
      `'${process.execPath}' ../../packages/doors/bin/door.mjs ${id} --app {app} ` +
      '--folder {tmp} -- --script-name={mount} --profile {profile} --cleanup-timeout 1500ms',
    // The door says when it is open.
    ready: 'stdout:(http:\\S+)\\n',
    // A front server and a backend take their time to start, and most checks need no new ones.
    permanent: true,
    unavailable: whyClosed(id),
    expect: `${id}.expect`,
    only: id === 'apache-cgi' ? WITH_CGI : [],
  };
}
