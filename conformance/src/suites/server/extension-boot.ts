import type { ServerCheck } from '../../check.ts';
import type { Capability } from '../../outcome.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering } from './applications.ts';
import { assertResponse } from './tables.ts';

type Key = `tsgi.${string}`;

/** The optional entries that show in the environ whether the server offers them. */
const ENTRIES: readonly (readonly [name: Capability, key: Key, request?: RequestShape])[] = [
  ['files', 'tsgi.file_wrapper'],
  ['signal', 'tsgi.signal'],
  ['flushHeaders', 'tsgi.flush_headers'],
  ['earlyHints', 'tsgi.early_hints'],
  ['trailers', 'tsgi.trailers', { headers: [['TE', 'trailers']] }],
  ['rawHeaders', 'tsgi.raw_headers'],
  ['state', 'tsgi.state'],
];

/** Which extensions there are to judge. */
export const extensionBootChecks: readonly ServerCheck[] = [
  ...ENTRIES.map(
    ([name, key, request]): ServerCheck => ({
      id: `BOOT-CAPABILITY.${name}`,
      title: `The environ has ${key}`,
      probes: name,
      app: (probe) => (environ, startResponse) => {
        probe.record('entry', key in environ);
        return answering(probe)(environ, startResponse);
      },
      run: async (driver) => {
        await driver.exchange(request);
        const { data } = await driver.event('entry');
        driver.assert.equal(`${key} is there`, data, true);
      },
    }),
  ),
  {
    id: 'BOOT-CAPABILITY.tls',
    title: 'A server that is given a certificate answers on TLS',
    probes: 'tls',
    unstarted: true,
    app: (probe) => answering(probe),
    run: async (driver) => {
      driver.assert.equal('start with TLS', await driver.refusal({ tls: 'server' }), undefined);
      const connection = await driver.connectSecure();
      await connection.send(driver.request());
      assertResponse(driver, await connection.response(), {});
    },
  },
];
