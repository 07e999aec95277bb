import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

/** The servers that can be measured without sockets: those that run in this process. */
export const MICRO_PEERS = ['raw', 'node-http', 'tsgi-net', 'tsgi-node-http'] as const;

/** The name of such a server. */
export type MicroPeer = (typeof MICRO_PEERS)[number];

// node:net tells of every server that listens, so none of them needs a door for the benchmark.
const LISTENING = 'tracing:net.server.listen:asyncEnd';

/** Starts a server of this package in this process and gives what listens. */
export async function startInProcess(name: MicroPeer): Promise<Server> {
  const listening = new Promise<Server>((resolve) => {
    const take = (message: unknown): void => {
      unsubscribe(LISTENING, take);
      resolve((message as { readonly server: Server }).server);
    };
    subscribe(LISTENING, take);
  });
  await import(new URL(`../servers/${name}.mjs`, import.meta.url).href);
  return listening;
}
