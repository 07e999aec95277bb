// Seams of what a server takes out of an application module.
import { pathToFileURL } from 'node:url';
import { fault } from './environ.mjs';

export async function loadModule(path) {
  return import(pathToFileURL(path).href);
}

export function findApplication(exports) {
  const found = [exports.default, exports.app, exports.application].find(
    (value) => typeof value === 'function',
  );
  if (found === undefined) throw fault('ERR_TSGI_OPTION', 'the module exports no application');
  return found;
}

export function findProfile({ profile = 'sync' }) {
  if (profile !== 'sync' && profile !== 'async') throw fault('ERR_TSGI_OPTION', 'profile');
  return profile;
}

export function findLifespan({ lifespan }) {
  return lifespan;
}

/** What the application of a module is to be started with. */
export async function readModule(path, seams) {
  const exports = await seams.loadModule(path);
  const lifespan = seams.findLifespan(exports);
  return {
    application: seams.findApplication(exports),
    settings: {
      profile: seams.findProfile(exports),
      ...(lifespan === undefined ? {} : { lifespan }),
    },
  };
}
