import type { InputStream, Middleware } from '@tsgi/types';
import { HttpProblem } from '../http-problem.ts';

/** Refuses request bodies of more than `maximum` octets with 413. */
export function bodyLimit(maximum: number): Middleware {
  return (inner) => (environ, startResponse) => {
    const length = environ.CONTENT_LENGTH;
    if (length === undefined) {
      environ['tsgi.input'] = boundInput(environ['tsgi.input'], maximum);
    } else if (Number(length) > maximum) {
      throw tooLarge(maximum);
    }
    return inner(environ, startResponse);
  };
}

/** A length that is not known beforehand is counted while it is read. */
function boundInput(input: InputStream, maximum: number): InputStream {
  let left = maximum;
  const count = (chunk: Uint8Array): Uint8Array => {
    left -= chunk.byteLength;
    if (left < 0) throw tooLarge(maximum);
    return chunk;
  };
  return {
    read: (size) => count(input.read(size ?? left + 1)),
    *[Symbol.iterator]() {
      for (const chunk of input) yield count(chunk);
    },
  };
}

function tooLarge(maximum: number): HttpProblem {
  return new HttpProblem(
    '413 Content Too Large',
    `That is more than the guestbook takes: a form may have ${maximum / 1024} KiB.`,
  );
}
