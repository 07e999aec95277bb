import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { socketDirectory } from '../control/socket-path.ts';
import type { Resolved } from '../settings/resolved.ts';
import { type Finding, findingsOn } from './finding.ts';

// sun_path of sockaddr_un: 108 octets on Linux, 104 elsewhere, with the zero at its end.
const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/** Whether the control socket can be made, and nobody else can put one in its place. */
export function checkControlSocket({ settings }: Resolved): readonly Finding[] {
  const find = findingsOn('control socket');
  const { controlSocket } = settings;
  if (controlSocket === 'off') {
    return find('ok', 'off; tsgi ctl cannot reach the server');
  }
  if (controlSocket === undefined) {
    return checkDefaultDirectory(socketDirectory(process.env));
  }
  if (Buffer.byteLength(controlSocket) > LONGEST_SOCKET_PATH) {
    return find('fail', `${controlSocket} is longer than a socket's ${LONGEST_SOCKET_PATH} octets`);
  }
  const directory = dirname(resolve(controlSocket));
  const problem = writeProblem(directory);
  if (problem !== undefined) {
    return find('fail', `${problem}; choose another with --control-socket, or off`);
  }
  return (statSync(directory).mode & 0o022) === 0
    ? find('ok', controlSocket)
    : find('warn', `others may write to ${directory}, and replace the socket there`);
}

// The server makes this directory where it is not there, and refuses one that others can enter.
function checkDefaultDirectory(directory: string): readonly Finding[] {
  const find = findingsOn('control socket');
  const present = lstatSync(directory, { throwIfNoEntry: false });
  if (present === undefined) {
    const problem = writeProblem(dirname(directory));
    return find(problem === undefined ? 'ok' : 'fail', problem ?? `in ${directory}`);
  }
  return present.uid === userInfo().uid && (present.mode & 0o077) === 0
    ? find('ok', `in ${directory}`)
    : find('fail', `${directory} is open to others; choose one with --control-socket, or off`);
}

/** Whether the file of the process id can be written. */
export function checkPidFile({ settings }: Resolved): readonly Finding[] {
  const { pidFile } = settings;
  if (pidFile === undefined) {
    return [];
  }
  const problem = writeProblem(dirname(resolve(pidFile)));
  return findingsOn('pid file')(problem === undefined ? 'ok' : 'fail', problem ?? pidFile);
}

function writeProblem(directory: string): string | undefined {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return `${directory} is no directory that this user may write to`;
  }
}
