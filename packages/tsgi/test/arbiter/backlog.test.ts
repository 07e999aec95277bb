import { describe, expect, test } from 'vitest';
import { readBacklog } from '../../src/control/backlog.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n';
const TCP = `${HEAD}   0: 0100007F:1F40 00000000:0000 01 00000000:00000007 00:00000000 00000000     0
   1: 0100007F:1F40 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0
   2: 00000000:1F41 00000000:0000 0A 00000000:0000000A 00:00000000 00000000     0
`;
const TCP6 = `${HEAD}   0: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 00000000:00000002 00:00000000
   1: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000001 00:00000000
`;

const read = (file: string): string | undefined =>
  ({ '/proc/net/tcp': TCP, '/proc/net/tcp6': TCP6 })[file];

describe('readBacklog', () => {
  test.each([
    ['127.0.0.1', 'IPv4', 8000, 3],
    ['0.0.0.0', 'IPv4', 8001, 10],
    ['::1', 'IPv6', 8000, 2],
    ['2001:db8::1', 'IPv6', 80, 1],
    ['127.0.0.1', 'IPv4', 8001, undefined],
    ['::', 'IPv6', 8000, undefined],
  ])('of %s (%s) port %i is %s', (address, family, port, expected) => {
    expect(readBacklog({ address, family, port }, read)).toBe(expected);
  });

  test('is not known of a Unix socket, nor where there is no such file', () => {
    expect(readBacklog({}, read)).toBeUndefined();
    const address = { address: '127.0.0.1', family: 'IPv4', port: 8000 };
    expect(readBacklog(address, () => undefined)).toBeUndefined();
  });
});
