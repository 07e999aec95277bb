import { readFileSync } from 'node:fs';
import type { ListenerAddress } from '../arbiter/messages.ts';

/** The state of a socket that listens, in /proc/net/tcp. */
const LISTENING = '0A';

/**
 * How many connections wait in the system's queue of a TCP listener; undefined where the system does
 * not tell.
 */
export function readBacklog(
  { address, family, port }: ListenerAddress,
  read: (file: string) => string | undefined = readText,
): number | undefined {
  if (address === undefined || port === undefined) {
    return undefined;
  }
  const table = read(family === 'IPv6' ? '/proc/net/tcp6' : '/proc/net/tcp');
  for (const line of table?.split('\n').slice(1) ?? []) {
    const [, local = '', , state, queues = ''] = line.trim().split(/\s+/);
    const [host = '', hexPort = ''] = local.split(':');
    if (
      state === LISTENING &&
      Number.parseInt(hexPort, 16) === port &&
      host === encodeAddress(address, family)
    ) {
      // for a socket that listens, the second number is the length of its queue
      return Number.parseInt(queues.split(':')[1] ?? '', 16);
    }
  }
  return undefined;
}

// The kernel prints each word of 32 bits in the order of the machine.
function encodeAddress(address: string, family: string | undefined): string {
  const octets = family === 'IPv6' ? octetsOfIpv6(address) : address.split('.').map(Number);
  const words: string[] = [];
  for (let offset = 0; offset < octets.length; offset += 4) {
    const word = octets.slice(offset, offset + 4);
    words.push(
      word
        .toReversed()
        .map((octet) => octet.toString(16).padStart(2, '0'))
        .join(''),
    );
  }
  return words.join('').toUpperCase();
}

function octetsOfIpv6(address: string): readonly number[] {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
