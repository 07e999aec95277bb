import { setTimeout as delay } from 'node:timers/promises';
import { measureResponse } from './exchange.ts';
import { OWN_PEERS, type PeerName } from './peers.ts';
import { readPeakKib, readResidentKib, resetPeak } from './process-stat.ts';
import { RawConnection } from './raw-connection.ts';
import { GET_HELLO, type Scenario } from './scenario.ts';
import type { ServerProcess } from './server-process.ts';

const KIB = 1024;
const PIECE = Buffer.alloc(64 * KIB, 'x');
const PIECES = 16 * KIB;
const IDLE = 10_000;
/** Connections that are opened together. */
const AT_ONCE = 100;
const PEERS: readonly PeerName[] = ['node-http', ...OWN_PEERS];
/** How long a server is left alone before its memory is read, in milliseconds. */
const REST = 2000;

async function openAnswered(port: number, length: number): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  await connection.write(GET_HELLO);
  await connection.receive(length);
  return connection;
}

async function openIdle(server: ServerProcess, count: number): Promise<RawConnection[]> {
  const length = await measureResponse(server.port, GET_HELLO);
  const connections: RawConnection[] = [];
  while (connections.length < count) {
    const some = Array.from({ length: AT_ONCE }, () => openAnswered(server.port, length));
    connections.push(...(await Promise.all(some)));
  }
  return connections;
}

async function measureIdle(server: ServerProcess): Promise<number> {
  for (const connection of await openIdle(server, 1000)) {
    connection.close();
  }
  await delay(REST);
  const before = readResidentKib(server.pid);
  const connections = await openIdle(server, IDLE);
  await delay(REST);
  const after = readResidentKib(server.pid);
  const closed = connections.filter((connection) => !connection.open).length;
  for (const connection of connections) {
    connection.close();
  }
  if (closed > 0) {
    throw new Error(`the server closed ${closed} of ${IDLE} idle connections`);
  }
  return (after - before) / IDLE;
}

/** 10,000 connections, each with one request behind it. */
export const IDLE_SCENARIO: Scenario = {
  title: '10,000 idle keep-alive connections',
  peers: PEERS,
  args: [],
  fresh: true,
  columns: [
    { heading: 'KiB/connection', figure: 'size', digits: 2 },
    { heading: '÷ node:http', figure: 'size', per: 'node-http', digits: 2 },
  ],
  check: async () => {},
  measure: async (server) => ({ values: { size: await measureIdle(server) }, failures: 0 }),
};

async function upload(server: ServerProcess, pieces: number): Promise<void> {
  const octets = pieces * PIECE.byteLength;
  const connection = await RawConnection.open(server.port);
  await connection.write(
    `POST /count HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: ${octets}\r\n\r\n`,
  );
  for (let sent = 0; sent < pieces && connection.open; sent += 1) {
    await connection.write(PIECE);
  }
  await connection.ended();
  if (connection.received < String(octets).length) {
    throw new Error('no answer to the upload');
  }
}

async function download(server: ServerProcess, path: string, octets: number): Promise<void> {
  const connection = await RawConnection.open(server.port);
  await connection.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  await connection.ended();
  if (connection.received < octets) {
    throw new Error(`the download ended after ${connection.received} octets`);
  }
}

function createMovement(
  title: string,
  warmUp: (server: ServerProcess) => Promise<void>,
  work: (server: ServerProcess) => Promise<void>,
): Scenario {
  return {
    title,
    peers: PEERS,
    args: [],
    fresh: true,
    columns: [
      { heading: 'resident before, MiB', figure: 'before', digits: 1 },
      { heading: 'peak above that, MiB', figure: 'movement', digits: 1 },
    ],
    check: async () => {},
    measure: async (server) => {
      await warmUp(server);
      await delay(REST);
      resetPeak(server.pid);
      const before = readResidentKib(server.pid);
      await work(server);
      const movement = readPeakKib(server.pid) - before;
      return { values: { before: before / KIB, movement: movement / KIB }, failures: 0 };
    },
  };
}

/** A request body of 1 GiB that the application reads. */
export const UPLOAD_MEMORY_SCENARIO: Scenario = createMovement(
  'resident memory during a 1 GiB upload',
  (server) => upload(server, 64),
  (server) => upload(server, PIECES),
);

/** A response of 1 GiB, each chunk in memory of its own. */
export const DOWNLOAD_MEMORY_SCENARIO: Scenario = createMovement(
  'resident memory during a 1 GiB generated download',
  async (server) => {
    for (let time = 0; time < 16; time += 1) {
      await download(server, '/download', KIB * KIB);
    }
  },
  (server) => download(server, '/large', PIECES * PIECE.byteLength),
);
