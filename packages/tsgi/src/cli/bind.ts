import { CommandError, EXIT } from './command-error.ts';

/** An address to listen on. */
export interface Bind {
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`, `:PORT` or `[IPV6]:PORT`. Throws a CommandError with exit code 2. */
export function parseBind(text: string): Bind {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new CommandError(
      EXIT.usage,
      `--bind takes HOST:PORT with a port from 0 to 65535; got ${JSON.stringify(text)}`,
    );
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}
