import { once } from 'node:events';
import { connect } from 'node:net';
import type { Application, Outcome } from '@tsgi/types';
import { afterEach, describe, expect, test } from 'vitest';
import { type ServeOptions, serve } from '../src/serve.ts';
import { converse } from './raw-client.ts';

const encoder = new TextEncoder();
const local = { host: '127.0.0.1', port: 0, onError: () => {} };
const running: { close(): Promise<void> }[] = [];

/** Serves an application until the end of the test; gives the URL. */
async function start(application: Application, options?: Partial<ServeOptions>): Promise<string> {
  const server = await serve(application, { ...local, ...options });
  running.push(server);
  return server.url;
}

const hello: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']]);
  return [encoder.encode(`Hello from ${environ.PATH_INFO}\n`)];
};

const echo: Application = (environ, startResponse) => {
  startResponse('200 OK', []);
  return [environ['tsgi.input'].read()];
};

/** Makes an application whose body has nothing for a while after its first chunk, and fails then. */
const tornAfter =
  (isWaiting: () => boolean): Application =>
  (_environ, startResponse) => {
    startResponse('200 OK', []);
    return (function* torn() {
      yield encoder.encode('one\n');
      while (isWaiting()) yield new Uint8Array(0);
      throw new Error('secret');
    })();
  };

/** A promise, and what resolves it. */
function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('serve', () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  test('answers with the status, the fields and the content of the application', async () => {
    const { text } = await converse(await start(hello), 'GET /a/%62 HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain\r\n/);
    expect(text).toMatch(/\r\nContent-Length: 16\r\n[^]*\r\n\r\nHello from \/a\/b\n$/);
  });

  test('answers the requests of a pipeline in order, and none after Connection: close', async () => {
    const host = 'Host: a\r\n\r\n';
    const url = await start(hello);
    const { text } = await converse(
      url,
      `GET /1 HTTP/1.1\r\n${host}GET /2 HTTP/1.1\r\nConnection: close\r\n${host}`,
      `GET /3 HTTP/1.1\r\n${host}`,
    );
    expect(text.match(/Hello from .*/g)).toEqual(['Hello from /1', 'Hello from /2']);
  });

  test('decodes a chunked upload that arrives octet by octet', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = '3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n';
    const { text } = await converse(await start(echo), ...`${head}${body}`.split(''));
    expect(text).toMatch(/\r\n\r\nabc0123456789$/);
  });

  test('asks for a body that the client holds back', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n';
    const { text } = await converse(await start(echo), head, 'ok');
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
  });

  test('does not call the application for an upload that was cut short', async () => {
    let calls = 0;
    const url = await start((environ, startResponse) => {
      calls += 1;
      return echo(environ, startResponse);
    });
    const { text } = await converse(url, 'POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nabc');
    expect({ calls, text }).toEqual({ calls: 0, text: '' });
  });

  test('leaves a chunked response without its end where the application throws', async () => {
    const url = await start(tornAfter(() => false));
    const { text } = await converse(url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(text).toMatch(/\r\n\r\n4\r\none\n\r\n$/);
  });

  test('resets the connection where its end would be that of the content', async () => {
    let received = '';
    const url = await start(tornAfter(() => !received.endsWith('one\n')));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.setEncoding('latin1').on('data', (data: string) => {
      received += data;
    });
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await expect(once(socket, 'close')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('answers HEAD with the fields of GET, and takes no second chunk', async () => {
    let pulled = 0;
    const url = await start(function* counted(_environ, startResponse) {
      startResponse('200 OK', [['Content-Length', '6']]);
      for (const chunk of ['one', 'two']) {
        pulled += 1;
        yield encoder.encode(chunk);
      }
    });
    const { text } = await converse(url, 'HEAD / HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/\r\nContent-Length: 6\r\n[^]*\r\n\r\n$/);
    expect(pulled).toBe(1);
  });

  test('answers a fault with a 500 that says nothing of it, and tells callbacks', async () => {
    let outcome: Outcome | undefined;
    const logged: unknown[] = [];
    const error = new Error('secret');
    const application: Application = (environ) => {
      environ['tsgi.on_finish']((told) => {
        outcome = told;
      });
      throw error;
    };
    const url = await start(application, { onError: (...report) => logged.push(...report) });
    const { text } = await converse(url, 'GET /x HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 500 [^]*\r\n\r\n500 Internal Server Error\n$/);
    expect(outcome).toEqual({ status: 500, bytesSent: 26, aborted: false, error });
    expect(logged).toEqual([error, 'GET /x']);
  });

  test('stops pulling and closes the body where the client does not read and goes away', async () => {
    const stalled = deferred<void>();
    const closed = deferred<number>();
    let pulled = 0;
    const url = await start((_environ, startResponse) => {
      startResponse('200 OK', []);
      const next = (): IteratorResult<Uint8Array> => {
        pulled += 1;
        if (pulled === 1) stalled.resolve();
        return { done: false, value: new Uint8Array(65_536) };
      };
      return { [Symbol.iterator]: () => ({ next }), close: () => closed.resolve(pulled) };
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.pause().write('GET / HTTP/1.0\r\n\r\n');
    await stalled.promise;
    socket.resetAndDestroy();
    expect(await closed.promise).toBeLessThan(1024);
  });

  test('rejects a mount that no path can lie under', async () => {
    await expect(serve(hello, { ...local, scriptName: '/m/' })).rejects.toThrow(/mount/);
  });
});
