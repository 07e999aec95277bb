// The thread of the HTTP servers in front: an application that blocks its own thread must not hold them up.
import { parentPort } from 'node:worker_threads';
import { serve } from '@tsgi/server';
import { forward } from '../../../packages/gateway-client/dist/index.js';

/** @type {Map<number, { front: import('@tsgi/server').ServerHandle, gateway: ReturnType<typeof forward> }>} */
const running = new Map();

async function start({ call, upstream, host, port, scriptName }) {
  const gateway = forward({
    upstreams: [upstream],
    // what the application sees is judged: nothing is made canonical or refused on the way
    requestUri: 'received',
    encodedSlashes: 'decode',
    fileFields: 'pass',
    bufferBody: 17 * 2 ** 20,
    trustForwarded: true,
  });
  const front = await serve(gateway, { host, port, profile: 'async', scriptName });
  running.set(call, { front, gateway });
  return front.url;
}

async function close({ instance }) {
  const { front, gateway } = running.get(instance);
  running.delete(instance);
  await front.close();
  gateway.close();
}

parentPort.on('message', async (message) => {
  const { call } = message;
  try {
    const value = await (message.command === 'start' ? start(message) : close(message));
    parentPort.postMessage({ call, value }, []);
  } catch (error) {
    parentPort.postMessage({ call, error: String(error) }, []);
  }
});
