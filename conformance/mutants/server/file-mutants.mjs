import { closeSync, openSync, readSync } from 'node:fs';
import { alterResult, only } from './alter.mjs';

const always = () => true;
const isPath = (file) => typeof file === 'string';

/** The descriptor that the first response of a path used. */
const kept = new Map();

export const fileMutants = [
  {
    id: 'S300',
    defect: 'a call of the wrapper sends the head',
    ...only(
      'wrapFile',
      (_file, _range, x) => x.response.state === 'set',
      (original, ...args) => {
        args[2].seams.commit(args[2], {});
        return original(...args);
      },
    ),
  },
  {
    id: 'S301',
    defect: 'sends a region from the beginning of the file',
    ...only(
      'readAt',
      ({ offset }) => offset > 0,
      (original, region, done) => original({ ...region, offset: 0 }, done),
    ),
  },
  {
    id: 'S302',
    defect: 'sends a region from one octet further on',
    ...only('readAt', always, (original, region, done) =>
      original({ ...region, offset: region.offset + 1 }, done),
    ),
  },
  {
    id: 'S303',
    defect: 'reads a region from the position of the descriptor',
    ...only(
      'readAt',
      ({ path }) => path === undefined,
      (_original, { fd, length }, done) => {
        const part = new Uint8Array(length - done);
        return part.subarray(0, readSync(fd, part, 0, part.length, null));
      },
    ),
  },
  {
    id: 'S304',
    defect: 'opens the file of the wrapper when the body is sent',
    ...only('wrapFile', isPath, (original, file, range, x) => {
      try {
        return original(file, range, x);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        return [];
      }
    }),
  },
  {
    id: 'S305',
    defect: 'cuts a range at the end of the file',
    ...only('wrapFile', always, (original, file, range, x) => {
      try {
        return original(file, range, x);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return original(file, {}, x);
      }
    }),
  },
  {
    id: 'S306',
    defect: 'does not close the descriptor that the wrapper opened',
    ...alterResult('wrapFile', (body, file) => (isPath(file) ? { ...body, close() {} } : body)),
    when: isPath,
  },
  {
    id: 'S307',
    defect: 'closes the descriptor that the application opened',
    ...alterResult('wrapFile', (body, file) =>
      isPath(file) ? body : { ...body, close: () => closeSync(file) },
    ),
    when: (file) => !isPath(file),
    alone: true,
  },
  {
    id: 'S308',
    defect: 'the body of the wrapper yields nothing to others',
    ...alterResult('wrapFile', (body) => ({ ...body, [Symbol.iterator]: () => [].values() })),
    when: always,
  },
  {
    id: 'S309',
    defect: 'sends a region although startResponse was not called',
    ...only(
      'hasRegion',
      ({ response }, body) => response.state === 'unset' && typeof body['tsgi.file'] === 'object',
      always,
    ),
  },
  {
    id: 'S310',
    defect: 'fills what a file has lost with zeros',
    ...only('readAt', always, (original, region, done) => {
      try {
        return original(region, done);
      } catch {
        return new Uint8Array(region.length - done);
      }
    }),
  },
  {
    id: 'S311',
    defect: 'goes on using the descriptor that a path once had',
    ...only(
      'readAt',
      ({ path }) => path !== undefined,
      (original, region, done) => {
        if (!kept.has(region.path)) kept.set(region.path, region.fd);
        return original({ ...region, fd: kept.get(region.path) }, done);
      },
    ),
    alone: true,
  },
  {
    id: 'S312',
    defect: 'sends a region in chunks',
    ...only('sendRegion', always, async (_original, x, { fd, offset, length }) => {
      const part = new Uint8Array(length);
      const count = readSync(fd, part, 0, length, offset);
      if (count < length) throw Object.assign(new Error('short'), { code: 'ERR_TSGI_FILE' });
      x.seams.commit(x, {});
      await x.seams.take(x, part);
    }),
  },
  {
    id: 'S313',
    defect: 'lets go of a closed body and opens its file again',
    ...alterResult('wrapFile', (body, file) => ({
      ...body,
      *[Symbol.iterator]() {
        const part = new Uint8Array(body['tsgi.file'].length);
        const fd = isPath(file) ? openSync(file, 'r') : file;
        readSync(fd, part, 0, part.length, body['tsgi.file'].offset);
        if (isPath(file)) closeSync(fd);
        yield part;
      },
    })),
    when: always,
  },
  {
    id: 'S314',
    defect: 'a truncated file is a fault without a code',
    ...only('readAt', always, (original, region, done) => {
      try {
        return original(region, done);
      } catch {
        throw new Error('the file is too short');
      }
    }),
  },
];
