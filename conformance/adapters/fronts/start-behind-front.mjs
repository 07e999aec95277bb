// A server of another protocol than HTTP, and an HTTP server before it that passes everything on.
import { Worker } from 'node:worker_threads';
import { serve } from '@tsgi/server';

/** Both servers are without TLS, and modules are loaded by `tsgi serve`. */
export const capabilities = { tls: false, modules: false };

/** Starts a server of a protocol and the front before it; settles once both accept connections. */
export async function startBehindFront(protocol, application, options) {
  const { host, port, scriptName = '', profile, onError, lifespan } = options;
  const server = await serve(application, {
    protocol,
    // TCP, where a response that is cut off ends in a reset: a Unix socket knows none
    port: 0,
    scriptName,
    profile,
    onError,
    lifespan,
    cleanupTimeout: 1500,
  });
  try {
    const front = await startFront({ upstream: server.url, host, port, scriptName });
    return {
      url: front.url,
      close: () => front.close().finally(() => server.close()),
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** One thread for all fronts of this one. */
let thread;
let calls = 0;
const waiting = new Map();

async function startFront(order) {
  const { instance, value: url } = await ask({ command: 'start', ...order });
  return { url, close: () => ask({ command: 'close', instance }) };
}

function ask(message) {
  thread ??= startThread();
  calls += 1;
  const call = calls;
  return new Promise((resolve, reject) => {
    waiting.set(call, { resolve, reject });
    thread.postMessage({ ...message, call }, []);
  });
}

function startThread() {
  const worker = new Worker(new URL('front-thread.mjs', import.meta.url));
  worker.on('message', ({ call, value, error }) => {
    const { resolve, reject } = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) {
      resolve({ instance: call, value });
    } else {
      reject(new Error(error));
    }
  });
  worker.unref();
  return worker;
}
