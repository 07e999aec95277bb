import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  ask,
  atEnd,
  headOf,
  octets,
  send,
  start,
  startSite,
  startSocket,
  type SocketScript,
  unusedHost,
  untilReceived,
} from './fixtures.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Answers every request on every connection. */
const answers =
  (text = OK): SocketScript =>
  (socket) => {
    socket.on('data', () => void socket.write(text));
  };

/** Closes once a request has come. */
const closes: SocketScript = async (socket) => {
  await untilReceived(socket, '\r\n\r\n');
  socket.end();
};

describe('several upstreams', () => {
  test('get the requests in turn, by weight', async () => {
    const one = await startSocket(answers(OK.replace('ok', 'b1')));
    const two = await startSocket(answers(OK.replace('ok', 'b2')));
    const site = await startSite({
      upstreams: [{ url: `http://${one.host}`, weight: 2 }, `http://${two.host}`],
    });
    const bodies: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      bodies.push((await ask(site.url)).body);
    }
    expect(bodies).toEqual(['b1', 'b2', 'b1', 'b1', 'b2', 'b1']);
  });

  test('one that accepts no connection is passed over, whatever the method', async () => {
    const { host } = await startSocket(answers());
    const site = await startSite({
      upstreams: [`http://${await unusedHost()}`, `http://${host}`],
    });
    expect((await ask(site.url, { method: 'POST', body: 'x' })).body).toBe('ok');
    expect(site.events).toEqual(['failed', 'down', 'passed-on', 'connected', 'responded', 'ended']);
    const [first, second] = site.application.counters();
    expect(first).toMatchObject({ available: false, active: 0 });
    expect(second).toMatchObject({ available: true, active: 0, idle: 1 });
    await ask(site.url);
    expect(site.application.counters()[0]?.events.failed).toBe(1);
  });

  test('one that does not accept the connection in time is passed over', async () => {
    const deaf = new Worker(new URL('deaf-upstream.mjs', import.meta.url));
    atEnd(async () => void (await deaf.terminate()));
    const [{ port }] = (await once(deaf, 'message')) as [{ port: number }];
    // those that the system takes on its own fill its queue
    for (let count = 0; count < 4; count += 1) {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      atEnd(() => void socket.destroy());
    }
    const { host } = await startSocket(answers());
    const upstreams = [`http://127.0.0.1:${port}`];
    const alone = await startSite({ upstreams, connectTimeout: 50 });
    expect((await ask(alone.url)).status).toBe(504);
    const site = await startSite({
      upstreams: [...upstreams, `http://${host}`],
      connectTimeout: 50,
    });
    expect((await ask(site.url)).body).toBe('ok');
    expect(site.log.join('')).toContain('ERR_GATEWAY_CONNECT_TIMEOUT');
  });

  test.each([
    ['GET', undefined, 200],
    ['DELETE', undefined, 200],
    ['POST', undefined, 502],
    ['PATCH', 'body', 502],
    ['PUT', 'body', 502],
  ] as const)(
    '%s with the body %s that one broke off ends with %i',
    async (method, body, status) => {
      const broken = await startSocket(closes);
      const { host } = await startSocket(answers());
      const site = await startSite({ upstreams: [`http://${broken.host}`, `http://${host}`] });
      expect(
        (await ask(site.url, { method, ...(body === undefined ? {} : { body }) })).status,
      ).toBe(status);
    },
  );

  test('a body that is held here is sent again', async () => {
    const gone = await startSocket(async (socket) => {
      await untilReceived(socket, 'REQUEST_METHOD');
      socket.end();
    });
    const whole = await startSocket(async (socket) => {
      const request = await untilReceived(socket, ',held');
      socket.end(`Status: 200 OK\r\nContent-Type: a\r\n\r\n${request.split(',').at(-1)}`);
    });
    const site = await startSite({ upstreams: [`scgi://${gone.host}`, `scgi://${whole.host}`] });
    const sent = send(site.url, { method: 'PUT' });
    sent.write('he');
    sent.end('ld');
    const response = await headOf(sent);
    expect(response.statusCode).toBe(200);
    expect(String((await once(response, 'data'))[0])).toBe('held');
  });

  test('a backup answers while the others cannot', async () => {
    const { host } = await startSocket(answers());
    const site = await startSite({
      upstreams: [{ url: `http://${host}`, backup: true }, `http://${await unusedHost()}`],
    });
    expect((await ask(site.url)).body).toBe('ok');
  });

  test('where none is left, the answer is 503 with the time after which one may be', async () => {
    const site = await startSite({
      upstreams: [`http://${await unusedHost()}`, `http://${await unusedHost()}`],
    });
    expect((await ask(site.url)).status).toBe(502);
    const { status, headers, body } = await ask(site.url);
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(10);
    expect(body).toBe('503 Service Unavailable\nNo upstream is available.\n');
  });

  test('one that is back after its time is asked again', async () => {
    let broken = true;
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.end(broken ? '' : OK);
    });
    const site = await startSite({
      upstreams: [
        { url: `http://${host}`, failTimeout: 0 },
        { url: `http://${await unusedHost()}`, backup: true },
      ],
    });
    expect((await ask(site.url)).status).toBe(502);
    broken = false;
    expect((await ask(site.url)).body).toBe('ok');
    expect(site.application.counters()[0]).toMatchObject({
      available: true,
      events: { failed: 1, responded: 1 },
    });
  });

  test('one with as many requests as it may have gets no more', async () => {
    const busy = await startSocket(() => {});
    const site = await startSite({
      upstreams: [{ url: `http://${busy.host}`, maxConnections: 1 }],
    });
    const sent = send(site.url);
    sent.end();
    while (busy.sockets.length === 0) {
      await new Promise(setImmediate);
    }
    expect((await ask(site.url)).status).toBe(503);
  });

  test('a listener that throws is complained of, and changes nothing', async () => {
    const { host } = await startSocket(answers());
    const site = await startSite({
      upstreams: [`http://${host}`],
      onUpstreamEvent: () => {
        throw new Error('listener');
      },
    });
    expect((await ask(site.url)).body).toBe('ok');
    expect(site.log.join('')).toContain('onUpstreamEvent threw Error: listener');
  });
});

describe('connections', () => {
  test('to HTTP are used again', async () => {
    const { host, sockets } = await startSocket(answers());
    const site = await startSite({ upstreams: [`http://${host}`] });
    await ask(site.url);
    await ask(site.url);
    expect(sockets).toHaveLength(1);
  });

  test('are closed where none is to be kept', async () => {
    const { host, sockets, received, closed } = await startSocket(answers());
    const site = await startSite({ upstreams: [`http://${host}`], keepAlive: 0 });
    await ask(site.url);
    await closed(1);
    await ask(site.url);
    expect(sockets).toHaveLength(2);
    expect(received()).toMatch(/connection: close/i);
  });

  test('that wait too long are closed', async () => {
    const { host, closed } = await startSocket(answers());
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 10 });
    await ask(site.url);
    await closed(1);
    expect(site.application.counters()[0]?.idle).toBe(0);
  });

  test('on which something comes unasked are not used', async () => {
    const { host, sockets, closed } = await startSocket(answers());
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 60_000 });
    await ask(site.url);
    sockets[0]?.write('HTTP/1.1 200 OK\r\n\r\n');
    await closed(1);
    expect((await ask(site.url)).body).toBe('ok');
    expect(sockets).toHaveLength(2);
  });

  test('are no more than the limit while they wait', async () => {
    const held: Array<() => void> = [];
    const upstream = await start(async (_environ, startResponse) => {
      await new Promise<void>((resolve) => held.push(resolve));
      startResponse('200 OK', []);
      return [octets('ok')];
    });
    const site = await startSite({ upstreams: [{ url: upstream.url, keepAlive: 2 }] });
    const asked = [ask(site.url), ask(site.url), ask(site.url)];
    while (held.length < 3) {
      await new Promise(setImmediate);
    }
    for (const resolve of held) {
      resolve();
    }
    await Promise.all(asked);
    expect(site.application.counters()[0]?.idle).toBe(2);
  });

  test('are closed by close(), which keeps none from then on', async () => {
    const { host, closed } = await startSocket(answers());
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 60_000 });
    await ask(site.url);
    site.application.close();
    await closed(1);
    expect((await ask(site.url)).body).toBe('ok');
    await closed(2);
  });

  /** The first request of each connection is answered, the second one met with silence. */
  const goesStale: SocketScript = async (socket) => {
    await untilReceived(socket, '\r\n\r\n');
    socket.write(OK);
    await untilReceived(socket, '\r\n\r\n');
    socket.resetAndDestroy();
  };

  test('that turn out to have gone are replaced once', async () => {
    const { host } = await startSocket(goesStale);
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 60_000 });
    await ask(site.url);
    expect((await ask(site.url)).body).toBe('ok');
    expect(site.application.counters()[0]?.events).toMatchObject({
      stale: 1,
      failed: 0,
      reused: 1,
    });
  });

  test.each([
    ['POST', undefined],
    ['POST', 'x'],
    ['PUT', 'x'],
  ] as const)('that wait are not used for %s with the body %s', async (method, body) => {
    const { host } = await startSocket(goesStale);
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 60_000 });
    await ask(site.url);
    const { status } = await ask(site.url, { method, ...(body === undefined ? {} : { body }) });
    expect(status).toBe(200);
    expect(site.application.counters()[0]?.events).toMatchObject({ connected: 2, reused: 0 });
  });

  test('on which half an answer came are no stale ones', async () => {
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.write(OK);
      await untilReceived(socket, '\r\n\r\n');
      socket.end('HTTP/1.1 200');
    });
    const site = await startSite({ upstreams: [`http://${host}`], keepAliveTimeout: 60_000 });
    await ask(site.url);
    expect((await ask(site.url)).status).toBe(502);
  });
});
