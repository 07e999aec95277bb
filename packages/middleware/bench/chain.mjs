#!/usr/bin/env node
// What a chain of ten middleware that do nothing costs hello world, in CPU time per request:
// node packages/middleware/bench/chain.mjs [ROUNDS] [REQUESTS]
// Prints medians of interleaved rounds: through the gateway into memory, and over the wire.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { bufferedRequestInput, EMPTY_SOURCE, Gateway } from '@tsgi/core';
import { serve } from '@tsgi/server';
import { compose } from '../dist/compose.js';

const LENGTH = 10;
const CONNECTIONS = 8;
const PIPELINE = 16;
const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n';
const BODY = new TextEncoder().encode('Hello, world!\n');

/** @type {import('@tsgi/types').Application} */
const hello = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']]);
  return [BODY];
};
/** @type {() => import('@tsgi/types').Middleware} */
const passThrough = () => (application) => (environ, startResponse) =>
  application(environ, startResponse);
const SUBJECTS = {
  alone: hello,
  chain: compose(...Array.from({ length: LENGTH }, passThrough))(hello),
};

function countOf(text) {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1 || count > 1_000_000) {
    throw new RangeError(`ROUNDS and REQUESTS are whole numbers from 1 on; got ${text}`);
  }
  return count;
}

/** Takes the two in turn, so that what else the machine does falls on both. */
async function report(title, rounds, measure) {
  const times = { alone: [], chain: [] };
  for (let round = -1; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['alone', 'chain'] : ['chain', 'alone'];
    for (const name of order) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const nanoseconds = await measure(name);
      if (round >= 0) times[name].push(nanoseconds);
    }
  }
  const [alone, chain] = [median(times.alone), median(times.chain)];
  const more = ((chain / alone - 1) * 100).toFixed(1);
  process.stdout.write(
    `${title}: ${alone.toFixed(0)} ns alone, ${chain.toFixed(0)} ns with the chain, ${more} % more\n`,
  );
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function measureGateway(requests) {
  const gateways = Object.fromEntries(
    Object.entries(SUBJECTS).map(([name, application]) => [name, gatewayOf(application)]),
  );
  return (name) => {
    const from = process.cpuUsage();
    for (let count = 0; count < requests; count += 1) handle(gateways[name]);
    const { user, system } = process.cpuUsage(from);
    return ((user + system) * 1000) / requests;
  };
}

function gatewayOf(application) {
  return new Gateway(application, {
    profile: 'sync',
    scriptName: '',
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write() {}, flush() {} },
    limit: (work) => Promise.resolve(work),
  });
}

const HEAD = { method: 'GET', target: '/', protocol: 'HTTP/1.1', headers: ['Host', 'localhost'] };
const CONNECTION = {
  scheme: 'http',
  serverName: '127.0.0.1',
  serverPort: '8000',
  remoteAddress: '127.0.0.1',
};

function handle(gateway) {
  const sink = new Sink();
  gateway.handle({
    admission: gateway.admit(HEAD),
    connection: CONNECTION,
    input: bufferedRequestInput(EMPTY_SOURCE),
    sink,
    onDone: () => {},
  });
  if (sink.octets !== BODY.byteLength) throw new Error('the response is not whole');
}

/** Counts what it is given. */
class Sink {
  octets = 0;
  ready() {
    return true;
  }
  writeHead() {}
  writeInterim() {}
  flushHead() {}
  writeChunk(chunk) {
    this.octets += chunk.byteLength;
  }
  end() {}
  abort() {}
}

async function openWire(requests) {
  const servers = {};
  for (const name of Object.keys(SUBJECTS)) {
    const child = spawn(process.execPath, [import.meta.filename, '--serve', name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // oxlint-disable-next-line no-await-in-loop -- two of them
    const [port] = await once(child.stdout, 'data');
    servers[name] = { child, port: Number(String(port)) };
  }
  return {
    measure: async (name) => {
      const { child, port } = servers[name];
      const from = cpuOf(child.pid);
      const share = Math.ceil(requests / CONNECTIONS / PIPELINE);
      await Promise.all(Array.from({ length: CONNECTIONS }, () => load(port, share)));
      return (cpuOf(child.pid) - from) / (share * CONNECTIONS * PIPELINE);
    },
    close: () => {
      for (const { child } of Object.values(servers)) child.kill();
    },
  };
}

/** Nanoseconds of CPU time of the main thread; proc(5) stat counts in ticks of 10 ms. */
function cpuOf(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]);
}

/** Sends batches of requests on one connection, each when the one before is answered. */
async function load(port, batches) {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  for (let batch = 0; batch < batches; batch += 1) {
    socket.write(REQUEST.repeat(PIPELINE));
    for (let text = ''; text.split('Hello, world!').length <= PIPELINE; ) {
      // oxlint-disable-next-line no-await-in-loop -- what arrives in turn
      const [more] = await once(socket, 'data');
      text += more;
    }
  }
  socket.destroy();
}

if (process.argv[2] === '--serve') {
  const server = await serve(SUBJECTS[process.argv[3]], {
    port: 0,
    errors: { write() {}, flush() {} },
  });
  process.stdout.write(`${server.port}\n`);
} else {
  const rounds = countOf(process.argv[2] ?? '15');
  const requests = countOf(process.argv[3] ?? '20000');
  await report('through the gateway', rounds, measureGateway(requests));
  const wire = await openWire(requests);
  await report('over the wire', rounds, wire.measure);
  wire.close();
}
