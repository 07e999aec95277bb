import type { Environ, InputStream } from '@tsgi/types';
import { type EitherMiddleware, either } from './either.ts';
import { checkCount } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';

/**
 * Refuses request bodies of more than `maxSize` octets: with 413 where Content-Length says so, and
 * where it does not, with an error of code `ERR_TSGI_INPUT_TOO_LARGE` from the read that crosses
 * the limit. Throws a TypeError for a wrong size.
 */
export function bodyLimit(maxSize: number): EitherMiddleware {
  checkCount('bodyLimit', 'maxSize', maxSize);
  return either((application) => (environ, startResponse) => {
    if (Number(environ.CONTENT_LENGTH ?? 0) > maxSize) {
      return ownAnswer(startResponse, '413 Content Too Large');
    }
    if (environ.CONTENT_LENGTH === undefined) {
      limitInput(environ, maxSize);
    }
    return application(environ, startResponse);
  });
}

function limitInput(environ: Environ, maxSize: number): void {
  const count = counting(maxSize);
  environ['tsgi.input'] = limited(environ['tsgi.input'], count);
  const source = environ['tsgi.async_input'];
  if (source !== undefined) {
    environ['tsgi.async_input'] = {
      async *[Symbol.asyncIterator]() {
        for await (const octets of source) {
          yield count(octets);
        }
      },
    };
  }
}

type Count = (octets: Uint8Array) => Uint8Array;

function counting(maxSize: number): Count {
  let size = 0;
  return (octets) => {
    size += octets.byteLength;
    if (size > maxSize) {
      throw tooLarge(maxSize);
    }
    return octets;
  };
}

function limited(input: InputStream, count: Count): InputStream {
  return {
    read: (size) => count(input.read(size)),
    *[Symbol.iterator]() {
      for (const octets of input) {
        yield count(octets);
      }
    },
  };
}

function tooLarge(maxSize: number): Error {
  const error = new Error(`the request body exceeds ${maxSize} octets`);
  return Object.assign(error, { code: 'ERR_TSGI_INPUT_TOO_LARGE' });
}
