import type { ListenAddress } from '@tsgi/server';
import { CommandError, EXIT } from '../cli/command-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
  ENOENT: 'there is no such directory',
  EBADF: 'there is no such descriptor',
  EINVAL: 'that is nothing to listen on',
  ENOTSOCK: 'that is no socket',
  EISCONN: 'that is a connection',
};

/** The error of the command for addresses of which one cannot be listened on. */
export function listenError(
  addresses: ListenAddress | readonly ListenAddress[],
  error: unknown,
): CommandError {
  const { code = '', message } = error as { code?: string; message: string };
  const all = [addresses].flat();
  const tcp = all.every((address) => 'port' in address);
  const inUse = tcp ? 'the port is in use' : 'another process listens there';
  const reason = code === 'EADDRINUSE' ? inUse : (REASONS[code] ?? message);
  const names = all.map((address) => nameAddress(address)).join(', ');
  return new CommandError(EXIT.listen, `cannot listen on ${names}: ${reason}`, { cause: error });
}

/** An address as it is written for `--bind`. */
export function nameAddress(address: ListenAddress): string {
  if ('path' in address) {
    return `unix:${address.path}`;
  }
  if ('fd' in address) {
    return `fd://${address.fd}`;
  }
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
