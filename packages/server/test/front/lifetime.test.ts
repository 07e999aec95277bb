import type { Application, AsyncApplication, Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { answer, echo, gate, octets } from '../server-fixture.ts';
import { posted, PROTOCOLS, variables } from './front-client.ts';
import { startFront } from './front-fixture.ts';

const MIB = 2 ** 20;

/** Yields chunks without end, and tells when it is closed and what became of it. */
function endless(): {
  readonly application: Application;
  readonly closed: Promise<void>;
  readonly outcome: Promise<Outcome>;
  pulled: number;
} {
  const closed = gate();
  let tell = (_outcome: Outcome): void => {};
  const outcome = new Promise<Outcome>((resolve) => {
    tell = resolve;
  });
  const state = {
    pulled: 0,
    closed: closed.opened,
    outcome,
    application: ((environ, startResponse) => {
      environ['tsgi.on_finish']((end) => tell(end));
      startResponse('200 OK', []);
      return (function* () {
        try {
          for (;;) {
            state.pulled += 1;
            yield new Uint8Array(65_536);
          }
        } finally {
          closed.open();
        }
      })();
    }) as Application,
  };
  return state;
}

describe.each(PROTOCOLS)('the lifetime of a request over %s', (protocol) => {
  const start = startFront(protocol);

  test('ends the body when the front goes while it is sent', async () => {
    const { application, closed, outcome } = endless();
    const { client, recorded, server } = await start(application);
    const front = await client();
    front.request(variables('/'));
    await front.until('200 OK');
    front.socket.resetAndDestroy();
    await closed;
    await expect(outcome).resolves.toMatchObject({ status: 200, aborted: true });
    await expect(recorded(1)).resolves.toMatchObject([{ status: 200, aborted: true }]);
    expect(server.counters()).toMatchObject({ active: 0, requests: 1 });
  });

  test('aborts the signal of an application that waits when the front goes', async () => {
    const waiting = gate();
    const aborted = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      environ['tsgi.signal']?.addEventListener('abort', () => aborted.open());
      waiting.open();
      await aborted.opened;
      startResponse('200 OK', []);
      return [];
    };
    const { client, recorded } = await start(application, { profile: 'async' });
    const front = await client();
    front.request(variables('/'));
    await waiting.opened;
    front.socket.end();
    await aborted.opened;
    await expect(recorded(1)).resolves.toMatchObject([{ status: undefined, aborted: true }]);
  });

  test('answers a front that closes its side, in the sync profile', async () => {
    const { client } = await start(echo);
    const front = await client();
    const id = front.request(posted('/', 2), 'ok', false);
    front.socket.end();
    await expect(front.response(id)).resolves.toMatchObject({ body: 'ok', complete: true });
  });

  test('calls nothing where the front goes before the body is whole', async () => {
    let calls = 0;
    const { client, recorded, server } = await start(
      answer(() => {
        calls += 1;
        return '';
      }),
      { bodyMemory: 10 },
    );
    const front = await client();
    front.sendData(front.sendHead(posted('/', 1000)), 'x'.repeat(500));
    while (server.counters().active === 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    front.socket.resetAndDestroy();
    await expect(recorded(1)).resolves.toMatchObject([{ status: undefined, aborted: true }]);
    expect(calls).toBe(0);
    expect(server.counters()).toMatchObject({ active: 0 });
  });

  test('fails the body that an asynchronous application reads where the front goes', async () => {
    let failure: unknown;
    const reading = gate();
    const failed = gate();
    const application: AsyncApplication = async (environ, startResponse) => {
      reading.open();
      try {
        for await (const part of environ['tsgi.async_input'] ?? []) {
          expect(part.byteLength).toBeGreaterThan(0);
        }
      } catch (error) {
        failure = error;
      }
      failed.open();
      startResponse('200 OK', []);
      return [];
    };
    const { client } = await start(application, { profile: 'async' });
    const front = await client();
    front.sendData(front.sendHead(posted('/', 1000)), 'x'.repeat(500));
    await reading.opened;
    front.socket.resetAndDestroy();
    await failed.opened;
    expect(failure).toMatchObject({ code: 'ERR_TSGI_INPUT_ABORTED' });
  });

  test('answers a body that stops arriving with 408', async () => {
    const { client, recorded } = await start(echo, { bodyTimeout: 50 });
    const front = await client();
    const id = front.sendHead(posted('/', 1000));
    front.sendData(id, 'x');
    await expect(front.response(id)).resolves.toMatchObject({ status: 408, complete: true });
    await expect(recorded(1)).resolves.toMatchObject([{ status: 408, bytesReceived: 1 }]);
  });

  test('fails a body that stops arriving while an asynchronous application reads', async () => {
    const application: AsyncApplication = async (environ, startResponse) => {
      const parts = environ['tsgi.async_input']?.[Symbol.asyncIterator]();
      await parts?.next();
      let code = '';
      await parts?.next().catch((error: unknown) => {
        ({ code } = error as { code: string });
      });
      startResponse('200 OK', []);
      return [octets(code)];
    };
    const { client } = await start(application, { profile: 'async', bodyTimeout: 50 });
    const front = await client();
    const id = front.sendHead(posted('/', 1000));
    front.sendData(id, 'x');
    await expect(front.response(id)).resolves.toMatchObject({ body: 'ERR_TSGI_INPUT_ABORTED' });
  });

  test('bounds the time in which a whole request arrives', async () => {
    const { client } = await start(echo, { requestTimeout: 100 });
    const front = await client();
    const id = front.sendHead(posted('/', 1000));
    const drip = setInterval(() => front.sendData(id, 'x'), 20);
    try {
      await expect(front.response(id)).resolves.toMatchObject({ status: 408 });
    } finally {
      clearInterval(drip);
    }
  });

  test.each(['', '\x01'])('closes a connection on which no request arrives: %j', async (begun) => {
    const { client, server } = await start(echo, { headersTimeout: 50 });
    const front = await client();
    if (begun !== '') {
      front.send(protocol === 'scgi' ? '70:' : protocol === 'uwsgi' ? '\0\x09' : begun);
    }
    await front.end();
    if (begun !== '' && protocol !== 'fastcgi') {
      expect(front.text(0)).toContain('408 Request Timeout');
    }
    expect(server.counters()).toMatchObject({ requests: 0 });
  });

  test('holds a body that the application does not read yet', async () => {
    const called = gate();
    const go = gate();
    let length = 0;
    const application: AsyncApplication = async (environ, startResponse) => {
      called.open();
      await go.opened;
      for await (const part of environ['tsgi.async_input'] ?? []) {
        length += part.byteLength;
      }
      startResponse('200 OK', []);
      return [];
    };
    const { client } = await start(application, { profile: 'async' });
    const front = await client();
    const id = front.sendHead(posted('/', 32 * MIB));
    for (let count = 0; count < 32; count += 1) {
      front.sendData(id, new Uint8Array(MIB));
    }
    front.sendDataEnd(id);
    await called.opened;
    // more than a few turns would take to move all of it
    for (let turn = 0; turn < 200; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(front.socket.writableLength).toBeGreaterThan(16 * MIB);
    go.open();
    await expect(front.response(id)).resolves.toMatchObject({ status: 200, complete: true });
    expect(length).toBe(32 * MIB);
  });

  test('pulls no more than the front takes, and gives up on one that takes nothing', async () => {
    const body = endless();
    const { client } = await start(body.application, { writeTimeout: 300 });
    const front = await client();
    front.socket.pause();
    front.request(variables('/'));
    await body.closed;
    // what the system keeps for a connection is no more than some MiB
    expect(body.pulled * 65_536).toBeLessThan(16 * MIB);
    await expect(body.outcome).resolves.toMatchObject({ aborted: true });
  });

  test('lets running responses end when the server closes', async () => {
    const called = gate();
    const go = gate();
    const application: AsyncApplication = async (_environ, startResponse) => {
      called.open();
      await go.opened;
      startResponse('200 OK', []);
      return [octets('done')];
    };
    const { client, server } = await start(application, { profile: 'async' });
    const idle = await client();
    const front = await client();
    const id = front.request(variables('/'));
    await called.opened;
    const closed = server.close();
    await idle.end();
    go.open();
    await expect(front.response(id)).resolves.toMatchObject({ body: 'done', complete: true });
    await closed;
    expect(server.counters()).toMatchObject({ connections: 0, active: 0 });
  });

  test('cuts off what runs longer than the server waits', async () => {
    const { application, outcome } = endless();
    const { client, server } = await start(application, { gracefulTimeout: 50 });
    const front = await client();
    front.socket.pause();
    front.request(variables('/'));
    while (server.counters().active === 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    await server.close();
    await expect(outcome).resolves.toMatchObject({ aborted: true });
  });

  test('reads on for a while what is left of a refused body', async () => {
    const { client } = await start(echo, { maxBodySize: 10, drainLimit: MIB });
    const front = await client();
    const id = front.sendHead(posted('/', 512 * 1024), false);
    front.sendData(id, new Uint8Array(512 * 1024));
    front.sendDataEnd(id);
    front.socket.end();
    await expect(front.response(id)).resolves.toMatchObject({ status: 413, complete: true });
    await expect(front.end()).resolves.toBe('fin');
  });

  test('closes connections above maxConnections', async () => {
    const { client, server } = await start(echo, { maxConnections: 1 });
    const first = await client();
    while (server.counters().connections === 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    const second = await client();
    await second.end();
    expect(server.counters()).toMatchObject({ accepted: 1, refused: 1 });
    await expect(first.response(first.request(posted('/', 2), 'ok'))).resolves.toMatchObject({
      body: 'ok',
    });
  });
});
