import { Worker } from 'node:worker_threads';
import { get } from './server-fixture.ts';

const CLIENT = `
const { workerData } = require('node:worker_threads');
const { port, request, text, flag } = workerData;
const socket = require('node:net').connect(port, '127.0.0.1');
let received = '';
socket.on('data', (chunk) => {
  received += chunk.toString('latin1');
  if (received.includes(text)) {
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  }
});
socket.on('error', () => {});
socket.write(request);
`;

/** How long an application blocks at most, in milliseconds, where what it waits for does not come. */
const LIMIT = 10_000;

/** A client in a thread of its own, which a blocked server cannot hold up. */
export class BlockingClient {
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  #stop: (() => Promise<unknown>) | undefined;

  /** Asks for `/`, and looks for the text in what comes. */
  ask(port: number, text: string): void {
    const worker = new Worker(CLIENT, {
      eval: true,
      workerData: { port, request: get('/'), text, flag: this.#flag },
    });
    this.#stop = () => worker.terminate();
  }

  /** Blocks the thread until the client has seen the text; gives whether it has. */
  waitSync(): boolean {
    return Atomics.wait(this.#flag, 0, 0, LIMIT) !== 'timed-out';
  }

  async close(): Promise<void> {
    await this.#stop?.();
  }
}
