import type { BindAddress } from '../settings/kinds/kind.ts';
import type { Resolved } from '../settings/resolved.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Whether only the web server in front can say who a client is. */
export function checkFront({ settings }: Resolved): readonly Finding[] {
  const { protocol, bind, forwardedAllowIps } = settings;
  const find = findingsOn('protocol');
  if (protocol === 'http') {
    return find('ok', protocol);
  }
  const open = bind.filter(isReached);
  return [
    ...(open.length === 0
      ? find('ok', `${protocol}, from a web server on this machine`)
      : find(
          'warn',
          `${protocol} on an address that other machines reach: whoever connects says who the client is; let only the web server do so, by a firewall or unix:/PATH`,
        )),
    ...(forwardedAllowIps.includes('*')
      ? find(
          'warn',
          `--forwarded-allow-ips *: REMOTE_ADDR is the client of the web server, so every client may say who it is; name the proxies in front of the web server, or none`,
        )
      : []),
  ];
}

const OWN = /^(?:127\.|::1$|localhost$)/;

function isReached(address: BindAddress): boolean {
  return typeof address === 'object' && 'host' in address && !OWN.test(address.host);
}
