import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, octets } from '../server-fixture.ts';
import {
  connectRaw,
  frame,
  get,
  HEADERS,
  PREFACE,
  SETTINGS,
  WINDOW_UPDATE,
} from '../http2-frames.ts';
import { answerOf, ask, cert, open, session, startTls } from '../tls-fixture.ts';

const SOON = 300;
// `/endless` is answered without an end, whatever else with `<small>`
const endless: Application = function* app(environ, startResponse) {
  startResponse('200 OK', []);
  while (environ.PATH_INFO === '/endless') {
    yield new Uint8Array(65_536);
  }
  yield octets('<small>');
};

describe('slow clients with TLS', () => {
  test('are cut off when the handshake is never finished', async () => {
    const { server } = await startTls(echo, { headersTimeout: SOON, requestTimeout: SOON });
    const socket = connectTcp(server.port, '127.0.0.1').resume();
    open.push(() => socket.destroy());
    // the first octet of a record that does not go on
    socket.write(Buffer.from([22]));
    socket.on('error', () => {});
    await once(socket, 'close');
    await server.close();
    expect(server.counters()).toMatchObject({ connections: 0, accepted: 1, requests: 0 });
  });

  test('do not hold up close() with a handshake', async () => {
    const { server } = await startTls(echo);
    const socket = connectTcp(server.port, '127.0.0.1').resume();
    open.push(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    // answered after the server has accepted the one before
    expect((await ask(session(server), { ':path': '/' })).headers[':status']).toBe(200);
    expect(server.counters().connections).toBe(2);
    await server.close();
    expect(server.counters().connections).toBe(0);
  });

  test('do not hold up close() with a handshake on a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-tls-'));
    open.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'app.sock');
    const { server } = await startTls(echo, { port: undefined, listen: { path } });
    const socket = connectTcp({ path }).resume();
    open.push(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    // answered after the server has accepted the one before
    const tls = connectTls({ path, ca: cert, servername: 'localhost' });
    open.push(() => tls.destroy());
    tls.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(String((await once(tls, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    expect(server.counters()).toMatchObject({ connections: 2, accepted: 2 });
    await server.close();
    expect(server.counters()).toMatchObject({ connections: 0, accepted: 2 });
  });

  test('are cut off when the head of an HTTP/1.1 request does not come', async () => {
    const { server } = await startTls(echo, { headersTimeout: SOON, requestTimeout: SOON });
    const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: cert });
    open.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    socket.write('GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ');
    const [answered] = (await once(socket, 'data')) as [Buffer];
    expect(String(answered)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    await once(socket, 'close');
  });
});

describe('slow clients on HTTP/2', () => {
  test.each([
    ['nothing comes', Buffer.alloc(0)],
    ['no request comes', PREFACE],
    [
      'the head of a request does not come',
      Buffer.concat([PREFACE, frame(HEADERS, { payload: Buffer.from([0x82]) })]),
    ],
  ])('are cut off when %s', async (_what, sent) => {
    const { server } = await startTls(echo, { headersTimeout: SOON, drainTimeout: SOON });
    const socket = await connectRaw(server.port);
    socket.write(sent);
    await once(socket, 'close');
    await server.close();
    expect(server.counters()).toMatchObject({ connections: 0, accepted: 1, requests: 0 });
  });

  test('are cut off when they idle between requests', async () => {
    const { server } = await startTls(echo, { keepAliveTimeout: SOON });
    const client = session(server);
    const closed = once(client, 'close');
    expect((await ask(client, { ':path': '/' })).headers[':status']).toBe(200);
    await closed;
  });

  test.each([{ bodyTimeout: SOON }, { requestTimeout: SOON }])(
    'are answered with 408 when the body does not come: %j',
    async (options) => {
      let calls = 0;
      const { server } = await startTls(
        answer(() => {
          calls += 1;
          return '';
        }),
        options,
      );
      const client = session(server);
      const stream = client.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
      stream.on('error', () => {});
      stream.write('abc');
      const [headers] = await once(stream, 'response');
      expect(headers[':status']).toBe(408);
      expect(calls).toBe(0);
      stream.destroy();
      expect((await ask(client, { ':path': '/' })).headers[':status']).toBe(200);
    },
  );

  test('fail the reader of an asynchronous application when the body does not come', async () => {
    const { server } = await startTls(
      async (environ, startResponse) => {
        let text = '';
        try {
          for await (const chunk of environ['tsgi.async_input'] ?? []) {
            text += Buffer.from(chunk).toString('latin1');
          }
        } catch (error) {
          text += ` ${(error as { code: string }).code}`;
        }
        startResponse('400 Bad Request', []);
        return [octets(text)];
      },
      { profile: 'async', bodyTimeout: SOON },
    );
    const stream = session(server).request(
      { ':method': 'POST', ':path': '/' },
      { endStream: false },
    );
    stream.write('abc');
    stream.setEncoding('latin1').on('error', () => {});
    const [content] = await once(stream, 'data');
    expect(content).toBe('abc ERR_TSGI_INPUT_ABORTED');
  });

  test('that do not read one response have it cut off, and go on with others', async () => {
    const closed = gate();
    const { server, faults } = await startTls(
      (environ, startResponse) => {
        environ['tsgi.on_finish'](({ aborted }) => {
          if (aborted) {
            closed.open();
          }
        });
        return endless(environ, startResponse);
      },
      { writeTimeout: SOON },
    );
    const client = session(server);
    const stalled = client.request({ ':path': '/endless' });
    stalled.on('error', () => {});
    await once(stalled, 'response');
    stalled.pause();
    expect((await ask(client, { ':path': '/' })).content).toBe('<small>');
    await closed.opened;
    expect((await ask(client, { ':path': '/' })).content).toBe('<small>');
    expect(faults).toEqual([]);
  });

  test('that take no octet of an answer have it cut off', async () => {
    const { server } = await startTls(
      answer(() => 'small'),
      { writeTimeout: SOON },
    );
    const client = session(server, { settings: { initialWindowSize: 0 } });
    const stream = client.request({ ':path': '/' });
    stream.on('error', () => {});
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(200);
    const [error] = await once(stream, 'close').catch((thrown: unknown) => [thrown]);
    expect(error).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  });

  test('that do not read the connection are cut off', async () => {
    const closed = gate();
    const { server } = await startTls(
      (environ, startResponse) => {
        environ['tsgi.on_finish'](closed.open);
        return endless(environ, startResponse);
      },
      { writeTimeout: SOON, keepAliveTimeout: SOON, drainTimeout: SOON },
    );
    const socket = await connectRaw(server.port);
    const window = Buffer.from([0x40, 0, 0, 0]);
    // SETTINGS_INITIAL_WINDOW_SIZE for the stream, WINDOW_UPDATE for the connection
    const wide = frame(SETTINGS, { stream: 0, payload: Buffer.from([0, 4, ...window]) });
    const wider = frame(WINDOW_UPDATE, { stream: 0, payload: window });
    socket.write(Buffer.concat([PREFACE, wide, wider, get(1, '/endless')]));
    await once(socket, 'data');
    socket.pause();
    await closed.opened;
    await server.close();
    expect(server.counters().connections).toBe(0);
  });

  test('do not starve others with an endless response that they read', async () => {
    const { server } = await startTls(endless);
    const greedy = session(server).request({ ':path': '/endless' });
    greedy.on('error', () => {});
    greedy.resume();
    await once(greedy, 'response');
    const other = session(server);
    expect((await answerOf(other.request({ ':path': '/' }))).content).toBe('<small>');
    greedy.destroy();
  });
});
