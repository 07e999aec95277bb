import { kindOf } from '../settings/kinds/table.ts';
import { SETTINGS } from '../settings/table.ts';
import { quoteShell } from './command-line.ts';
import { comment, type Lines } from './layout.ts';
import { type PeerAddress, type Plan, upstreamsOf } from './plan.ts';

const ADDRESS = kindOf(SETTINGS.bind);

/** What the configuration is for, and how the servers behind it are started. */
export function serverComment(plan: Plan, front: string): Lines {
  const peers = upstreamsOf(plan);
  const lines = peers.map((peer) => serveLine(plan, peer));
  return comment(
    `tsgi init ${front}: passes requests on to ${peers.length === 1 ? 'the server' : 'the servers'} that`,
    ...lines,
    peers.length === 1 ? 'runs.' : 'run.',
    ...(plan.settings.protocol === 'http' && peers.some((peer) => trustedBy(peer) === FILL_IN)
      ? [`${FILL_IN} is this machine as that one sees it, such as 10.0.0.4.`]
      : []),
  );
}

/** A word that is refused where nobody has put an address in its place. */
const FILL_IN = 'ADDRESS';

/** Whom a server believes: the address from which the web server connects. */
function trustedBy(peer: PeerAddress): string {
  if ('path' in peer) {
    return '*';
  }
  if (peer.host === '::1') {
    return peer.host;
  }
  return peer.host === 'localhost' || peer.host.startsWith('127.') ? '127.0.0.1' : FILL_IN;
}

function serveLine(plan: Plan, peer: PeerAddress): string {
  const { protocol } = plan.settings;
  const { app, mount } = plan;
  const words = [
    'tsgi',
    'serve',
    app,
    '--bind',
    ADDRESS.print('path' in peer ? { ...peer, mode: 0o660 } : peer),
    ...(protocol === 'http'
      ? ['--forwarded-allow-ips', trustedBy(peer)]
      : ['--protocol', protocol]),
    ...(mount === '' ? [] : ['--script-name', mount]),
  ];
  return `    ${words.map(quoteShell).join(' ')}`;
}
