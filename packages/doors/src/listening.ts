import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Where a program listens: a port of this machine, or a Unix socket. */
export type Address = { readonly port: number } | { readonly path: string };

/** Loopback: nothing of this package is reached from elsewhere. */
export const HOST = '127.0.0.1';

/** Below the range from which systems take the ports of outgoing connections. */
const LOWEST = 14_000;
const COUNT = 6000;
/** Milliseconds between two attempts to connect. */
const RETRY_INTERVAL = 5;

// By chance, so that processes that look at the same time find different ones.
let steps = Math.floor(Math.random() * COUNT);

/** A port on which nobody listens; another one each time. */
export async function findFreePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    steps += 1;
    const port = LOWEST + (steps % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${LOWEST} to ${LOWEST + COUNT - 1} is free`);
}

/** Settles once somebody accepts connections, or `givenUp` says that nobody will. */
export async function untilAccepting(address: Address, givenUp: () => boolean): Promise<void> {
  while (!givenUp() && !(await accepts(address))) await pause(RETRY_INTERVAL);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function accepts(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect('port' in address ? { host: HOST, ...address } : address);
    const settle = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
