import type { Server, Socket } from 'node:net';
import { type ProxyHeader, ProxyReader, type ProxyVersions } from '@tsgi/protocol/proxy';
import { Deadline } from '../deadline.ts';
import type { ServerSettings } from '../options.ts';
import { Complaints } from './complaints.ts';
import { connectionKey } from './connection-key.ts';
import type { Connections } from './connections.ts';

/** The client of a connection, as the proxy in front reports it. */
export interface ProxiedPeer {
  /** Undefined for a Unix socket of the proxy's. */
  readonly address: string | undefined;
  readonly port: string | undefined;
}

/** By what the connection and a secured one on it have in common. */
const peers = new Map<string | Socket, ProxiedPeer>();

/** The client that a PROXY header named; undefined where there was none, or none is known. */
export function proxiedPeer(socket: Socket): ProxiedPeer | undefined {
  if (peers.size === 0) {
    return undefined;
  }
  const key = connectionKey(socket);
  return key === undefined ? undefined : peers.get(key);
}

/** What reading the header takes. */
export interface PreambleHost {
  readonly settings: ServerSettings;
  readonly connections: Connections;
}

/**
 * Makes every connection of a server begin with a PROXY header, before TLS and HTTP; one without is
 * closed. Called when all listeners of the server are there: they have the connection after that.
 */
export function expectProxyHeaders(server: Server, host: PreambleHost): void {
  const versions = host.settings.proxyProtocol;
  if (versions === 'off') {
    return;
  }
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  const complaints = new Complaints(host.settings.errors);
  server.on('connection', (socket: Socket) => {
    readPreamble(socket, versions, {
      ...host,
      complaints,
      handOn() {
        for (const listener of listeners) {
          listener.call(server, socket);
        }
      },
    });
  });
}

interface ReadingHost extends PreambleHost {
  readonly complaints: Complaints;
  readonly handOn: () => void;
}

function readPreamble(socket: Socket, versions: ProxyVersions, host: ReadingHost): void {
  const { settings, connections, complaints, handOn } = host;
  const reader = new ProxyReader({ versions });
  const deadline = new Deadline(settings.headersTimeout, () => socket.destroy());
  const lift = (): void => deadline.lift();
  const take = (octets: Buffer): void => {
    try {
      const event = reader.receive(octets);
      if (event !== 'need-data') {
        leave();
        remember(socket, event.header);
        giveBack(socket, event.rest);
        handOn();
        // TLS takes over the handle and what was given back, and would find it flown away
        if (settings.tls === undefined) {
          socket.resume();
        }
      }
    } catch (error) {
      refuse(error);
    }
  };
  const refuse = (error: unknown): void => {
    leave();
    complaints.add(socket, error);
    socket.on('error', ignore);
    socket.destroy();
  };
  const end = (): void => {
    try {
      reader.end();
    } catch (error) {
      refuse(error);
    }
  };
  const leave = (): void => {
    lift();
    socket.removeListener('data', take);
    socket.removeListener('end', end);
    socket.removeListener('close', lift);
    socket.removeListener('error', ignore);
  };
  connections.add(socket, { drain() {}, closeIdle: () => socket.destroy() });
  socket.on('data', take);
  socket.once('end', end);
  socket.once('close', lift);
  // what is wrong with the socket is followed by its close
  socket.on('error', ignore);
  deadline.set();
}

function ignore(): void {}

// Whoever comes next reads from the beginning, and not before it has begun to.
function giveBack(socket: Socket, rest: Uint8Array): void {
  socket.pause();
  if (rest.byteLength > 0) {
    socket.unshift(rest);
  }
}

function remember(socket: Socket, { command, source }: ProxyHeader): void {
  if (command === 'LOCAL' || source === undefined) {
    return;
  }
  const { address, port } = source;
  const peer = port === undefined ? NO_ADDRESS : { address, port: String(port) };
  const key = connectionKey(socket) ?? socket;
  peers.set(key, peer);
  socket.once('close', () => {
    if (peers.get(key) === peer) {
      peers.delete(key);
    }
  });
}

const NO_ADDRESS: ProxiedPeer = { address: undefined, port: undefined };
