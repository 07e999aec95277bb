import { spawnSync } from 'node:child_process';
import { PEERS_FOLDER } from './locate-peer.ts';
import { type Peer, type PeerName, PEERS } from './peers.ts';

// Install scripts are not run: the programs inside the packages are started directly. A lock file
// would hold the address of whichever registry the machine uses; exact versions are in the manifest.
const INSTALL = [
  'install',
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--ignore-scripts',
  '--loglevel=error',
];
const INSTALL_LIMIT = 600_000;

/** Which of the packages of peers have to be there. */
export interface Wanted {
  readonly peers: readonly PeerName[];
  /** Whether autocannon is wanted and missing. */
  readonly autocannon: boolean;
}

/**
 * The arguments with which npm installs what is wanted; undefined where nothing is missing. The
 * large packages, Bun and Deno, are left out where neither is wanted.
 */
export function installArguments(
  wanted: Wanted,
  isMissing: (peer: Peer) => boolean,
): readonly string[] | undefined {
  const peers = wanted.peers.map((name) => PEERS[name]);
  const missing = peers.filter((peer) => peer.origin.startsWith('npm') && isMissing(peer));
  if (missing.length === 0 && !wanted.autocannon) {
    return undefined;
  }
  const binaries = peers.some((peer) => peer.origin === 'npm-binary');
  return binaries ? INSTALL : [...INSTALL, '--omit=optional'];
}

/** Installs what is wanted and missing with npm, and gives what npm said where it failed. */
export function installPeers(wanted: Wanted, onBegin: () => void): string | undefined {
  const args = installArguments(wanted, (peer) => 'missing' in peer.locate());
  if (args === undefined) {
    return undefined;
  }
  onBegin();
  const result = spawnSync('npm', args, {
    cwd: PEERS_FOLDER,
    encoding: 'utf8',
    timeout: INSTALL_LIMIT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return result.status === 0
    ? undefined
    : `npm install failed: ${result.error?.message ?? result.stderr.trim().split('\n', 1)[0]}`;
}
