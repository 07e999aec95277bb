// Regions of files where something else than their own length frames them, and the wrapper in the hands
// of the application.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { alterResult, only } from './alter.mjs';
import { fault } from './reference/environ.mjs';

const always = () => true;
const isPath = (file) => typeof file === 'string';
const isLength = ([name]) => /^content-length$/i.test(name);
const lengthOf = ({ response }) => Number((response.fields.find(isLength) ?? [])[1]);

function readRegion({ fd, offset, length }) {
  const part = new Uint8Array(length);
  return part.subarray(0, readSync(fd, part, 0, length, offset));
}

/** Sends octets of a region as they are. */
function sendPlain(x, octets, count) {
  if (x.response.state !== 'committed') x.seams.commit(x, {});
  x.outcome.bytesSent = count;
  x.write(octets);
}

export const fileFramingMutants = [
  {
    id: 'S930',
    defect: 'sends the whole of a region whatever its Content-Length',
    ...only(
      'sendRegion',
      (x, { length }) => lengthOf(x) < length,
      async (_original, x, region) => sendPlain(x, readRegion(region), lengthOf(x)),
    ),
  },
  {
    id: 'S931',
    defect: 'fills a region up to its Content-Length',
    ...only(
      'sendRegion',
      (x, { length }) => lengthOf(x) > length,
      async (_original, x, region) => {
        const whole = new Uint8Array(lengthOf(x));
        whole.set(readRegion(region));
        sendPlain(x, whole, whole.length);
      },
    ),
  },
  {
    id: 'S932',
    defect: 'sends a region without the coding that was flushed',
    ...only(
      'sendRegion',
      ({ response }) => response.framing?.kind === 'chunked',
      async (_original, x, region) => sendPlain(x, readRegion(region), region.length),
    ),
  },
  {
    id: 'S933',
    defect: 'sends the part of a file that the Range field asks for',
    ...only(
      'wrapFile',
      (_file, _range, { environ }) => /^bytes=\d+-\d+$/.test(environ.HTTP_RANGE),
      (original, file, _range, x) => {
        const [first, last] = x.environ.HTTP_RANGE.match(/\d+/g).map(Number);
        return original(file, { offset: first, length: last - first + 1 }, x);
      },
    ),
  },
  {
    id: 'S934',
    defect: 'sends the region of a response that has no content',
    ...only(
      'sendRegion',
      ({ method, response }) => method === 'HEAD' || /^(?:204|205|304)/.test(response.status),
      async (original, x, region) => {
        await original(x, region);
        x.write(readRegion(region));
      },
    ),
  },
  {
    id: 'S935',
    defect: 'sends the length of a region in spite of its trailers',
    ...only(
      'sendRegion',
      ({ trailers }) => trailers?.length > 0,
      (original, x, region) => {
        x.response.fields.push(['Content-Length', String(region.length)]);
        return original(x, region);
      },
    ),
  },
  {
    id: 'S936',
    defect: 'sends a file as long as it is by then',
    ...only(
      'sendRegion',
      (_x, { fd, offset, length }) => offset === 0 && fstatSync(fd).size > length,
      (original, x, region) => original(x, { ...region, length: fstatSync(region.fd).size }),
    ),
  },
  {
    id: 'S937',
    defect: 'ends the iteration of a file that was cut as if it were whole',
    ...alterResult('wrapFile', (body) => {
      let isClosed = false;
      return {
        ...body,
        *[Symbol.iterator]() {
          try {
            yield* body;
          } catch (error) {
            if (isClosed) throw error;
          }
        },
        close() {
          isClosed = true;
          body.close();
        },
      };
    }),
    when: always,
  },
  {
    id: 'S938',
    defect: 'closes the number of its descriptor as often as it is told to',
    ...alterResult('wrapFile', (body, file) => {
      if (!isPath(file)) return body;
      let isClosed = false;
      const close = () => {
        if (isClosed) closeSync(body['tsgi.file'].fd);
        else body.close();
        isClosed = true;
      };
      return { ...body, close };
    }),
    when: isPath,
    alone: true,
  },
  {
    id: 'S939',
    defect: 'leaves the file open whose range it refuses',
    ...only('wrapFile', isPath, (original, file, ...rest) => {
      try {
        return original(file, ...rest);
      } catch (error) {
        if (error instanceof RangeError) openSync(file, 'r');
        throw error;
      }
    }),
  },
  {
    id: 'S940',
    defect: 'says of a file that does not exist that it is no regular one',
    ...only('wrapFile', isPath, (original, ...args) => {
      try {
        return original(...args);
      } catch (error) {
        throw error.code === 'ENOENT' ? fault('ERR_TSGI_FILE') : error;
      }
    }),
  },
  {
    id: 'S969',
    defect: 'takes whatever is no path for a descriptor',
    ...only(
      'wrapFile',
      (file) => !isPath(file) && !(Number.isSafeInteger(file) && file >= 0),
      (_original, file) => fstatSync(Number(file)),
    ),
  },
  {
    id: 'S970',
    defect: 'takes a file that it cannot read for an empty one',
    ...only('sendRegion', always, async (original, x, region) => {
      try {
        await original(x, region);
      } catch (error) {
        if (error.code !== 'EBADF') throw error;
        x.seams.commit(x, { empty: true });
      }
    }),
  },
  {
    id: 'S941',
    defect: 'iterates a descriptor from its position',
    ...alterResult('wrapFile', (body, file) =>
      isPath(file)
        ? body
        : {
            ...body,
            *[Symbol.iterator]() {
              const part = new Uint8Array(body['tsgi.file'].length);
              yield part.subarray(0, readSync(file, part, 0, part.length, null));
            },
          },
    ),
    when: (file) => !isPath(file),
  },
];
