// Seams of tsgi.file_wrapper, and of bodies that name a region of a file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fault } from './environ.mjs';

const BLOCK = 65_536;

export function wrapFile(file, range) {
  const opened = typeof file === 'string';
  if (!opened && !(Number.isSafeInteger(file) && file >= 0)) throw new TypeError('no file');
  const fd = opened ? openSync(file, 'r') : file;
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw fault('ERR_TSGI_FILE');
    const { offset = 0, length = stats.size - offset } = range ?? {};
    const isWhole = [offset, length].every((count) => Number.isSafeInteger(count) && count >= 0);
    if (!isWhole || offset + length > stats.size) throw new RangeError('beyond the file');
    return makeBody({ fd, offset, length, ...(opened ? { path: file } : {}) }, opened);
  } catch (error) {
    if (opened) closeSync(fd);
    throw error;
  }
}

function makeBody(region, opened) {
  let isClosed = false;
  return {
    'tsgi.file': region,
    *[Symbol.iterator]() {
      for (let sent = 0; sent < region.length; ) {
        if (isClosed) throw fault('ERR_TSGI_FILE');
        const part = readAt(region, sent);
        sent += part.length;
        yield part;
      }
    },
    close() {
      if (opened && !isClosed) closeSync(region.fd);
      isClosed = true;
    },
  };
}

/** The next octets of a region, by their position; throws where the file has become shorter. */
export function readAt({ fd, offset, length }, done) {
  const part = new Uint8Array(Math.min(BLOCK, length - done));
  const count = readSync(fd, part, 0, part.length, offset + done);
  if (count === 0) throw fault('ERR_TSGI_FILE');
  return part.subarray(0, count);
}

/** Whether the region is sent in place of what iterating the body would give. */
export function hasRegion({ response }, body) {
  const isStarted = response.state === 'set' || response.state === 'committed';
  return isStarted && typeof body['tsgi.file'] === 'object';
}

export async function sendRegion(x, region) {
  const { length } = region;
  if (x.response.state !== 'committed' && length === 0) x.seams.commit(x, { sum: 0 });
  for (let sent = 0; sent < length; ) {
    const part = x.seams.readAt(region, sent);
    sent += part.length;
    if (x.response.state !== 'committed') x.seams.commit(x, { sum: length });
    if (await x.seams.take(x, part)) return;
  }
}
