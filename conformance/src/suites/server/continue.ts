import type { ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { bodyRead, recordRead } from './input.ts';
import { assertResponse } from './tables.ts';

const CHUNKED = ['Transfer-Encoding', 'chunked'] as const;
const EXPECT = ['Expect', '100-continue'] as const;

/** What becomes of a request whose client waits for an interim response. */
export const continueChecks: readonly ServerCheck[] = [
  {
    id: 'INP-CONTINUE.before-read',
    title: 'A client that waits for 100 gets it before it sends the body',
    app: recordRead,
    run: async (driver) => {
      const headers = [EXPECT, ['Content-Length', '5']] as const;
      const connection = await driver.begin({ method: 'POST', headers });
      await connection.interim(1);
      await connection.send(toBytes('abcde'));
      const response = await connection.response('POST');
      driver.assert.equal('interim status', response.interim[0]?.statusCode, 100);
      driver.assert.equal('status', response.status, '200 OK');
      driver.assert.equal('body read', await bodyRead(driver), 'abcde');
    },
  },
  {
    id: 'INP-CONTINUE-OLD.http10',
    title: 'An HTTP/1.0 client gets no interim response',
    requires: ['http10'],
    app: recordRead,
    run: async (driver) => {
      const headers = [EXPECT, ['Content-Length', '5']] as const;
      const connection = await driver.begin({ method: 'POST', version: 'HTTP/1.0', headers });
      await driver.ping();
      driver.assert.equal('octets before the body', await connection.octetsSoFar(), 0);
      await connection.send(toBytes('abcde'));
      const response = await connection.response('POST');
      driver.assert.equal('interim responses', response.interim.length, 0);
    },
  },
  {
    id: 'INP-CONTINUE.capitals',
    title: 'The expectation is read in any case, and for every request of a connection',
    requires: ['keepAlive'],
    app: recordRead,
    run: async (driver) => {
      const headers = [
        ['EXPECT', '100-Continue'],
        ['Content-Length', '5'],
      ] as const;
      const connection = await driver.begin({ method: 'POST', body: 'first' });
      assertResponse(driver, await connection.response('POST'), {});
      await connection.send(driver.request({ method: 'POST', headers }));
      await connection.interim(1);
      await connection.send(toBytes('abcde'));
      assertResponse(driver, await connection.response('POST'), {});
    },
  },
  {
    id: 'INP-CONTINUE.chunked',
    title: 'A client that waits with a chunked body gets 100 as well',
    requires: ['chunkedRequest'],
    app: recordRead,
    run: async (driver) => {
      const connection = await driver.begin({ method: 'POST', headers: [EXPECT, CHUNKED] });
      await connection.interim(1);
      await connection.send(toBytes('3\r\nabc\r\n0\r\n\r\n'));
      assertResponse(driver, await connection.response('POST'), {});
      driver.assert.equal('body read', await bodyRead(driver), 'abc');
    },
  },
  ...(
    [
      ['path', 400, { target: '/%zz' }],
      ['host', 400, { host: 'a/b' }],
      ['framing', 400, { headers: [EXPECT, ['Content-Length', '+5']] as const }],
      ['mount', 404, { target: '/outside' }],
    ] as const
  ).map(
    ([variant, status, shape]): ServerCheck => ({
      id: `INP-CONTINUE-REFUSED.${variant}`,
      title: `A request with an invalid ${variant} gets no interim response`,
      settings: variant === 'mount' ? { scriptName: '/m' } : undefined,
      app: recordRead,
      run: async (driver) => {
        const headers = [EXPECT, ['Content-Length', '5']] as const;
        const connection = await driver.begin({ method: 'POST', headers, ...shape });
        const response = await connection.responseOrEnd('POST');
        driver.assert.equal('interim responses', response?.interim.length ?? 0, 0);
        driver.assert.oneOf('status', response?.statusCode ?? 'closed', [status, 'closed']);
      },
    }),
  ),
];
