import { createServer } from 'node:net';

export const meta = { name: 'faulty harness', version: '1.0.0' };

/** A port that was free a moment ago. */
async function findClosedPort(host) {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, host, resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

export async function start(_application, { host }) {
  return { url: `http://${host}:${await findClosedPort(host)}`, close: async () => undefined };
}
