// Adapter of the kit's own server. `?mutant=ID` (or `?variant=ID`) replaces one of its seams;
// `?trace=FILE` has the unchanged server say which mutants each check can tell from it.
import process from 'node:process';
import { startSeamServer } from '../mutants/server/reference/server.mjs';
import { referenceSeams } from '../mutants/server/reference/seams.mjs';
import { readModule } from '../mutants/server/reference/modules.mjs';
import { findMutant } from '../mutants/server/index.mjs';

const query = new URL(import.meta.url).searchParams;
const id = query.get('mutant');
const trace = query.get('trace');
const mutant = id === null ? undefined : findMutant(id);

export const meta = {
  name: id === null ? 'the reference of the kit' : `the reference of the kit with ${id}`,
  version: '1.0.0',
  runtime: `node ${process.versions.node}`,
};

export const capabilities = mutant?.capabilities ?? {
  async: true,
  http10: true,
  keepAlive: true,
  pipelining: true,
  chunkedRequest: true,
  files: true,
  signal: true,
  flushHeaders: true,
  earlyHints: true,
  trailers: true,
  rawHeaders: true,
  state: true,
  tls: true,
  modules: true,
};

export async function start(application, options) {
  return open(options, () => ({ application, settings: {} }));
}

export async function startModule(path, options) {
  return open(options, (seams) => readModule(path, seams));
}

async function open(options, find) {
  const { seams, end } = trace === null ? { seams: replaceSeam() } : await traceSeams(options);
  try {
    const { application, settings } = await find({ ...referenceSeams, ...seams });
    const server = await startSeamServer(application, { ...options, ...settings }, seams);
    return { url: server.url, close: () => server.close().finally(end) };
  } catch (error) {
    end?.();
    throw error;
  }
}

function replaceSeam() {
  if (mutant === undefined) return {};
  return { [mutant.seam]: mutant.make(referenceSeams[mutant.seam]) };
}

async function traceSeams({ label }) {
  const tracer = await import('../mutants/server/trace.mjs');
  return tracer.traceSeams(label, trace);
}
