import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { LIMIT, runKit, SEAM_SERVER } from './run-kit.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-dying-'));

afterAll(() => rmSync(FOLDER, { recursive: true }));

/** An adapter whose server does something for one check, and dies of it when its connections are gone. */
function writeAdapter(name: string, onConnection: string, onListening: string): string {
  const path = join(FOLDER, `${name}.mjs`);
  const seam = pathToFileURL(SEAM_SERVER).href;
  writeFileSync(
    path,
    `import { once } from 'node:events';
     import { createServer } from 'node:net';
     import * as seam from '${seam}';
     export const { meta, capabilities } = seam;
     const die = () => setTimeout(() => { throw new Error('out of luck'); }, 50);
     export async function start(application, options) {
       if (!options.label.startsWith('ENV-METHOD.')) return seam.start(application, options);
       const server = createServer((socket) => { ${onConnection} });
       await once(server.listen(0, '127.0.0.1'), 'listening');
       const url = 'http://127.0.0.1:' + server.address().port;
       ${onListening}
       return { url, close: () => new Promise(() => undefined) };
     }`,
  );
  return path;
}

describe('a server that dies', () => {
  test.each([
    ['cuts', 'socket.destroy(); die();', ''],
    ['refuses', '', 'server.close(); die();'],
  ])(
    'is told of as such, and not as one that %s connections',
    async (name, onConnection, onListening) => {
      const adapter = writeAdapter(name, onConnection, onListening);
      const { code, out } = await runKit('server', adapter, '--run', 'ENV-METHOD.token-get');
      expect(code).toBe(1);
      expect(out).toContain('expected  server: to go on running');
      expect(out).toContain('got       uncaught Error: out of luck');
    },
    LIMIT,
  );
});
