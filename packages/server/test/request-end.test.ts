import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { RequestRecord, ServeOptions } from '../src/index.ts';
import {
  answer,
  echo,
  gate,
  get,
  octets,
  post,
  type Started,
  startOn,
  TRANSPORTS,
} from './server-fixture.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

interface Watched extends Started {
  readonly records: RequestRecord[];
  /** Resolves with the records once there are so many. */
  readonly until: (count: number) => Promise<RequestRecord[]>;
}

async function watch(
  start: ReturnType<typeof startOn>,
  application: Application | AsyncApplication,
  options: ServeOptions = {},
): Promise<Watched> {
  const records: RequestRecord[] = [];
  let wake = (): void => {};
  const started = await start(application, {
    onRequestEnd(record) {
      records.push(record);
      wake();
    },
    ...options,
  });
  return {
    ...started,
    records,
    async until(count) {
      while (records.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return records;
    },
  };
}

describe.each(TRANSPORTS)('onRequestEnd over %s', (transport) => {
  const start = startOn(transport);

  test('tells of a request when its response is over', async () => {
    const { client, until, records } = await watch(start, echo);
    const before = Date.now();
    const socket = await client();
    socket.send(post('/p?q=1', 'hello', 'X-A: 1'));
    await socket.until('hello');
    const [record] = await until(1);
    expect(record).toMatchObject({
      method: 'POST',
      target: '/p?q=1',
      protocol: 'HTTP/1.1',
      remoteAddress: '127.0.0.1',
      remotePort: String(socket.socket.localPort),
      status: 200,
      bytesSent: 5,
      bytesReceived: 5,
      aborted: false,
      error: undefined,
    });
    expect(record?.environ).toMatchObject({ PATH_INFO: '/p', HTTP_X_A: '1' });
    expect(record?.requestHeaders).toContain('X-A');
    expect(record?.startedAt).toBeGreaterThanOrEqual(before);
    expect(record?.duration).toBeGreaterThanOrEqual(0);
    socket.send(get('/second'));
    await until(2);
    expect(records.map(({ target }) => target)).toEqual(['/p?q=1', '/second']);
  });

  test.each<readonly [name: string, request: string, status: number, record: object]>([
    ['no request line', 'GARBAGE\r\n\r\n', 400, { method: undefined, target: undefined }],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, {}],
    ['a path outside the mount', get('/x'), 404, { method: 'GET', target: '/x' }],
    ['a path that is none', get('/%zz'), 400, { method: 'GET', target: '/%zz' }],
    ['a long field', get('/m', `X-A: ${'a'.repeat(2000)}`), 431, {}],
    ['CONNECT', 'CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n', 501, { method: 'CONNECT' }],
    [
      'a large body',
      'POST /m HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n',
      413,
      { target: '/m' },
    ],
    [
      'a large chunked body',
      'POST /m HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n12345678901234567890\r\n',
      413,
      { target: '/m', bytesReceived: 20 },
    ],
    [
      'a chunk that is none',
      'POST /m HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
      {},
    ],
  ])('tells of a refused request: %s', async (_name, request, status, expected) => {
    const { client, until, records } = await watch(start, echo, {
      scriptName: '/m',
      maxBodySize: 10,
      maxHeaderSize: 1000,
      maxFieldSize: 1000,
    });
    const socket = await client();
    socket.send(request);
    await socket.until(`HTTP/1.1 ${status} `);
    await until(1);
    await socket.end();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ status, environ: undefined, aborted: false, ...expected });
    expect(records[0]?.bytesSent).toBeGreaterThan(0);
  });

  test('tells of a head that stops arriving', async () => {
    const { client, until, records } = await watch(start, echo, { headersTimeout: 100 });
    const socket = await client();
    socket.send('GET / HTTP/1.1\r\nHost');
    await socket.until('HTTP/1.1 408 ');
    await until(1);
    await socket.end();
    expect(records.map(({ status, aborted }) => [status, aborted])).toEqual([[408, false]]);
  });

  test('tells of a body that stops arriving', async () => {
    const { client, until } = await watch(start, echo, { bodyTimeout: 100 });
    const socket = await client();
    socket.send('POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc');
    await socket.until('HTTP/1.1 408 ');
    const [record] = await until(1);
    expect(record).toMatchObject({ target: '/slow', status: 408, bytesReceived: 3 });
  });

  test('tells of a client that leaves before its body is whole', async () => {
    const { client, until } = await watch(start, echo);
    const socket = await client();
    socket.send('POST /left HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc');
    // a second connection is served behind what the first one has sent
    const second = await client();
    second.send(get('/second'));
    await until(1);
    socket.socket.resetAndDestroy();
    const records = await until(2);
    expect(records[1]).toMatchObject({
      target: '/left',
      status: undefined,
      bytesSent: 0,
      aborted: true,
      error: { code: 'ERR_TSGI_ABORTED' },
    });
  });

  test('tells of a client that leaves before it has the response', async () => {
    const { opened: called, open: call } = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      call();
      await new Promise<void>((resolve) => {
        environ['tsgi.signal']?.addEventListener('abort', resolve);
      });
      startResponse('200 OK', []);
      return [octets('late')];
    };
    const { client, until } = await watch(start, application, { profile: 'async' });
    const socket = await client();
    socket.send(get('/left'));
    await called;
    socket.socket.resetAndDestroy();
    const [record] = await until(1);
    expect(record).toMatchObject({ target: '/left', status: undefined, aborted: true });
  });

  test('tells what the application threw, before and after the commit', async () => {
    const application: Application = function* broken(environ, startResponse) {
      if (environ.PATH_INFO === '/late') {
        startResponse('200 OK', []);
        yield octets('begun');
      }
      throw new RangeError('broken');
    };
    const { client, until } = await watch(start, application);
    const first = await client();
    first.send(get('/early'));
    await until(1);
    const second = await client();
    second.send(get('/late'));
    const records = await until(2);
    expect(records.map(({ status, aborted, error }) => [status, aborted, String(error)])).toEqual([
      [500, false, 'RangeError: broken'],
      [200, true, 'RangeError: broken'],
    ]);
  });

  test('goes on where the hook throws, and reports it', async () => {
    const errors: string[] = [];
    const { client } = await start(
      answer(() => 'fine'),
      {
        onRequestEnd() {
          throw new Error('no log');
        },
        errors: { write: (text) => void errors.push(text), flush() {} },
      },
    );
    const socket = await client();
    socket.send(get('/'));
    await socket.until('fine');
    socket.send(get('/'));
    await socket.until('fine', 2);
    expect(errors.join('')).toContain('no log');
  });
});

describe('onRequestEnd over net', () => {
  test.each([
    ['GET /x HTTP/1.1\r\n\r\n', 400],
    ['GET /x HTTP/1.1\r\nHost: h\r\nbroken\r\n\r\n', 400],
    [`GET /x HTTP/1.1\r\nHost: h\r\nX-A: ${'a'.repeat(2000)}\r\n\r\n`, 431],
    ['GET /x HTTP/1.1\r\nHost: h\r\n', 408],
  ])('knows the request line of a head that it refuses: %#', async (request, status) => {
    const { client, until } = await watch(startOn('net'), echo, {
      maxFieldSize: 1000,
      headersTimeout: 100,
    });
    const socket = await client();
    socket.send(request);
    await socket.until(`HTTP/1.1 ${status} `);
    const [record] = await until(1);
    expect(record).toMatchObject({ method: 'GET', target: '/x', protocol: 'HTTP/1.1', status });
  });

  test('tells of a client that leaves within the head', async () => {
    const { client, until } = await watch(startOn('net'), echo);
    const socket = await client();
    socket.send('GET /left HTTP/1.1\r\nHo');
    const second = await client();
    second.send(get('/second'));
    await until(1);
    socket.socket.resetAndDestroy();
    const records = await until(2);
    expect(records[1]).toMatchObject({ target: '/left', status: undefined, aborted: true });
  });
});

describe('onRequestEnd over HTTP/2', () => {
  test('tells of requests that were answered, refused and cancelled', async () => {
    const { opened, open } = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      if (environ.PATH_INFO === '/wait') {
        await opened;
      }
      startResponse('200 OK', []);
      return [octets('two')];
    };
    const { server, until } = await watch(startOn('node-http'), application, {
      profile: 'async',
      tls: { cert, key },
      maxBodySize: 10,
    });
    const session = connectHttp2(server.url, { ca: cert });
    const ask = async (path: string, length?: string): Promise<void> => {
      const stream = session.request({
        ':path': path,
        ...(length === undefined ? {} : { ':method': 'POST', 'content-length': length }),
      });
      stream.on('error', () => {});
      await once(stream, 'response');
      stream.resume();
      await once(stream, 'close');
    };
    await ask('/answered');
    await ask('/refused', '99');
    const waiting = session.request({ ':path': '/wait' });
    waiting.on('error', () => {});
    await ask('/behind');
    waiting.destroy();
    await once(waiting, 'close');
    await ask('/behind');
    open();
    const records = await until(5);
    expect(
      records.map(({ target, status, aborted, protocol }) => [target, status, aborted, protocol]),
    ).toEqual(
      expect.arrayContaining([
        ['/answered', 200, false, 'HTTP/2'],
        ['/refused', 413, false, 'HTTP/2'],
        ['/behind', 200, false, 'HTTP/2'],
        ['/wait', undefined, true, 'HTTP/2'],
      ]),
    );
    session.destroy();
  });
});
