import { type Probe, expectAnswer } from './exchange.ts';
import { PEER_NAMES, type PeerName } from './peers.ts';
import { type Bench, type Column, cpuMicrosOf, type Sample, type Scenario } from './scenario.ts';
import type { ServerProcess } from './server-process.ts';

const HELLO = Buffer.from('Hello, world!\n');
const POSTED = 64 * 1024;
const DOWNLOADED = 1024 * 1024;

/** The share of a load during which a server has to be at work. */
const LEAST_SHARE = 0.3;
const MOST_LOADS = 4;

const WITH_CONTENT: readonly PeerName[] = PEER_NAMES.filter((name) => name !== 'raw');

/** Eight headers and a cookie, as a browser sends them when it opens a page. */
export const BROWSER_HEADERS: ReadonlyArray<readonly [name: string, value: string]> = [
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  ],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'],
  ['Accept-Language', 'en-GB,en;q=0.9,de;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Upgrade-Insecure-Requests', '1'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Site', 'same-origin'],
  ['Cookie', 'session=9f86d081884c7d659a2feaa0c55ad015; theme=dark; consent=1'],
];

const COLUMNS: readonly Column[] = [
  { heading: 'CPU µs/request', figure: 'cpu', digits: 1 },
  { heading: '÷ raw', figure: 'cpu', per: 'raw', digits: 2 },
  { heading: '÷ node:http', figure: 'cpu', per: 'node-http', digits: 2 },
  { heading: 'requests/s', figure: 'rate', digits: 0 },
  { heading: 'rate ÷ node:http', figure: 'rate', per: 'node-http', digits: 2 },
];

interface LoadOptions {
  readonly title: string;
  readonly peers: readonly PeerName[];
  readonly connections: number;
  readonly probe: Probe;
  readonly expected: Uint8Array;
}

/**
 * Loads on one server: CPU time for a request, requests in a second. One load on a quiet machine;
 * more where other processes left the server too little of its core to count.
 */
export async function measureLoad(
  server: ServerProcess,
  bench: Bench,
  load: { readonly connections: number; readonly probe: Probe },
): Promise<Sample> {
  const { path, headers = [], body } = load.probe;
  const total = { micros: 0, requests: 0, seconds: 0, failures: 0 };
  const enough = bench.seconds * 1e6 * LEAST_SHARE;
  for (let count = 0; count < MOST_LOADS && total.micros < enough; count += 1) {
    total.micros += await cpuMicrosOf(server, bench, async () => {
      const done = await bench.generator.run({
        url: server.url + path,
        connections: load.connections,
        seconds: bench.seconds,
        headers,
        ...(body && { post: body.byteLength }),
      });
      total.requests += done.requests;
      total.seconds += done.seconds;
      total.failures += done.failures;
    });
  }
  if (total.requests === 0) {
    throw new Error(`no request was answered, ${total.failures} failed`);
  }
  return {
    values: { cpu: total.micros / total.requests, rate: total.requests / total.seconds },
    failures: total.failures,
  };
}

function createLoad(options: LoadOptions): Scenario {
  const { title, peers, probe, expected } = options;
  return {
    title,
    peers,
    args: [],
    fresh: false,
    columns: COLUMNS,
    check: (server) => expectAnswer(server.url, probe, expected),
    measure: (server, bench) => measureLoad(server, bench, options),
  };
}

/** `GET /` with nothing but Host. */
export const HELLO_SCENARIO: Scenario = createLoad({
  title: 'hello world, 64 connections',
  peers: PEER_NAMES,
  connections: 64,
  probe: { path: '/' },
  expected: HELLO,
});

/** `GET /` as a browser sends it. */
export const BROWSER_SCENARIO: Scenario = createLoad({
  title: 'hello world with eight browser-like headers and a cookie, 64 connections',
  peers: PEER_NAMES,
  connections: 64,
  probe: { path: '/', headers: BROWSER_HEADERS },
  expected: HELLO,
});

/** A body sent back. */
export const ECHO_SCENARIO: Scenario = createLoad({
  title: '64 KiB POST echoed, 64 connections',
  peers: WITH_CONTENT,
  connections: 64,
  probe: { path: '/echo', body: Buffer.alloc(POSTED, 'x') },
  expected: Buffer.alloc(POSTED, 'x'),
});

/** A body of sixteen chunks, made while it is sent. */
export const DOWNLOAD_SCENARIO: Scenario = createLoad({
  title: '1 MiB from a generator of 64 KiB chunks, 16 connections',
  peers: WITH_CONTENT,
  connections: 16,
  probe: { path: '/download' },
  expected: Buffer.alloc(DOWNLOADED, 'x'),
});
