import { listen } from './listen.mjs';

export const meta = { name: 'faulty harness', version: '1.0.0' };

export async function start(_application, options) {
  return listen(options, (socket) => socket.resume());
}
