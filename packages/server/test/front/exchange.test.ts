import type { AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, octets } from '../server-fixture.ts';
import { posted, PROTOCOLS, variables } from './front-client.ts';
import { startFront } from './front-fixture.ts';

const path = answer((environ) => `<${environ.SCRIPT_NAME}|${environ.PATH_INFO}>`);

const echoAsync: AsyncApplication = async (environ, startResponse) => {
  const parts: Uint8Array[] = [];
  for await (const part of environ['tsgi.async_input'] ?? []) {
    parts.push(part);
  }
  startResponse('200 OK', [['X-Length', String(environ.CONTENT_LENGTH)]]);
  return parts;
};

describe.each(PROTOCOLS)('an exchange over %s', (protocol) => {
  const start = startFront(protocol);

  test('answers with status, fields and content', async () => {
    const { client } = await start(path);
    const front = await client();
    const response = await front.response(front.request(variables('/a%2Fb//c')));
    expect(response).toMatchObject({
      status: 200,
      reason: 'OK',
      body: '<|/a%2Fb//c>',
      complete: true,
    });
    expect(response.headers).toEqual(new Map([['content-length', '12']]));
  });

  test('gives a synchronous application the whole body', async () => {
    const { client } = await start(echo, { bodyMemory: 1000 });
    const front = await client();
    const body = 'x'.repeat(100_000);
    await expect(
      front.response(front.request(posted('/', body.length), body)),
    ).resolves.toMatchObject({
      body,
      complete: true,
    });
  });

  test('streams the body to an asynchronous application', async () => {
    const { client } = await start(echoAsync, { profile: 'async' });
    const front = await client();
    const body = 'x'.repeat(300_000);
    const response = await front.response(front.request(posted('/', body.length), body));
    expect(response).toMatchObject({ body, complete: true });
    expect(response.headers.get('x-length')).toBe('300000');
  });

  test('sends each chunk before it asks for the next', async () => {
    const read = gate();
    const application: AsyncApplication = async (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (async function* () {
        yield octets('first,');
        await read.opened;
        yield octets('second');
      })();
    };
    const { client } = await start(application, { profile: 'async' });
    const front = await client();
    const id = front.request(variables('/'));
    await front.until('first,', id);
    read.open();
    await expect(front.response(id)).resolves.toMatchObject({
      body: 'first,second',
      complete: true,
    });
  });

  test('answers HEAD without content', async () => {
    const { client } = await start(path);
    const front = await client();
    const id = front.request(variables('/x', { REQUEST_METHOD: 'HEAD' }));
    const response = await front.response(id, true);
    expect(response.headers.get('content-length')).toBe('5');
    expect(front.text(id)).not.toContain('<');
  });

  test('answers a body that is too large with 413', async () => {
    const { client } = await start(echo, { maxBodySize: 10 });
    const front = await client();
    await expect(
      front.response(front.request(posted('/', 11), 'x'.repeat(11))),
    ).resolves.toMatchObject({
      status: 413,
      body: '413 Content Too Large\n',
    });
  });

  test('shows a response that is cut short', async () => {
    const read = gate();
    const application: AsyncApplication = async (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (async function* () {
        yield octets('begun');
        // a reset in the same poll as the octets looks like an orderly end to the client
        await read.opened;
        throw new Error('no more');
      })();
    };
    const { client, faults } = await start(application, { profile: 'async' });
    const front = await client();
    const id = front.request(variables('/'));
    await front.until('begun', id);
    read.open();
    await expect(front.response(id)).resolves.toMatchObject({ body: 'begun', complete: false });
    expect(faults).toHaveLength(1);
  });

  test('records every request', async () => {
    const { client, recorded, server } = await start(echo);
    const front = await client();
    await front.response(front.request(posted('/x?y', 3), 'abc'));
    const [record] = await recorded(1);
    expect(record).toMatchObject({
      method: 'POST',
      target: '/x?y',
      protocol: 'HTTP/1.1',
      remoteAddress: '192.0.2.7',
      remotePort: '40000',
      status: 200,
      bytesSent: 3,
      bytesReceived: 3,
      aborted: false,
    });
    expect(server.counters()).toMatchObject({ accepted: 1, requests: 1, active: 0 });
    expect(server.url).toMatch(new RegExp(`^${protocol}://127\\.0\\.0\\.1:\\d+$`));
  });
});
