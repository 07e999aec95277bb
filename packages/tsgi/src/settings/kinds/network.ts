import { isIP } from 'node:net';
import type { Kind } from './kind.ts';

/** An IP address, a network such as 10.0.0.0/8, or `*` for every address. */
export const NETWORK: Kind<'network'> = {
  takes: 'an IP address, a network such as 10.0.0.0/8, or *',
  value: 'NETWORK',
  parse: (text) => (text === '*' || isNetwork(text) ? text : undefined),
  print: (network) => network,
  schema: { type: 'string', examples: ['127.0.0.1', '10.0.0.0/8', '*'] },
};

function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  return (
    version !== 0 &&
    rest.length === 0 &&
    (length === undefined || (/^(?:0|[1-9][0-9]{0,2})$/.test(length) && Number(length) <= longest))
  );
}
