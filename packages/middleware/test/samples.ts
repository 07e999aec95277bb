import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Application, AsyncApplication, Body, FileWrapper } from '@tsgi/types';

const encoder = new TextEncoder();

/** Text as octets. */
export const octets = (text: string): Uint8Array => encoder.encode(text);

/** An application that answers with chunks of text, started before it returns. */
export const answering =
  (status: `${number} ${string}`, ...chunks: readonly string[]): Application =>
  (_environ, startResponse) => {
    startResponse(status, [['Content-Type', 'text/plain']]);
    return chunks.map(octets);
  };

/** The same as a generator: it starts the response when it is first pulled. */
export const lazy =
  (status: `${number} ${string}`, ...chunks: readonly string[]): Application =>
  (_environ, startResponse) =>
    (function* () {
      startResponse(status, [['Content-Type', 'text/plain']]);
      for (const chunk of chunks) {
        yield octets(chunk);
      }
    })();

/** The same as an asynchronous generator, returned as a promise of it. */
export const lazyAsync =
  (status: `${number} ${string}`, ...chunks: readonly string[]): AsyncApplication =>
  async (_environ, startResponse) =>
    (async function* () {
      startResponse(status, [['Content-Type', 'text/plain']]);
      for (const chunk of chunks) {
        yield octets(chunk);
      }
    })();

/** A body that tells what is done with it. */
export function watched(body: Iterable<Uint8Array>, log: string[]): Body {
  return {
    *[Symbol.iterator]() {
      try {
        yield* body;
        log.push('end');
      } finally {
        log.push('return');
      }
    },
    close() {
      log.push('close');
    },
  };
}

/** An application that tells what reaches it: SCRIPT_NAME, PATH_INFO. */
export const tellPath: Application = (environ, startResponse) => {
  startResponse('200 OK', []);
  return [octets(`${environ.SCRIPT_NAME}|${environ.PATH_INFO}`)];
};

/** An application that answers with the request body. */
export const echo: Application = (environ, startResponse) => {
  const body = [...environ['tsgi.input']];
  startResponse('200 OK', []);
  return body;
};

/** `tsgi.file_wrapper` as a server provides it. */
export const fileWrapper: FileWrapper = (file, range = {}) => {
  const opened = typeof file === 'string';
  const fd = opened ? openSync(file, 'r') : file;
  const offset = range.offset ?? 0;
  const length = range.length ?? fstatSync(fd).size - offset;
  let closed = false;
  return {
    'tsgi.file': { fd, offset, length, ...(opened ? { path: file } : {}) },
    *[Symbol.iterator]() {
      const content = new Uint8Array(length);
      readSync(fd, content, 0, length, offset);
      yield content;
    },
    close() {
      if (opened && !closed) {
        closeSync(fd);
      }
      closed = true;
    },
  };
};
