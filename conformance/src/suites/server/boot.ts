import type { ServerCheck } from '../../check.ts';
import { fromBytes } from '../../wire/byte-string.ts';
import { answering, streaming } from './applications.ts';
import { assertResponse, fieldOf } from './tables.ts';

/** Checks that decide whether there is anything to judge, and what the server can do. */
export const bootChecks: readonly ServerCheck[] = [
  {
    id: 'BOOT-ANSWER.get',
    title: 'A GET request reaches the application that the adapter was given',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const response = await driver.exchange();
      await driver.proveIdentity();
      assertResponse(driver, response, {});
      await driver.event('call');
    },
  },
  {
    id: 'BOOT-CAPABILITY.async',
    title: 'A server started with the asynchronous profile awaits the application',
    probes: 'async',
    settings: { profile: 'async' },
    app: (probe) => async (environ, startResponse) => {
      await Promise.resolve();
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('status', response.status, '200 OK');
    },
  },
  {
    id: 'BOOT-CAPABILITY.http10',
    title: 'An HTTP/1.0 request is answered',
    probes: 'http10',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const response = await driver.exchange({ version: 'HTTP/1.0' });
      driver.assert.equal('status', response.status, '200 OK');
    },
  },
  {
    id: 'BOOT-CAPABILITY.keepAlive',
    title: 'A second request on the connection is answered',
    probes: 'keepAlive',
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.response();
      await connection.send(driver.request());
      const second = await connection.responseOrEnd();
      driver.assert.equal('status of the second response', second?.status, '200 OK');
    },
  },
  {
    id: 'BOOT-CAPABILITY.pipelining',
    title: 'Two requests in one segment are both answered',
    probes: 'pipelining',
    requires: ['keepAlive'],
    app: (probe) => answering(probe),
    run: async (driver) => {
      const connection = await driver.connect();
      const request = fromBytes(driver.request());
      await connection.send(new TextEncoder().encode(request + request));
      await connection.response();
      const second = await connection.responseOrEnd();
      driver.assert.equal('status of the second response', second?.status, '200 OK');
    },
  },
  {
    id: 'BOOT-CAPABILITY.chunkedRequest',
    title: 'A request in the chunked transfer coding is taken',
    probes: 'chunkedRequest',
    app: (probe) => streaming(probe),
    run: async (driver) => {
      const headers = [['Transfer-Encoding', 'chunked']] as const;
      const response = await driver.exchange({ method: 'POST', headers, body: '0\r\n\r\n' });
      driver.assert.equal('refused', [411, 501].includes(response.statusCode), false);
      driver.assert.equal('nonce fields', fieldOf(response, 'tsgi-nonce').length, 1);
    },
  },
];
