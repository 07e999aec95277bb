import { kindOf } from '../settings/kinds/table.ts';
import { SETTINGS } from '../settings/table.ts';
import { quoteShell } from './command-line.ts';
import { comment, type Lines } from './layout.ts';
import { type PeerAddress, type Plan, upstreamsOf } from './plan.ts';

const ADDRESS = kindOf(SETTINGS.bind);

/** What the configuration is for, and how the servers behind it are started. */
export function serverComment(plan: Plan, front: string): Lines {
  const peers = upstreamsOf(plan);
  return comment(
    `tsgi init ${front}: passes requests on to ${peers.length === 1 ? 'the server' : 'the servers'} that`,
    ...peers.map((peer) => serveLine(plan, peer)),
    ...(peers.length === 1 ? ['runs.'] : ['run.']),
  );
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
      ? ['--forwarded-allow-ips', 'path' in peer ? '*' : '127.0.0.1']
      : ['--protocol', protocol]),
    ...(mount === '' ? [] : ['--script-name', mount]),
  ];
  return `    ${words.map(quoteShell).join(' ')}`;
}
