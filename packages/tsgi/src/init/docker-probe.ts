import type { BindAddress } from '../settings/kinds/kind.ts';
import type { Plan } from './plan.ts';

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const FAILED = ".on('error',()=>process.exit(1))";

/**
 * A program for `node -e` that ends with 0 where the server is well: over HTTP the health path is
 * asked, where something else is spoken whether anybody listens.
 */
export function writeProbe(
  { settings }: Plan,
  { path, port }: { path: string; port: number },
): string {
  const [address] = settings.bind;
  const at = addressOf(address, port);
  if (settings.protocol !== 'http' || settings.certfile !== undefined) {
    const options = JSON.stringify('socketPath' in at ? { path: at.socketPath } : at);
    return `require('net').connect(${options}).on('connect',()=>process.exit(0))${FAILED}`;
  }
  const options = JSON.stringify({ ...at, path });
  return `require('http').get(${options},r=>process.exit(r.statusCode===200?0:1))${FAILED}`;
}

function addressOf(
  address: BindAddress | undefined,
  port: number,
): { readonly socketPath: string } | { readonly host: string; readonly port: number } {
  if (typeof address === 'object' && 'path' in address) {
    return { socketPath: address.path };
  }
  const named = typeof address === 'object' && 'host' in address && !EVERYWHERE.has(address.host);
  return { host: named ? address.host : '127.0.0.1', port };
}
