// A server that listens and never accepts: its thread sleeps, and its queue fills.
import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

const server = createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  parentPort?.postMessage(server.address(), []);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
