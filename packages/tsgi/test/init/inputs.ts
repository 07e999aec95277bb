import type { InitInput } from '../../src/init/init-input.ts';
import type { Settings } from '../../src/settings/table.ts';
import { certificate } from '../certificate.ts';

/** The least that there is to say of an application. */
export const INPUT: InitInput = { app: 'app.mjs', directory: '/srv/app' };

const PROTOCOLS = ['http', 'fastcgi', 'scgi', 'uwsgi'] as const;
const MOUNTS = [undefined, '/shop.v+1'] as const;
const UPSTREAMS = [
  [{ host: '0.0.0.0', port: 9000 }],
  [{ path: '/run/a b"\\.sock' }],
  [{ host: '::1', port: 9000 }, { path: '/run/b.sock' }],
] as const;

/** Every way to stand before an application, one of the others in each. */
export function frontInputs(): ReadonlyArray<readonly [name: string, input: InitInput]> {
  return PROTOCOLS.flatMap((protocol) =>
    MOUNTS.flatMap((scriptName) =>
      UPSTREAMS.map((upstream, index) => {
        const tls = (index + (scriptName === undefined ? 0 : 1)) % 2 === 0;
        const settings: Partial<Settings> = {
          protocol,
          scriptName,
          ...(tls ? { ...certificate, clientCa: certificate.certfile } : {}),
        };
        const name = `${protocol}, ${scriptName ?? 'root'}, ${JSON.stringify(upstream)}, TLS ${tls}`;
        return [name, { ...INPUT, settings, upstream }] as const;
      }),
    ),
  );
}
