import { CHUNK, CHUNKS } from '../servers/content.mjs';

/** The octets of `GET /download` as a ReadableStream, pulled chunk by chunk. */
export function streamDownload() {
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(CHUNK);
      index += 1;
      if (index === CHUNKS) {
        controller.close();
      }
    },
  });
}
