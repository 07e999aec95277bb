import {
  ofBinary,
  ofNode,
  ofNpm,
  ofPython,
  type Missing,
  PEERS_FOLDER,
  type ServerCommand,
} from './locate-peer.ts';
import { join } from 'node:path';

/** The names of all servers, in the order in which a round measures them. */
export const PEER_NAMES = [
  'raw',
  'node-http',
  'tsgi-net',
  'tsgi-node-http',
  'fastify',
  'hono',
  'express',
  'gunicorn',
  'waitress',
  'bun',
  'deno',
] as const;

/** The name of a server on the command line and in the report. */
export type PeerName = (typeof PEER_NAMES)[number];

/** The servers of this project. */
export const OWN_PEERS: readonly PeerName[] = ['tsgi-net', 'tsgi-node-http'];

/** A server of the comparison. */
export interface Peer {
  readonly label: string;
  /** Where the server comes from. */
  readonly origin: 'node' | 'npm' | 'npm-binary' | 'debian';
  /** Finds what it takes to start the server. */
  readonly locate: () => ServerCommand | Missing;
}

const GUNICORN_ARGS = ['-m', 'gunicorn', '--worker-class', 'sync', '--workers', '1'];

/** Every server of the comparison. */
export const PEERS: Readonly<Record<PeerName, Peer>> = {
  raw: {
    label: 'raw node:net responder',
    origin: 'node',
    locate: () => ofNode('raw.mjs'),
  },
  'node-http': {
    label: 'bare node:http',
    origin: 'node',
    locate: () => ofNode('node-http.mjs'),
  },
  'tsgi-net': {
    label: 'TSGI, net transport',
    origin: 'node',
    locate: () => ofNode('tsgi-net.mjs'),
  },
  'tsgi-node-http': {
    label: 'TSGI, node-http transport',
    origin: 'node',
    locate: () => ofNode('tsgi-node-http.mjs'),
  },
  fastify: {
    label: 'Fastify',
    origin: 'npm',
    locate: () => ofNpm('fastify', 'fastify.mjs'),
  },
  hono: {
    label: 'Hono on its Node server',
    origin: 'npm',
    locate: () => ofNpm('hono', 'hono.mjs'),
  },
  express: {
    label: 'Express',
    origin: 'npm',
    locate: () => ofNpm('express', 'express.mjs'),
  },
  gunicorn: {
    label: 'gunicorn, one sync worker',
    origin: 'debian',
    locate: () =>
      ofPython('gunicorn', [...GUNICORN_ARGS, '--bind', '127.0.0.1:0', 'wsgi:application']),
  },
  waitress: {
    label: 'waitress',
    origin: 'debian',
    locate: () => ofPython('waitress', [join(PEERS_FOLDER, 'wsgi.py')]),
  },
  bun: {
    label: 'Bun.serve',
    origin: 'npm-binary',
    locate: () =>
      ofBinary({
        name: 'bun',
        scope: '@oven',
        path: 'bin/bun',
        args: [join(PEERS_FOLDER, 'bun.mjs')],
      }),
  },
  deno: {
    label: 'Deno.serve',
    origin: 'npm-binary',
    locate: () =>
      ofBinary({
        name: 'deno',
        scope: '@deno',
        path: 'deno',
        args: ['run', '--allow-net', '--no-lock', join(PEERS_FOLDER, 'deno.mjs')],
      }),
  },
};
