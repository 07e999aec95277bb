import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type ProxyHeader, writeBinary, writeLine } from '@tsgi/protocol/proxy';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { serve, type ServeOptions } from '../src/index.ts';
import { answer, get, post, startOn, TRANSPORTS } from './server-fixture.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

const ENDS: Pick<ProxyHeader, 'source' | 'destination'> = {
  source: { address: '192.0.2.7', port: 4711 },
  destination: { address: '198.51.100.1', port: 443 },
};
const LINE = writeLine(ENDS);
const binary = (header: Parameters<typeof writeBinary>[0] = ENDS): string =>
  Buffer.from(writeBinary(header)).toString('latin1');

const peer = answer(({ REMOTE_ADDR: address, REMOTE_PORT: port, SERVER_PORT: own }) => {
  return `[${address} ${port} ${own.length > 0}]`;
});

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
});

describe.each(TRANSPORTS)('proxyProtocol over %s', (transport) => {
  const start = startOn(transport);

  test.each<readonly [name: string, versions: 'v1' | 'v2' | 'any', header: string, seen: string]>([
    ['a line', 'v1', LINE, '[192.0.2.7 4711 true]'],
    ['a line where both are taken', 'any', LINE, '[192.0.2.7 4711 true]'],
    ['a binary header', 'v2', binary(), '[192.0.2.7 4711 true]'],
    ['a binary header where both are taken', 'any', binary(), '[192.0.2.7 4711 true]'],
    ['a line of IPv6', 'v1', 'PROXY TCP6 2001:DB8::7 ::1 4711 443\r\n', '[2001:db8::7 4711 true]'],
    ['IPv4 within IPv6', 'v1', 'PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n', '[192.0.2.7 1 true]'],
    [
      'a Unix socket',
      'v2',
      binary({
        source: { address: '/a', port: undefined },
        destination: { address: '/b', port: undefined },
      }),
      '[undefined undefined true]',
    ],
  ])('takes the client from %s', async (_name, versions, header, seen) => {
    const { client } = await start(peer, { proxyProtocol: versions });
    const socket = await client();
    socket.send(header + get('/1') + get('/2'));
    expect(await socket.until(seen, 2)).toContain('HTTP/1.1 200 OK');
    socket.send(get('/3'));
    expect(await socket.until(seen, 3)).not.toContain('HTTP/1.1 400');
  });

  test.each([
    ['PROXY UNKNOWN\r\n'],
    [binary({ command: 'LOCAL' })],
    [binary({ source: undefined, destination: undefined })],
  ])('keeps the address of the proxy itself for %j', async (header) => {
    const { client } = await start(peer, { proxyProtocol: 'any' });
    const socket = await client();
    socket.send(header + get('/'));
    const seen = `[127.0.0.1 ${socket.socket.localPort} true]`;
    expect(await socket.until(seen)).toContain('HTTP/1.1 200 OK');
  });

  test.each([[LINE], [binary()]])('takes a header in pieces: %#', async (header) => {
    const { client } = await start(peer, { proxyProtocol: 'any' });
    const request = header + post('/p', 'body');
    for (const size of [1, 7]) {
      const socket = await client();
      for (let at = 0; at < request.length; at += size) {
        socket.send(request.slice(at, at + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await socket.until('[192.0.2.7 4711 true]')).toContain('HTTP/1.1 200 OK');
      socket.close();
    }
  });

  test('takes a large body behind the header in the same write', async () => {
    const size = answer((environ) => String(environ['tsgi.input'].read().byteLength));
    const { client } = await start(size, { proxyProtocol: 'v1' });
    const socket = await client();
    socket.send(LINE + post('/p', 'x'.repeat(300_000)));
    expect(await socket.until('300000')).toContain('HTTP/1.1 200 OK');
  });

  test.each([
    ['no header', get('/')],
    ['the other version', binary() + get('/')],
    ['a broken line', 'PROXY TCP4 1.2.3 4.5.6.7 1 2\r\n' + get('/')],
    ['a line that never ends', 'PROXY TCP4 '.padEnd(200, '1')],
    ['octets of TLS', '\u0016\u0003\u0001\u0002\u0000'],
  ])('closes a connection that begins with %s', async (_name, octets) => {
    const errors: string[] = [];
    const { client, server } = await start(peer, {
      proxyProtocol: 'v1',
      errors: { write: (line) => void errors.push(line), flush() {} },
    });
    const socket = await client();
    socket.send(octets);
    await socket.end();
    expect(socket.received).toBe('');
    expect(errors.join('')).toMatch(/^tsgi: closed 127\.0\.0\.1: .*; got .*\n$/);
    expect(server.counters()).toMatchObject({ requests: 0, accepted: 1 });
  });

  test('says once a minute what is wrong', async () => {
    const errors: string[] = [];
    const { client } = await start(peer, {
      proxyProtocol: 'v1',
      errors: { write: (line) => void errors.push(line), flush() {} },
    });
    for (const octets of ['X', 'Y']) {
      const socket = await client();
      socket.send(octets);
      await socket.end();
    }
    expect(errors).toHaveLength(1);
  });

  test('closes a connection whose header does not come, or ends within it', async () => {
    const { client } = await start(peer, { proxyProtocol: 'v1', headersTimeout: 100 });
    const silent = await client();
    await silent.end();
    const short = await client();
    short.send('PROXY TCP4');
    short.socket.end();
    await short.end();
    expect(silent.received + short.received).toBe('');
  });

  test('lets a header take its time', async () => {
    const { client } = await start(peer, { proxyProtocol: 'v1', keepAliveTimeout: 300 });
    const slow = await client();
    slow.send(LINE.slice(0, 5));
    // an idle connection is closed by the clock that the slow one passes meanwhile
    const idle = await client();
    idle.send(LINE + get('/'));
    await idle.end();
    slow.send(LINE.slice(5) + get('/'));
    expect(await slow.until('[192.0.2.7 4711 true]')).toContain('HTTP/1.1 200 OK');
  });

  test('counts connections from their acceptance', async () => {
    const { client, server } = await start(peer, { proxyProtocol: 'v1', maxConnections: 2 });
    const waiting = [await client(), await client()];
    waiting[0]?.send('PROXY TCP4');
    const third = await client();
    third.send(LINE + get('/'));
    await third.end();
    expect(third.received).toBe('');
    expect(server.counters()).toMatchObject({ connections: 2, accepted: 2, refused: 1 });
    waiting[1]?.send(LINE + get('/'));
    expect(await waiting[1]?.until('[192.0.2.7 4711 true]')).toContain('HTTP/1.1 200 OK');
    expect(server.counters()).toMatchObject({ connections: 2, accepted: 2, refused: 1 });
  });

  test('does not wait for headers when it closes', async () => {
    const { client, server } = await start(peer, { proxyProtocol: 'v1' });
    const socket = await client();
    socket.send('PROXY TCP4');
    const other = await client();
    other.send(LINE + get('/'));
    await other.until('[192.0.2.7 4711 true]');
    expect(server.counters()).toMatchObject({ connections: 2, accepted: 2 });
    await server.close();
    await socket.end();
  });

  test('reads no header unless it is told to', async () => {
    const { client } = await start(peer);
    const socket = await client();
    socket.send(LINE + get('/'));
    expect(await socket.until('HTTP/1.1 400 ')).not.toContain('192.0.2.7');
  });

  test('refuses a version that there is not', async () => {
    const options = { transport, port: 0, proxyProtocol: 'v3' } as unknown as ServeOptions;
    await expect(serve(peer, options)).rejects.toThrow(/proxyProtocol: v3/);
  });
});

describe('proxyProtocol with TLS', () => {
  const start = startOn('node-http');
  const options: ServeOptions = { tls: { cert, key }, proxyProtocol: 'any' };

  /** Sends a header in plain text, then begins TLS. */
  async function secured(
    port: number,
    header: string,
    ALPNProtocols: string[],
  ): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(header, 'latin1');
    const tls = connectTls({ socket, ca: cert, servername: 'localhost', ALPNProtocols });
    await once(tls, 'secureConnect');
    return tls;
  }

  test.each([[LINE], [binary()]])('reads the header before the handshake: %#', async (header) => {
    const { server } = await start(peer, options);
    const tls = await secured(server.port, header, ['http/1.1']);
    tls.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(await text(tls)).toMatch(/\[192\.0\.2\.7 4711 true\]$/);
  });

  test('serves HTTP/2 behind it', async () => {
    const { server } = await start(peer, options);
    const tls = await secured(server.port, binary(), ['h2']);
    const session = connectHttp2(server.url, { createConnection: () => tls });
    const stream = session.request({ ':path': '/' });
    expect(await text(stream)).toBe('[192.0.2.7 4711 true]');
    session.destroy();
  });

  test('tells connections apart', async () => {
    const { server } = await start(peer, options);
    const clients = await Promise.all(
      [1, 2, 3].map((port) =>
        secured(server.port, `PROXY TCP4 192.0.2.${port} 198.51.100.1 ${port} 443\r\n`, [
          'http/1.1',
        ]),
      ),
    );
    const answers = clients.map(async (tls) => {
      tls.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
      return (await text(tls)).replace(/^.*\[/s, '[');
    });
    expect(await Promise.all(answers)).toEqual([
      '[192.0.2.1 1 true]',
      '[192.0.2.2 2 true]',
      '[192.0.2.3 3 true]',
    ]);
  });

  test('tells connections apart on a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-proxy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'app.sock');
    await start(peer, { ...options, port: undefined, listen: { path } });
    const headers = [1, 2, 3].map((n) => `PROXY TCP4 192.0.2.${n} 198.51.100.1 ${n} 443\r\n`);
    // all headers are read before the first handshake begins, and one names nobody
    const clients = await Promise.all(
      [...headers, 'PROXY UNKNOWN\r\n'].map(async (header) => {
        const socket = connect({ path });
        sockets.push(socket);
        await once(socket, 'connect');
        socket.write(header, 'latin1');
        return socket;
      }),
    );
    const answers: string[] = [];
    for (const socket of clients) {
      const tls = connectTls({ socket, ca: cert, servername: 'localhost' });
      tls.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
      answers.push((await text(tls)).replace(/^.*\[/s, '['));
    }
    expect(answers).toEqual([
      '[192.0.2.1 1 true]',
      '[192.0.2.2 2 true]',
      '[192.0.2.3 3 true]',
      '[undefined undefined true]',
    ]);
  });

  test('closes a connection that begins with the handshake', async () => {
    const { server } = await start(peer, options);
    const tls = connectTls({ host: '127.0.0.1', port: server.port, ca: cert });
    const [error] = (await once(tls, 'error').catch((reason: unknown) => [reason])) as [Error];
    expect(error).toHaveProperty('code', 'ECONNRESET');
  });
});
