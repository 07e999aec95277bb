import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findApacheModule } from '../src/apache.ts';
import { type OpenDoor, type OpenOptions, openDoor } from '../src/open-door.ts';
import type { DoorId } from '../src/doors.ts';
import { makeScratchFolder } from '../src/scratch-folder.ts';
import { availableDoors } from '../src/which-doors.ts';
import { exchange } from './exchange.ts';

const APP = fileURLToPath(new URL('fixtures/site.mjs', import.meta.url));

async function open(id: DoorId, options: Partial<OpenOptions>): Promise<OpenDoor> {
  const scratch = makeScratchFolder();
  const door = await openDoor(id, { app: APP, folder: scratch.path, ...options });
  onTestFinished(async () => {
    await door.close();
    scratch.remove();
  });
  return door;
}

async function askedProcess({ url }: OpenDoor): Promise<number> {
  return Number((await exchange(url, { target: '/' })).headers['x-process']);
}

describe('a group of servers', () => {
  test.each(availableDoors(['nginx-http', 'nginx-fastcgi', 'apache-http']))(
    'shares what comes through %s',
    async (id) => {
      const door = await open(id, { servers: 3 });
      const asked = new Set<number>();
      for (let count = 0; count < 12; count += 1) asked.add(await askedProcess(door));
      expect(asked).toEqual(new Set(door.backends.map(({ pid }) => pid)));
    },
  );
});

const APACHE = ['apache-cgi', 'apache-http', 'apache-fastcgi', 'apache-scgi'] as const;
const xsendfile = findApacheModule('xsendfile');
if (xsendfile === undefined && process.env['CI'] === undefined) {
  process.stderr.write('X-Sendfile is left out: Apache has no mod_xsendfile\n');
}

describe('X-Sendfile', () => {
  const doors = xsendfile === undefined && process.env['CI'] === undefined ? [] : APACHE;
  test.each(availableDoors(doors))('lets Apache send the file behind %s', async (id) => {
    const { path, remove } = makeScratchFolder();
    onTestFinished(remove);
    writeFileSync(join(path, 'secret.txt'), 'for your eyes only\n');
    const door = await open(id, {
      env: { DOORS_PRIVATE: path },
      amend: (configuration) =>
        [
          `LoadModule xsendfile_module ${xsendfile}`,
          configuration.replace(
            '</VirtualHost>',
            `XSendFile On\nXSendFilePath ${path}\n</VirtualHost>`,
          ),
        ].join('\n'),
    });
    const { status, body, headers } = await exchange(door.url, { target: '/sendfile/secret.txt' });
    expect({ status, body }).toEqual({ status: 200, body: 'for your eyes only\n' });
    expect(headers).not.toHaveProperty('x-sendfile');
  });
});
