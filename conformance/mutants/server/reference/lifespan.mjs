// Seams of an instance: its state, its startup and its shutdown.
import { fault } from './environ.mjs';

/** Rejects where the startup fails or the port is in use; nothing is served then. */
export async function open(listener, server) {
  const { seams, options } = server;
  seams.checkLifespan(options.lifespan === undefined ? {} : options.lifespan);
  server.state = seams.newState();
  await seams.startUp(server);
  await seams.listen(listener, options).catch(async (error) => {
    await seams.shutDown(server);
    throw error;
  });
}

/** Settles once everything has stopped; rejects with what the shutdown throws. */
export async function close(listener, server) {
  await server.seams.stop(listener, server);
  await server.seams.shutDown(server);
}

export function checkLifespan(lifespan) {
  if (typeof lifespan !== 'object' || lifespan === null) throw fault('ERR_TSGI_OPTION');
  for (const hook of [lifespan.startup, lifespan.shutdown]) {
    if (hook !== undefined && typeof hook !== 'function') throw fault('ERR_TSGI_OPTION');
  }
}

/** An object without properties, inherited ones included. */
export function newState() {
  return Object.create(Object.freeze(Object.create(null)));
}

export async function startUp({ options, state }) {
  await options.lifespan?.startup?.(state);
}

export async function shutDown(server) {
  if (server.isDown) return;
  server.isDown = true;
  const { options, state } = server;
  await options.lifespan?.shutdown?.(state);
}
