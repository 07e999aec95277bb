import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions } from 'node:tls';
import type { Application, TlsInfo } from '@tsgi/types';
import { afterEach, describe, expect, test } from 'vitest';
import { serve, type ServeOptions, type ServerHandle } from '../src/index.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');
const open: ServerHandle[] = [];
const OPTIONAL: ReadonlySet<string> = new Set([
  'tsgi.signal',
  'tsgi.state',
  'tsgi.file_wrapper',
  'tsgi.flush_headers',
  'tsgi.early_hints',
  'tsgi.trailers',
  'tsgi.raw_headers',
  'tsgi.tls',
]);

afterEach(async () => {
  for (const server of open.splice(0)) {
    await server.close();
  }
});

const shown: Application = (environ, startResponse) => {
  const tls = environ['tsgi.tls'];
  startResponse('200 OK', []);
  return [Buffer.from(JSON.stringify({ tls, frozen: tls && Object.isFrozen(tls) }))];
};

async function factsOf(
  server: ServeOptions['tls'],
  client: ConnectionOptions = {},
): Promise<{ tls?: TlsInfo; frozen?: boolean }> {
  const handle = await serve(shown, { port: 0, tls: { cert, key, ...server } });
  open.push(handle);
  const asked = request(handle.url, { ca: cert, agent: false, servername: '', ...client });
  asked.end();
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
  return JSON.parse(await text(response)) as { tls?: TlsInfo };
}

describe('describeTls', () => {
  test('says what was negotiated, and leaves out what was not', async () => {
    const { tls, frozen } = await factsOf({ minVersion: 'TLSv1.3' });
    expect(tls).toEqual({
      version: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_AES_|^TLS_CHA/),
    });
    expect(frozen).toBe(true);
  });

  test('has the name of the suite that IANA gives it', async () => {
    const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256';
    const { tls } = await factsOf({ maxVersion: 'TLSv1.2', ciphers });
    expect(tls?.version).toBe('TLSv1.2');
    expect(tls?.cipher).toMatch(/^TLS_ECDHE_(?:ECDSA|RSA)_WITH_AES_128_GCM_SHA256$/);
  });

  test('has the protocol agreed on and the name asked for', async () => {
    const { tls } = await factsOf({}, { ALPNProtocols: ['http/1.1'], servername: 'localhost' });
    expect(tls).toMatchObject({ alpn: 'http/1.1', serverName: 'localhost' });
  });

  test.each([
    ['one that it trusts', cert, true],
    ['one that it does not know', undefined, false],
  ])('has the certificate of the client, %s', async (_what, ca, verified) => {
    const server = { requestCert: true, rejectUnauthorized: false, ...(ca && { ca }) };
    const { tls } = await factsOf(server, { cert, key });
    expect(tls?.clientCertificates).toEqual([cert]);
    expect(tls?.clientVerified).toBe(verified);
  });

  test('has no certificate where the client sent none', async () => {
    const { tls } = await factsOf({ requestCert: true, rejectUnauthorized: false });
    expect(Object.keys(tls ?? {}).toSorted()).toEqual(['cipher', 'version']);
  });
});

describe('extensions on HTTP/2', () => {
  test('are all there, and the field lines are those received', async () => {
    const app: Application = (environ, startResponse) => {
      startResponse('200 OK', []);
      const keys = Object.keys(environ).filter((name) => OPTIONAL.has(name));
      return [Buffer.from(JSON.stringify({ keys, raw: environ['tsgi.raw_headers'] }))];
    };
    const server = await serve(app, { port: 0, tls: { cert, key } });
    open.push(server);
    const session = connect(server.url, { ca: cert });
    const stream = session.request({ ':path': '/', 'X-A': '1', te: 'trailers' });
    expect(JSON.parse(await text(stream))).toEqual({
      keys: [
        'tsgi.signal',
        'tsgi.state',
        'tsgi.file_wrapper',
        'tsgi.early_hints',
        'tsgi.trailers',
        'tsgi.raw_headers',
        'tsgi.tls',
      ],
      raw: [
        ['x-a', '1'],
        ['te', 'trailers'],
      ],
    });
    session.close();
  });
});
