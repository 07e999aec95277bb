import type { Environ } from '@tsgi/types';
import { parseAddress } from './ip-network.ts';

/**
 * Whether a request comes from this machine: from 127.0.0.0/8 or ::1. A peer on a Unix socket has no
 * address; it is most often a proxy for others, and counts as one.
 */
export function isLocalClient({ REMOTE_ADDR: address }: Environ): boolean {
  const octets = address === undefined ? undefined : parseAddress(address);
  if (octets === undefined) {
    return false;
  }
  return octets.length === 16
    ? octets.every((octet, index) => octet === (index === 15 ? 1 : 0))
    : octets[0] === 127;
}
