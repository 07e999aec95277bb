import { createServer, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { HarnessFault } from '../engine/failures.ts';
import type { Endpoint } from '../wire/raw-connection.ts';

/** Below the range from which systems take the ports of outgoing connections. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
/** Milliseconds between two attempts to reach a server that is starting. */
const RETRY_INTERVAL = 5;

let next = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));

/** A port on which nobody listens; never the same twice in a row. */
export async function findFreePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    next = next >= HIGHEST ? LOWEST : next + 1;
    const port = next;
    if (await isFree({ host, port })) return port;
  }
  throw new HarnessFault(`no port from ${LOWEST} to ${HIGHEST} is free`);
}

/** Settles when somebody accepts connections, or `given up` says that nobody will. */
export async function untilAccepting(endpoint: Endpoint, givenUp: () => boolean): Promise<void> {
  while (!givenUp() && !(await accepts(endpoint))) await pause(RETRY_INTERVAL);
}

/** Settles when a request for `target` is answered, with whatever it may be. */
export async function untilAnswering(
  endpoint: Endpoint,
  target: string,
  givenUp: () => boolean,
): Promise<void> {
  const request = `GET ${target} HTTP/1.1\r\nHost: tsgi.test\r\nConnection: close\r\n\r\n`;
  while (!givenUp() && !(await answers(endpoint, request))) await pause(RETRY_INTERVAL);
}

async function answers(endpoint: Endpoint, request: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint });
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', () => settle(true));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
  });
}

async function isFree({ host, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

async function accepts(endpoint: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
