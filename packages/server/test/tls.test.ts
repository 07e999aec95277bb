import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, octets } from './server-fixture.ts';
import { ask, cert, key, open, session, startTls } from './tls-fixture.ts';

const describeRequest = answer((environ) =>
  JSON.stringify([
    environ.SERVER_PROTOCOL,
    environ['tsgi.url_scheme'],
    environ['HTTP_HOST'],
    environ['HTTP_COOKIE'] ?? null,
    environ.PATH_INFO,
    environ.REMOTE_ADDR,
  ]),
);

describe('serve with tls', () => {
  test('speaks HTTP/1.1 over TLS', async () => {
    const { server } = await startTls(describeRequest);
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    const outgoing = request(`${server.url}/a%2fb`, {
      ca: cert,
      agent: false,
      servername: 'localhost',
      headers: { host: 'h' },
    }).end();
    const [incoming] = await once(outgoing, 'response');
    expect(JSON.parse(await text(incoming))).toEqual([
      'HTTP/1.1',
      'https',
      'h',
      null,
      '/a%2Fb',
      '127.0.0.1',
    ]);
  });

  test('speaks HTTP/2: the authority is the host, cookies are joined', async () => {
    const { server } = await startTls(describeRequest);
    const { headers, content } = await ask(session(server), {
      ':path': '/x',
      ':authority': 'example.test',
      cookie: ['a=1', 'b=2'],
    });
    expect(headers[':status']).toBe(200);
    expect(JSON.parse(content)).toEqual([
      'HTTP/2',
      'https',
      'example.test',
      'a=1; b=2',
      '/x',
      '127.0.0.1',
    ]);
  });

  test.each(['sync', 'async'] as const)(
    'goes on over HTTP/1.1 behind what leaves before the content: %s',
    async (profile) => {
      const app: Application = (environ, startResponse) => {
        environ['tsgi.early_hints']?.([['Link', '</a>']]);
        // asks for the body, which the client is told to send, and need not come before the end
        const input = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
        input?.next().then(undefined, () => {});
        startResponse('200 OK', []);
        if (environ.PATH_INFO === '/flushed') {
          environ['tsgi.flush_headers']?.();
        }
        return [octets('<content>')];
      };
      const { server } = await startTls(app, { profile });
      for (const path of ['/', '/flushed']) {
        const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: cert });
        open.push(() => socket.destroy());
        const fields = ['Expect: 100-continue', 'Content-Length: 1', 'Connection: close'];
        socket.write([`POST ${path} HTTP/1.1`, 'Host: h', ...fields, '', ''].join('\r\n'));
        socket.once('data', () => socket.write('b'));
        expect(await text(socket)).toMatch(/100 Continue[^]*200 OK[^]*<content>/);
      }
    },
  );

  test('keeps to HTTP/1.1 where HTTP/2 is switched off', async () => {
    const { server } = await startTls(describeRequest, { tls: { cert, key, http2: false } });
    const socket = connectTls({
      port: server.port,
      host: '127.0.0.1',
      ca: cert,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  test('carries bodies both ways on HTTP/2, with and without a length', async () => {
    const { server } = await startTls(echo, { bodyMemory: 1000 });
    const client = session(server);
    const body = 'x'.repeat(100_000);
    const declared = await ask(client, { ':method': 'POST', 'content-length': body.length }, body);
    expect(declared.content).toBe(body);
    const streamed = await ask(client, { ':method': 'POST' }, body);
    expect(streamed.content).toBe(body);
    expect(streamed.headers['content-length']).toBe('100000');
  });

  test('sends repeated fields, HEAD and 304 on HTTP/2', async () => {
    const { server } = await startTls((environ, startResponse) => {
      const status = environ.PATH_INFO === '/304' ? '304 Not Modified' : '200 OK';
      startResponse(status, [
        ['Set-Cookie', 'a=1'],
        ['X-A', '1'],
        ['set-cookie', 'b=2'],
        ['Content-Length', '4'],
      ]);
      return status.startsWith('304') ? [] : [octets('body')];
    });
    const client = session(server);
    const get = await ask(client, { ':path': '/' });
    expect(get.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-a': '1' });
    expect(get.content).toBe('body');
    const head = await ask(client, { ':path': '/', ':method': 'HEAD' });
    expect(head).toMatchObject({ content: '', headers: { ':status': 200, 'content-length': '4' } });
    const notModified = await ask(client, { ':path': '/304' });
    expect(notModified).toMatchObject({ content: '', headers: { ':status': 304 } });
  });

  test('resets the stream of a response that is cut off', async () => {
    const { server, faults } = await startTls(function* app(_environ, startResponse) {
      startResponse('200 OK', []);
      yield octets('one');
      throw new Error('late');
    });
    const stream = session(server).request({ ':path': '/' });
    stream.resume();
    const [error] = await once(stream, 'error').catch((thrown: unknown) => [thrown]);
    expect(error).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
    expect(faults).toEqual([new Error('late')]);
  });

  test('refuses on HTTP/2 what it refuses elsewhere', async () => {
    let calls = 0;
    const { server } = await startTls(
      answer(() => {
        calls += 1;
        return '';
      }),
      { maxBodySize: 10, scriptName: '/m' },
    );
    const client = session(server);
    expect((await ask(client, { ':path': '/m/%zz' })).headers[':status']).toBe(400);
    expect((await ask(client, { ':path': '/elsewhere' })).headers[':status']).toBe(404);
    const large = await ask(
      client,
      { ':path': '/m', ':method': 'POST', 'content-length': 11 },
      'x'.repeat(11),
    );
    expect(large.headers[':status']).toBe(413);
    expect(
      (await ask(client, { ':path': '/m', ':method': 'POST' }, 'x'.repeat(11))).headers[':status'],
    ).toBe(413);
    expect(calls).toBe(0);
  });

  test('cleans up and aborts the signal when the client cancels a stream', async () => {
    const cancelled = gate();
    const reached = gate();
    const { server } = await startTls(
      async (environ, startResponse) => {
        startResponse('200 OK', []);
        environ['tsgi.on_finish']((outcome) => {
          if (outcome.aborted && environ['tsgi.signal']?.aborted === true) {
            cancelled.open();
          }
        });
        reached.open();
        await new Promise<void>((resolve) => {
          environ['tsgi.signal']?.addEventListener('abort', () => resolve());
        });
        return [];
      },
      { profile: 'async' },
    );
    const stream = session(server).request({ ':path': '/' });
    stream.on('error', () => {});
    await reached.opened;
    stream.close(8);
    await expect(cancelled.opened).resolves.toBeUndefined();
  });

  test('streams a request body on HTTP/2 while it arrives', async () => {
    const app: AsyncApplication = async function* app(environ, startResponse) {
      startResponse('200 OK', []);
      for await (const chunk of environ['tsgi.async_input'] ?? []) {
        yield octets(`<${Buffer.from(chunk).toString()}>`);
      }
    };
    const { server } = await startTls(app, { profile: 'async' });
    const stream = session(server).request(
      { ':path': '/', ':method': 'POST' },
      { endStream: false },
    );
    stream.setEncoding('latin1');
    stream.write('first');
    const [first] = await once(stream, 'data');
    expect(first).toBe('<first>');
    stream.end('last');
    expect(await text(stream)).toBe('<last>');
  });

  test('lets running streams end when it closes', async () => {
    const running = gate();
    const reached = gate();
    const { server } = await startTls(
      async (_environ, startResponse) => {
        reached.open();
        await running.opened;
        startResponse('200 OK', []);
        return [octets('whole')];
      },
      { profile: 'async' },
    );
    const answered = ask(session(server), { ':path': '/' });
    await reached.opened;
    expect(server.counters()).toMatchObject({ connections: 1, active: 1 });
    const closed = server.close();
    running.open();
    expect((await answered).content).toBe('whole');
    await closed;
    expect(server.counters()).toMatchObject({ active: 0, requests: 1 });
  });

  test('refuses TLS on the net transport', async () => {
    await expect(startTls(echo, { transport: 'net' })).rejects.toMatchObject({
      code: 'ERR_TSGI_OPTION',
    });
  });

  test('rejects a certificate that is none', async () => {
    await expect(startTls(echo, { tls: { cert: 'nonsense', key } })).rejects.toThrow('PEM');
  });
});
