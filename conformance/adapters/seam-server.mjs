// Adapter of the kit's own server. `?mutant=ID` (or `?variant=ID`) replaces one of its seams.
import process from 'node:process';
import { startSeamServer } from '../mutants/server/reference/server.mjs';
import { referenceSeams } from '../mutants/server/reference/seams.mjs';
import { findMutant } from '../mutants/server/index.mjs';

const id = new URL(import.meta.url).searchParams.get('mutant');
const mutant = id === null ? undefined : findMutant(id);

export const meta = {
  name: id === null ? 'seam-server' : `seam-server with ${id}`,
  version: '1.0.0',
  runtime: `node ${process.versions.node}`,
};

export const capabilities = mutant?.capabilities ?? {
  async: true,
  http10: true,
  keepAlive: true,
  pipelining: true,
  chunkedRequest: true,
};

export async function start(application, options) {
  const seams =
    mutant === undefined ? {} : { [mutant.seam]: mutant.make(referenceSeams[mutant.seam]) };
  return startSeamServer(application, options, seams);
}
