import type { ServerCheck } from '../../check.ts';
import { concatBytes, fromBytes, toBytes } from '../../wire/byte-string.ts';
import { answering, streaming } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

/** The rules of the connection. */
export const connectionChecks: readonly ServerCheck[] = [
  {
    id: 'CONN-ORDER.pipelined',
    title: 'Three requests in one segment are answered in their order',
    requires: ['pipelining'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const chunks = [toBytes(environ.PATH_INFO), toBytes('!')];
      return environ.PATH_INFO === '/b' ? chunks : chunks.values();
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const targets = ['/a', '/b', '/c'];
      await connection.send(concatBytes(targets.map((target) => driver.request({ target }))));
      for (const target of targets) {
        assertResponse(driver, await connection.response(), { body: `${target}!` });
      }
    },
  },
  {
    id: 'CONN-ORDER.methods',
    title: 'HEAD, POST and GET in one segment are answered in their order',
    requires: ['pipelining'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      const body = fromBytes(environ['tsgi.input'].read());
      return [toBytes(`${environ.REQUEST_METHOD} ${body}`)];
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const requests = [{ method: 'HEAD' }, { method: 'POST', body: 'abc' }, { method: 'GET' }];
      await connection.send(concatBytes(requests.map((request) => driver.request(request))));
      const bodies = ['', 'POST abc', 'GET '];
      for (const [index, { method }] of requests.entries()) {
        assertResponse(driver, await connection.response(method), { body: bodies[index] ?? '' });
      }
    },
  },
  {
    id: 'CONN-ORDER.async-gated',
    title: 'A second response does not overtake the first, which is still awaited',
    requires: ['pipelining', 'async'],
    settings: { profile: 'async' },
    gates: ['first'],
    app: (probe) => async (environ, startResponse) => {
      if (environ.PATH_INFO === '/first') await probe.holdAsync('first');
      startResponse('200 OK', [probe.tag]);
      return [toBytes(environ.PATH_INFO)];
    },
    run: async (driver) => {
      const connection = await driver.connect();
      const targets = ['/first', '/second'];
      await connection.send(concatBytes(targets.map((target) => driver.request({ target }))));
      await driver.event('hold first');
      await driver.ping();
      driver.assert.equal('octets before the first response', await connection.octetsSoFar(), 0);
      driver.release('first');
      for (const target of targets) {
        assertResponse(driver, await connection.response(), { body: target });
      }
    },
  },
  ...(
    [
      ['token', 'close'],
      ['capitals', 'CLOSE'],
      ['list', 'x-kit, close'],
      ['first-of-list', 'close\t,\tx-kit'],
      ['second-field', 'x-kit\r\nConnection: close'],
    ] as const
  ).map(
    ([variant, value]): ServerCheck => ({
      id: `CONN-CLOSE.${variant}`,
      title: `After "Connection: ${JSON.stringify(value).slice(1, -1)}" the connection is closed`,
      app: (probe) => (variant === 'list' ? streaming(probe) : answering(probe)),
      run: async (driver) => {
        const connection = await driver.begin({ headers: [['Connection', value]] });
        assertResponse(driver, await connection.response(), {});
        await connection.ended();
        driver.assert.equal('octets after the response', connection.unread, 0);
      },
    }),
  ),
  ...(['no-content', 'head', 'fault'] as const).map(
    (variant): ServerCheck => ({
      id: `CONN-CLOSE.${variant}`,
      title: `The same after a response of another kind (${variant.replace('-', ' ')})`,
      app: (probe) => (_environ, startResponse) => {
        if (variant === 'fault') throw new Error('broken on purpose');
        startResponse(variant === 'head' ? '200 OK' : '204 No Content', [probe.tag]);
        return [].values();
      },
      run: async (driver) => {
        const method = variant === 'head' ? 'HEAD' : 'GET';
        const connection = await driver.begin({ method, headers: [['Connection', 'close']] });
        await connection.response(method);
        await connection.ended();
        driver.assert.equal('octets after the response', connection.unread, 0);
      },
    }),
  ),
  {
    id: 'CONN-CLOSE-OLD.other-option',
    title: 'The same where its Connection field lists something else',
    requires: ['http10'],
    app: (probe) => streaming(probe, { headers: [['Content-Length', '2']] }),
    run: async (driver) => {
      const headers = [['Connection', 'x-kit']] as const;
      const connection = await driver.begin({ version: 'HTTP/1.0', headers });
      assertResponse(driver, await connection.response(), {});
      await connection.ended();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  },
  {
    id: 'CONN-CLOSE-REST.http10',
    title: 'A request after one of HTTP/1.0 without keep-alive is not processed',
    requires: ['http10'],
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.connect();
      const first = driver.request({ version: 'HTTP/1.0', target: '/first' });
      await connection.send(concatBytes([first, driver.request({ target: '/second' })]));
      assertResponse(driver, await connection.response(), {});
      await connection.responseOrEnd();
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 1);
    },
  },
  {
    id: 'CONN-CLOSE-REST.refused',
    title: 'What follows a request whose framing is refused is not processed',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.connect();
      const headers = [
        ['Content-Length', '6'],
        ['Content-Length', '5'],
      ] as const;
      const first = driver.request({ method: 'POST', headers, body: '0\r\n\r\n' });
      await connection.send(concatBytes([first, driver.request({ target: '/second' })]));
      const response = await connection.responseOrEnd('POST');
      driver.assert.oneOf('status', response?.statusCode ?? 'closed', [400, 'closed']);
      await connection.responseOrEnd();
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 0);
    },
  },
  {
    id: 'CONN-CLOSE-OLD.no-option',
    title: 'After an HTTP/1.0 request without keep-alive the connection is closed',
    requires: ['http10'],
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.begin({ version: 'HTTP/1.0' });
      assertResponse(driver, await connection.response(), {});
      await connection.ended();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  },
  {
    id: 'CONN-CLOSE-REST.pipelined',
    title: 'A request after one with Connection: close is not processed',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.connect();
      const first = driver.request({ target: '/first', headers: [['Connection', 'close']] });
      await connection.send(concatBytes([first, driver.request({ target: '/second' })]));
      assertResponse(driver, await connection.response(), {});
      const second = await connection.responseOrEnd();
      driver.assert.equal('second response', second?.status, undefined);
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 1);
    },
  },
  {
    id: 'CONN-CLOSE-SENT.asked',
    title: 'The response to Connection: close says so itself',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const response = await driver.exchange({ headers: [['Connection', 'close']] });
      const options = fieldOf(response, 'connection').join(',').toLowerCase().split(/ *, */);
      driver.assert.equal('Connection has the option close', options.includes('close'), true);
    },
  },
  {
    id: 'CONN-PERSIST.second-request',
    title: 'The connection stays open after a response',
    requires: ['keepAlive'],
    app: (probe) => streaming(probe),
    run: async (driver) => {
      const connection = await driver.begin();
      assertResponse(driver, await connection.response(), {});
      await connection.send(driver.request());
      assertResponse(driver, await connection.response(), {});
    },
  },
  {
    id: 'CONN-PERSIST.own-answer',
    title: 'The connection stays open after a 500 of the application',
    requires: ['keepAlive'],
    app: (probe) => answering(probe, { status: '500 Own', chunks: ['ok'] }),
    run: async (driver) => {
      const connection = await driver.begin();
      assertResponse(driver, await connection.response(), { status: '500 Own' });
      await connection.send(driver.request());
      assertResponse(driver, await connection.response(), { status: '500 Own' });
    },
  },
];
