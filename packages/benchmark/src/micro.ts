import type { Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { MicroLine } from './command-line.ts';
import type { Output } from './command-error.ts';
import { FakeSocket } from './fake-socket.ts';
import { BROWSER_HEADERS } from './load-scenarios.ts';
import { type MicroPeer, startInProcess } from './micro-servers.ts';
import { type Figure, figureOf } from './statistics.ts';
import { renderText, type Table } from './tables.ts';

/** Connections that each have a request in one turn of the event loop. */
const CONNECTIONS = 64;

const REQUESTS = {
  hello: 'GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n',
  browser: `GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n${BROWSER_HEADERS.map(
    ([name, value]) => `${name}: ${value}\r\n`,
  ).join('')}\r\n`,
} as const;

type RequestName = keyof typeof REQUESTS;

interface Subject {
  readonly peer: MicroPeer;
  readonly request: RequestName;
  readonly sockets: readonly FakeSocket[];
  readonly octets: Buffer;
  readonly rounds: number[];
}

/** Measures CPU time for a request in this process, without sockets, and prints a table. */
export async function runMicro(line: MicroLine, output: Output): Promise<void> {
  // What V8 sees in the first collections decides which objects it allocates as old from then on;
  // here, where a process starts with its loops, that is chance and can double the cost.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const servers: Server[] = [];
  const subjects: Subject[] = [];
  for (const peer of line.peers) {
    const server = await startInProcess(peer);
    servers.push(server);
    for (const request of ['hello', 'browser'] as const) {
      subjects.push(createSubject(peer, request, server));
    }
  }
  for (let round = 0; round <= line.rounds; round += 1) {
    for (const subject of subjects) {
      const nanoseconds = await measure(subject, line.requests);
      if (round > 0) {
        subject.rounds.push(nanoseconds);
      }
    }
  }
  for (const socket of subjects.flatMap(({ sockets }) => sockets)) {
    socket.destroy();
  }
  for (const server of servers) {
    server.close();
  }
  output.out(renderText(tableOf(line.peers, subjects)));
}

function createSubject(peer: MicroPeer, request: RequestName, server: Server): Subject {
  const sockets = Array.from({ length: CONNECTIONS }, () => new FakeSocket());
  for (const socket of sockets) {
    server.emit('connection', socket);
  }
  return { peer, request, sockets, octets: Buffer.from(REQUESTS[request]), rounds: [] };
}

async function measure(subject: Subject, requests: number): Promise<number> {
  const turns = Math.ceil(requests / CONNECTIONS);
  const { sockets, octets } = subject;
  // The servers may keep a part of what arrives, so that each request has octets of its own.
  await serveTurn(sockets, octets);
  const length = writtenBy(sockets);
  await serveTurn(sockets, octets);
  const expected = writtenBy(sockets) - length;
  const before = writtenBy(sockets);
  const start = process.cpuUsage();
  for (let count = 0; count < turns; count += 1) {
    await serveTurn(sockets, octets);
  }
  const { user, system } = process.cpuUsage(start);
  if (expected === 0 || writtenBy(sockets) - before !== expected * turns) {
    throw new Error(`${subject.peer} did not answer every request of ${subject.request}`);
  }
  return ((user + system) * 1000) / (turns * CONNECTIONS);
}

async function serveTurn(sockets: readonly FakeSocket[], octets: Buffer): Promise<void> {
  for (const socket of sockets) {
    socket.push(Buffer.from(octets));
  }
  await turn();
}

function writtenBy(sockets: readonly FakeSocket[]): number {
  return sockets.reduce((sum, socket) => sum + socket.written, 0);
}

function tableOf(peers: readonly MicroPeer[], subjects: readonly Subject[]): Table {
  const cell = (peer: MicroPeer, request: RequestName): string => {
    const rounds = subjects.find((one) => one.peer === peer && one.request === request)?.rounds;
    return rounds === undefined ? '' : rangeOf(figureOf(rounds));
  };
  return {
    title: 'CPU ns for a request, no sockets: median (lowest to highest round)',
    headings: ['server', 'hello', 'browser'],
    rows: peers.map((peer) => [peer, cell(peer, 'hello'), cell(peer, 'browser')]),
  };
}

function rangeOf({ median, min, max }: Figure): string {
  return `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
}
