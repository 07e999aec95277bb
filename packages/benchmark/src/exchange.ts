import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';

const LIMIT = 10_000;

/** One request, as the check before a measurement sends it. */
export interface Probe {
  readonly path: string;
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]> | undefined;
  readonly body?: Uint8Array | undefined;
}

/** Sends one request on a connection of its own. Rejects unless the answer is 200 and these octets. */
export async function expectAnswer(url: string, probe: Probe, expected: Uint8Array): Promise<void> {
  const { body } = probe;
  const outgoing = request(url + probe.path, {
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body && {
        'Content-Type': 'application/octet-stream',
        'Content-Length': body.byteLength,
      }),
      ...Object.fromEntries(probe.headers ?? []),
    },
    signal: AbortSignal.timeout(LIMIT),
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const received = Buffer.concat((await response.toArray()) as Uint8Array[]);
  if (response.statusCode !== 200 || !received.equals(expected)) {
    throw new Error(
      `${probe.path} was answered with ${response.statusCode} and ${received.byteLength} octets, ` +
        `not with 200 and the ${expected.byteLength} expected`,
    );
  }
}

/** The length in octets of a response with Content-Length, head included; undefined until it is whole. */
export function wholeLength(octets: Buffer): number | undefined {
  const end = octets.indexOf('\r\n\r\n');
  const head = octets.toString('latin1', 0, Math.max(end, 0));
  const content = /^content-length: *(\d+)/im.exec(head)?.[1];
  const length = content === undefined ? Number.NaN : end + 4 + Number(content);
  return octets.byteLength >= length ? length : undefined;
}

/** How many octets the response to a request has, head included, on a connection that persists. */
export async function measureResponse(port: number, octets: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const timer = setTimeout(() => socket.destroy(new Error('no response in time')), LIMIT);
  try {
    socket.write(octets);
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      const length = wholeLength(received);
      if (length !== undefined) {
        return length;
      }
    }
    throw new Error(`no whole response to ${octets.split('\r\n', 1)[0]}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
