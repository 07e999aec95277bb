import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServeOptions } from '../../src/index.ts';
import { answer, echo, gate, octets } from '../server-fixture.ts';
import { posted, variables } from './front-client.ts';
import { startFront } from './front-fixture.ts';

const start = startFront('fastcgi');
const MIB = 2 ** 20;
const path = answer((environ) => environ.PATH_INFO);

/** The header of a record without content. */
function record(type: number, requestId: number, ...content: number[]): Uint8Array {
  return Uint8Array.of(1, type, 0, requestId, 0, content.length, 0, 0, ...content);
}

const BEGIN = 1;
const ABORT = 2;
const PARAMS = 4;

describe('a connection of FastCGI', () => {
  test('is kept for further requests where the front asks for it', async () => {
    const { client, server } = await start(path);
    const front = await client();
    for (const name of ['/1', '/2', '/3']) {
      const response = await front.response(front.request(variables(name)));
      expect(response).toMatchObject({ body: name, complete: true });
    }
    expect(server.counters()).toMatchObject({ accepted: 1, requests: 3 });
    await expect(front.response(front.request(variables('/4'), '', false))).resolves.toMatchObject({
      body: '/4',
    });
    await expect(front.end()).resolves.toBe('fin');
  });

  test('carries several requests at a time', async () => {
    const first = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      if (environ.PATH_INFO === '/1') {
        await first.opened;
      }
      startResponse('200 OK', []);
      const parts = [octets(environ.PATH_INFO)];
      for await (const part of environ['tsgi.async_input'] ?? []) {
        parts.push(part);
      }
      return parts;
    };
    const { client } = await start(application, { profile: 'async' });
    const front = await client();
    const one = front.sendHead(posted('/1', 6));
    const two = front.sendHead(posted('/2', 6));
    front.sendData(two, 'abc');
    front.sendData(one, 'uvw');
    front.sendData(two, 'def');
    front.sendDataEnd(two);
    await expect(front.response(two)).resolves.toMatchObject({ body: '/2abcdef' });
    first.open();
    front.sendData(one, 'xyz');
    front.sendDataEnd(one);
    await expect(front.response(one)).resolves.toMatchObject({ body: '/1uvwxyz' });
  });

  test('lets large responses take turns', async () => {
    const application: Application = (environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', String(3 * MIB)]]);
      const fill = environ.PATH_INFO.charCodeAt(1);
      return (function* () {
        for (let count = 0; count < 6; count += 1) {
          yield new Uint8Array(MIB / 2).fill(fill);
        }
      })();
    };
    const { client } = await start(application);
    const front = await client();
    const ids = ['/a', '/b', '/c'].map((name) => front.request(variables(name)));
    const responses = await Promise.all(ids.map((id) => front.response(id)));
    for (const [at, { body, complete }] of responses.entries()) {
      expect(complete).toBe(true);
      expect(body === 'abc'.charAt(at).repeat(3 * MIB)).toBe(true);
    }
  });

  test('goes on reading for others while one request is held', async () => {
    const go = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      let length = 0;
      if (environ.PATH_INFO === '/held') {
        await go.opened;
      }
      for await (const part of environ['tsgi.async_input'] ?? []) {
        length += part.byteLength;
      }
      startResponse('200 OK', []);
      return [octets(String(length))];
    };
    const { client } = await start(application, { profile: 'async' });
    const front = await client();
    const held = front.sendHead(posted('/held', MIB));
    const other = front.sendHead(posted('/other', 3));
    front.sendData(held, new Uint8Array(MIB / 2));
    front.sendData(other, 'abc');
    front.sendDataEnd(other);
    await expect(front.response(other)).resolves.toMatchObject({ body: '3' });
    go.open();
    front.sendData(held, new Uint8Array(MIB / 2));
    front.sendDataEnd(held);
    await expect(front.response(held)).resolves.toMatchObject({ body: String(MIB) });
  });

  test('goes on reading where an answered request has left its body unread', async () => {
    const application: AsyncApplication = async (environ, startResponse) => {
      const input = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
      await input?.next();
      // by now the next part has come, which nobody asks for
      await setImmediate();
      startResponse('200 OK', []);
      return [octets(environ.PATH_INFO)];
    };
    const { client, server } = await start(application, { profile: 'async' });
    const front = await client();
    for (const name of ['/1', '/2', '/3']) {
      const request = front.sendHead(posted(name, MIB / 2));
      front.sendData(request, new Uint8Array(MIB / 2));
      front.sendDataEnd(request);
      await expect(front.response(request)).resolves.toMatchObject({ body: name });
    }
    expect(server.counters()).toMatchObject({ accepted: 1, requests: 3 });
  });

  test('says what it takes, and which records it does not know', async () => {
    const { client } = await start(path, { maxConnections: 7 });
    const front = await client();
    front.send(...front.fastcgi.sendGetValues(['FCGI_MAX_CONNS', 'FCGI_MPXS_CONNS', 'X']));
    front.send(record(99, 0));
    const text = await front.until('unknown-type', 0);
    expect(text).toContain('["FCGI_MAX_CONNS","7","FCGI_MPXS_CONNS","1"]');
    expect(text).toContain('"recordType":99');
  });

  test('refuses the roles of an authorizer and a filter', async () => {
    const { client } = await start(path);
    const front = await client();
    const id = front.sendHead(variables('/'));
    front.sendDataEnd(id);
    await front.response(id);
    for (const role of [2, 3]) {
      const { requestId } = front.fastcgi.sendRequest({ variables: [], keepConnection: true });
      front.forget(requestId);
      front.send(record(BEGIN, requestId, 0, role, 1, 0, 0, 0, 0, 0));
      await front.response(requestId);
      expect(front.ending(requestId)).toMatchObject({ protocolStatus: 'unknown-role' });
    }
  });

  test('ends a request that the front aborts, and keeps the others', async () => {
    const waiting = gate();
    const aborted = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      startResponse('200 OK', []);
      if (environ.PATH_INFO !== '/waits') {
        return [octets('answered')];
      }
      environ['tsgi.signal']?.addEventListener('abort', () => aborted.open());
      return (async function* () {
        yield octets('begun');
        waiting.open();
        await aborted.opened;
      })();
    };
    const { client, recorded, server } = await start(application, { profile: 'async' });
    const front = await client();
    const id = front.request(variables('/waits'));
    await front.until('begun', id);
    await waiting.opened;
    front.send(record(ABORT, id));
    await aborted.opened;
    await front.response(id);
    expect(front.ending(id)).toMatchObject({ applicationStatus: 1, protocolStatus: 'complete' });
    await expect(recorded(1)).resolves.toMatchObject([{ status: 200, aborted: true }]);
    await expect(front.response(front.request(variables('/')))).resolves.toMatchObject({
      body: 'answered',
    });
    expect(server.counters()).toMatchObject({ accepted: 1 });
  });

  test('answers a broken request, and keeps the others', async () => {
    const { client } = await start(echo);
    const front = await client();
    const good = front.sendHead(posted('/', 4));
    const bad = front.sendHead(posted('/', 2));
    front.sendData(bad, 'too long');
    await expect(front.response(bad)).resolves.toMatchObject({ status: 400, complete: true });
    front.sendData(good, 'good');
    front.sendDataEnd(good);
    await expect(front.response(good)).resolves.toMatchObject({ body: 'good', complete: true });
  });

  test('is cut when the others are answered, where a response is cut short', async () => {
    const fail = gate();
    const end = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      startResponse('200 OK', []);
      return (async function* () {
        yield octets(environ.PATH_INFO);
        if (environ.PATH_INFO === '/fails') {
          await fail.opened;
          throw new Error('no more');
        }
        await end.opened;
        yield octets(', whole');
      })();
    };
    const { client, recorded } = await start(application, { profile: 'async' });
    const front = await client();
    const whole = front.request(variables('/ends'));
    const short = front.request(variables('/fails'));
    await front.until('/fails', short);
    await front.until('/ends', whole);
    fail.open();
    await recorded(1);
    const refused = front.request(variables('/'));
    await front.response(refused);
    expect(front.ending(refused)).toMatchObject({ protocolStatus: 'overloaded' });
    end.open();
    await expect(front.response(whole)).resolves.toMatchObject({ body: '/ends, whole' });
    await front.end();
    expect(front.ending(short)).toBeUndefined();
  });

  describe('whose front reads nothing while a response is cut short', () => {
    // one of these sizes fills what the system keeps for a connection, and leaves no room behind it
    const sizes = Array.from({ length: 25 }, (_, step) => 65_536 + step * 8_192);

    /** What happens in this process in so many turns of its event loop. */
    async function turns(count: number): Promise<void> {
      for (let turn = 0; turn < count; turn += 1) {
        await setImmediate();
      }
    }

    async function cut(size: number, options: ServeOptions = {}) {
      const folder = mkdtempSync(join(tmpdir(), 'tsgi-fastcgi-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const written = gate();
      const application: Application = (_environ, startResponse) => {
        startResponse('200 OK', []);
        return (function* () {
          yield new Uint8Array(size);
          written.open();
          throw new Error('no more');
        })();
      };
      const listen = { path: join(folder, 'app.sock') };
      const { client, server } = await start(application, { listen, ...options });
      const front = await client();
      front.socket.pause();
      front.request(variables('/'));
      return { front, server, written: written.opened };
    }

    test('shows the cut when it reads on', async () => {
      const ends: string[] = [];
      for (const size of sizes) {
        const { front, written } = await cut(size);
        // a size that does not fit is written when the front reads on
        await Promise.race([written, turns(20)]);
        await setImmediate();
        front.socket.resume();
        ends.push(await front.end());
      }
      expect(ends).not.toContain('fin');
    });

    test('is closed when it never does', async () => {
      const cuts = await Promise.all(sizes.map((size) => cut(size, { writeTimeout: 100 })));
      for (const { server } of cuts) {
        await expect
          .poll(() => server.counters(), { timeout: 10_000 })
          .toMatchObject({ requests: 1, connections: 0 });
      }
    });
  });

  test('takes a body whose length only STDIN tells', async () => {
    const lengths: Array<string | undefined> = [];
    const application: Application = (environ, startResponse) => {
      lengths.push(environ.CONTENT_LENGTH);
      startResponse('200 OK', []);
      return [environ['tsgi.input'].read()];
    };
    const { client } = await start(application);
    const front = await client();
    const values = variables('/', { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '' });
    await expect(front.response(front.request(values, 'abc'))).resolves.toMatchObject({
      body: 'abc',
    });
    await expect(front.response(front.request(values))).resolves.toMatchObject({ body: '' });
    expect(lengths).toEqual(['3', undefined]);
  });

  test('writes nothing to STDERR', async () => {
    const application: Application = (environ, startResponse) => {
      environ['tsgi.errors'].write('complaint\n');
      startResponse('200 OK', []);
      return [];
    };
    const { client, log } = await start(application);
    const front = await client();
    const id = front.request(variables('/'));
    await front.response(id);
    expect(front.errors(id)).toBe('');
    expect(log).toEqual(['complaint\n']);
  });

  test('closes after maxRequestsPerConnection, and when it was idle too long', async () => {
    const { client, server } = await start(path, { maxRequestsPerConnection: 2 });
    const front = await client();
    await front.response(front.request(variables('/1')));
    const last = front.request(variables('/2'));
    await expect(front.response(last)).resolves.toMatchObject({ body: '/2', complete: true });
    await expect(front.end()).resolves.toBe('fin');
    expect(server.counters()).toMatchObject({ accepted: 1, requests: 2 });
    const { client: shortlived } = await start(path, { keepAliveTimeout: 50 });
    const idle = await shortlived();
    await idle.response(idle.request(variables('/')));
    await expect(idle.end()).resolves.toBe('fin');
  });

  test('bounds the time for the variables of each request', async () => {
    const { client } = await start(path, { headersTimeout: 50 });
    const front = await client();
    await front.response(front.request(variables('/')));
    front.send(record(BEGIN, 1, 0, 1, 1, 0, 0, 0, 0, 0), record(PARAMS, 1, 3, 0, 65, 66, 67));
    await expect(front.end()).resolves.toBe('fin');
  });

  test('is closed when it is idle while the server closes', async () => {
    const { client, server } = await start(path);
    const front = await client();
    await front.response(front.request(variables('/')));
    const closed = server.close();
    await expect(front.response(front.request(variables('/late')))).resolves.toMatchObject({
      body: '/late',
      complete: true,
    });
    await expect(front.end()).resolves.toBe('fin');
    await closed;
  });
});
