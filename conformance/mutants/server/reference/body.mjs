// Seams of the request body: from octets on a socket to an input.
import { fault, makeInputs } from './environ.mjs';
import { Refusal, valuesOf } from './request.mjs';

const HEAD_LIMIT = 65_536;
const UNREAD_LIMIT = 262_144;
/** The largest body that the server takes, in octets. */
const BODY_LIMIT = 8_388_608;

/** What has arrived on a socket and was not taken yet. */
export class SocketReader {
  #socket;
  #wake = () => undefined;
  bytes = Buffer.alloc(0);
  ended = false;

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      if (this.bytes.length > UNREAD_LIMIT) socket.pause();
      this.#wake();
    });
    for (const name of ['end', 'close']) socket.on(name, () => this.#end());
  }

  take(size) {
    const taken = this.bytes.subarray(0, size);
    this.bytes = this.bytes.subarray(size);
    this.#socket.resume();
    return taken;
  }

  /** Waits for octets; false where none can follow. */
  async more() {
    if (this.ended) return false;
    const before = this.bytes.length;
    await new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.bytes.length > before || !this.ended;
  }

  /** The next line without its CRLF; undefined at the end of the connection. */
  async line(limit) {
    for (;;) {
      const feed = this.bytes.indexOf('\r\n');
      if (feed >= 0) return this.take(feed + 2).toString('latin1', 0, feed);
      if (this.bytes.length > limit || !(await this.more())) return undefined;
    }
  }

  #end() {
    this.ended = true;
    this.#wake();
  }
}

/** The head as a text without its last empty line; undefined where the client has finished. */
export async function readHead(reader) {
  for (;;) {
    while (reader.bytes.indexOf('\r\n') === 0) reader.take(2);
    const end = reader.bytes.indexOf('\r\n\r\n');
    if (end >= 0) return reader.take(end + 4).toString('latin1', 0, end);
    if (reader.bytes.length > HEAD_LIMIT) throw new Refusal('431 Request Header Fields Too Large');
    if (!(await reader.more())) return undefined;
  }
}

/**
 * Throws where the body is malformed or cut short.
 * @yields the chunks of a request body
 */
export async function* readBody(reader, { length, chunked }) {
  if (chunked) yield* readChunked(reader);
  else yield* readExactly(reader, length);
}

async function* readExactly(reader, length) {
  let missing = length;
  while (missing > 0) {
    if (reader.bytes.length === 0 && !(await reader.more())) throw fault('ERR_TSGI_INPUT_ABORTED');
    const part = new Uint8Array(reader.take(Math.min(missing, reader.bytes.length)));
    missing -= part.length;
    if (part.length > 0) yield part;
  }
}

// RFC 9112 section 7.1
async function* readChunked(reader) {
  let total = 0;
  for (;;) {
    const line = await reader.line(8192);
    const size = /^([\dA-Fa-f]{1,12})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(line ?? '')?.[1];
    if (size === undefined) throw fault('ERR_TSGI_INPUT_ABORTED');
    const length = Number.parseInt(size, 16);
    total += length;
    if (length === 0) break;
    if (total > BODY_LIMIT) throw fault('ERR_TSGI_INPUT_TOO_LARGE');
    yield* readExactly(reader, length);
    if ((await reader.line(2)) !== '') throw fault('ERR_TSGI_INPUT_ABORTED');
  }
  for (;;) {
    const trailer = await reader.line(8192);
    if (trailer === '') return;
    if (trailer === undefined) throw fault('ERR_TSGI_INPUT_ABORTED');
  }
}

/** The body of a request as the server sees it: read on demand, once, and drained in the end. */
export function openBody(reader, head, { seams, write }) {
  const [length] = valuesOf(head.fields, 'content-length');
  const chunked = valuesOf(head.fields, 'transfer-encoding').length > 0;
  const framing = { length: Number(length ?? 0), chunked };
  if (framing.length > BODY_LIMIT) throw new Refusal('413 Content Too Large');
  const expects = valuesOf(head.fields, 'expect').some((value) => /^100-continue$/i.test(value));
  const body = {
    present: chunked || framing.length > 0,
    done: false,
    failed: undefined,
    length,
    chunked,
  };
  const source = seams.readBody(reader, framing);
  let asked = false;
  body.next = async () => {
    if (body.failed !== undefined) throw body.failed;
    if (expects && !asked && reader.bytes.length === 0) seams.sendContinue({ head, write });
    asked = true;
    try {
      const step = await source.next();
      body.done ||= step.done;
      return step;
    } catch (error) {
      body.failed = error;
      throw error;
    }
  };
  body.skippable = () => !expects || asked;
  return body;
}

export function sendContinue({ head, write }) {
  if (head.version === 'HTTP/1.1') write('HTTP/1.1 100 Continue\r\n\r\n');
}

/** Reads a whole body, or nothing where it is cut short: then the application is not called. */
export async function bufferBody(body) {
  const parts = [];
  for (let step = await body.next(); !step.done; step = await body.next()) parts.push(step.value);
  return Buffer.concat(parts);
}

/** The inputs of an environ, by profile. */
export async function openInputs(body, { asynchronous, seams, gone }) {
  if (!asynchronous) {
    const whole = await seams.bufferBody(body);
    const isKnown = body.chunked || body.length !== undefined;
    return {
      sync: seams.makeInput(whole),
      buffered: true,
      length: isKnown ? whole.length : undefined,
    };
  }
  const ended = gone.then(() => ({ isOver: true }));
  let isReturned = false;
  const iterator = {
    async next() {
      if (isReturned) return { done: true, value: undefined };
      const step = await Promise.race([body.next(), ended]);
      if (step.isOver) throw (body.failed ??= fault('ERR_TSGI_INPUT_ABORTED'));
      return step;
    },
    async return() {
      isReturned = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  const whole = body.present ? undefined : Buffer.alloc(0);
  const length = body.length === undefined ? undefined : Number(body.length);
  return { ...makeInputs(iterator, whole), length };
}

/** Reads what is left of a body, up to a limit; false where the connection has to be closed. */
export async function drain(body) {
  if (!body.present || body.done) return true;
  if (!body.skippable() || body.failed !== undefined) return false;
  let left = UNREAD_LIMIT;
  try {
    for (let step = await body.next(); !step.done; step = await body.next()) {
      left -= step.value.length;
      if (left < 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}
