import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environ } from '@tsgi/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServeOptions } from '../../src/index.ts';
import { answer } from '../server-fixture.ts';
import { PROTOCOLS, type Variables, variables } from './front-client.ts';
import { startFront } from './front-fixture.ts';

describe.each(PROTOCOLS)('environ over %s', (protocol) => {
  const start = startFront(protocol);

  async function environOf(
    values: Variables | readonly string[],
    options: ServeOptions = {},
  ): Promise<Environ> {
    let seen: Environ | undefined;
    const { client } = await start(
      answer((environ) => {
        seen = { ...environ };
        return '';
      }),
      options,
    );
    const front = await client();
    const { status } = await front.response(front.request(values));
    expect(status).toBe(200);
    return seen as Environ;
  }

  test('has what the front says of request and connection', async () => {
    const environ = await environOf(
      variables('/a%2Fb?x?y', {
        PATH_INFO: '/a/b',
        HTTPS: 'on',
        SERVER_PORT: '443',
        CONTENT_TYPE: '',
        CONTENT_LENGTH: protocol === 'scgi' ? '0' : '',
      }),
    );
    expect(environ).toMatchObject({
      REQUEST_METHOD: 'GET',
      REQUEST_URI: '/a%2Fb?x?y',
      SCRIPT_NAME: '',
      PATH_INFO: '/a%2Fb',
      QUERY_STRING: 'x?y',
      SERVER_NAME: 'front.example',
      SERVER_PORT: '443',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '192.0.2.7',
      REMOTE_PORT: '40000',
      HTTP_HOST: 'front.example',
      'tsgi.url_scheme': 'https',
      'tsgi.input_buffered': true,
      'tsgi.run_once': false,
    });
    expect(environ).not.toHaveProperty('CONTENT_TYPE');
    expect(environ).not.toHaveProperty('CONTENT_LENGTH');
  });

  test('joins the values of a field that comes several times', async () => {
    const list = Object.entries(variables('/')).flat();
    const repeated = [
      'HTTP_X_A',
      ' 1',
      'HTTP_COOKIE',
      'a=1',
      'HTTP_X_A',
      '2 ',
      'HTTP_COOKIE',
      'b=2',
    ];
    if (protocol === 'scgi') {
      // what writes SCGI for the tests refuses a name that is there twice, as its specification does
      const { client } = await start(answer((environ) => String(environ['HTTP_X_A'])));
      const front = await client();
      const head = ['CONTENT_LENGTH', '0', 'SCGI', '1', ...list, ...repeated];
      const block = `${head.join('\0')}\0`;
      front.send(`${block.length}:${block},`);
      await expect(front.response(0)).resolves.toMatchObject({ body: '1, 2' });
      return;
    }
    await expect(environOf([...list, ...repeated])).resolves.toMatchObject({
      HTTP_X_A: '1, 2',
      HTTP_COOKIE: 'a=1; b=2',
    });
  });

  test('has no field that concerns one connection, and no setting', async () => {
    const environ = await environOf(
      variables('/', {
        HTTP_PROXY: 'evil',
        HTTP_CONNECTION: 'close, X-Named, Host',
        HTTP_X_NAMED: '1',
        HTTP_TE: 'trailers',
        HTTP_TRANSFER_ENCODING: 'chunked',
        HTTP_CONTENT_TYPE: 'text/x',
        HTTP_X_KEPT: '',
        DOCUMENT_ROOT: '/srv',
        REDIRECT_STATUS: '200',
        PATH: '/bin',
        SERVER_SOFTWARE: 'nginx',
        GATEWAY_INTERFACE: 'CGI/1.1',
      }),
    );
    const names = Object.keys(environ).filter((name) => !name.includes('.'));
    expect(names.toSorted()).toEqual([
      'HTTP_HOST',
      'HTTP_X_KEPT',
      'PATH_INFO',
      'QUERY_STRING',
      'REMOTE_ADDR',
      'REMOTE_PORT',
      'REQUEST_METHOD',
      'REQUEST_URI',
      'SCRIPT_NAME',
      'SERVER_NAME',
      'SERVER_PORT',
      'SERVER_PROTOCOL',
    ]);
  });

  test('has the entries that a front leaves room for, and no others', async () => {
    const environ = await environOf(variables('/', { HTTPS: 'on', SSL_PROTOCOL: 'TLSv1.3' }));
    const names = Object.keys(environ).filter((name) => name.startsWith('tsgi.'));
    expect(names).toEqual(
      expect.arrayContaining([
        'tsgi.file_wrapper',
        'tsgi.flush_headers',
        'tsgi.signal',
        'tsgi.state',
      ]),
    );
    for (const absent of ['tsgi.raw_headers', 'tsgi.tls', 'tsgi.early_hints', 'tsgi.trailers']) {
      expect(names).not.toContain(absent);
    }
  });

  test('has the user whom the front has authenticated, where it says how', async () => {
    const REMOTE_USER = 'ann';
    await expect(
      environOf(variables('/', { REMOTE_USER, AUTH_TYPE: 'Basic' })),
    ).resolves.toMatchObject({ REMOTE_USER, AUTH_TYPE: 'Basic' });
    const claimed = await environOf(variables('/', { REMOTE_USER, AUTH_TYPE: '' }));
    expect(claimed).not.toHaveProperty('REMOTE_USER');
    expect(claimed).not.toHaveProperty('AUTH_TYPE');
  });

  test('has names of its own for what the front leaves empty', async () => {
    const rest = variables('/', { REMOTE_ADDR: 'unix:', SERVER_PORT: '' });
    const environ = await environOf({ ...rest, SERVER_NAME: '', HTTPS: 'on' });
    expect(environ).toMatchObject({ SERVER_NAME: '127.0.0.1', SERVER_PORT: '443' });
    expect(environ).not.toHaveProperty('REMOTE_ADDR');
    expect(environ).not.toHaveProperty('REMOTE_PORT');
    await expect(environOf({ ...rest, SERVER_NAME: '[::1]' })).resolves.toMatchObject({
      SERVER_NAME: '::1',
    });
  });

  test.each([
    ['HTTP/1.0', 'HTTP/1.0'],
    ['HTTP/1.1', 'HTTP/1.1'],
    ['HTTP/2.0', 'HTTP/2'],
    ['HTTP/3.0', 'HTTP/2'],
  ])('says of %s that the client understands %s', async (SERVER_PROTOCOL, version) => {
    await expect(environOf(variables('/', { SERVER_PROTOCOL }))).resolves.toMatchObject({
      SERVER_PROTOCOL: version,
    });
  });

  test('takes the mount from the front, or from the operator', async () => {
    const values = variables('/m/x', { SCRIPT_NAME: '/m', PATH_INFO: '/x' });
    await expect(environOf(values)).resolves.toMatchObject({ SCRIPT_NAME: '/m', PATH_INFO: '/x' });
    await expect(environOf(values, { scriptName: '' })).resolves.toMatchObject({
      SCRIPT_NAME: '',
      PATH_INFO: '/m/x',
    });
    await expect(
      environOf(variables('/m/a%2Fb', { PATH_INFO: '/m/a/b' }), { pathSource: 'path-info' }),
    ).resolves.toMatchObject({ PATH_INFO: '/m/a/b' });
  });

  test('serves on a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-front-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'socket');
    const { client, server } = await start(
      answer((environ) => environ.SERVER_NAME),
      { listen: { path, mode: 0o600 } },
    );
    expect(server.url).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const front = await client();
    await expect(front.response(front.request(variables('/')))).resolves.toMatchObject({
      body: 'front.example',
      complete: true,
    });
  });
});
