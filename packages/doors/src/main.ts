import { chmodSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DOOR_IDS } from './doors.ts';
import { openDoor } from './open-door.ts';
import { makeScratchFolder } from './scratch-folder.ts';

/**
 * `door ID --app FILE --folder DIR [--port N] [-- FLAGS]`: opens a door, says its URL on standard
 * output, and closes it at SIGTERM. FLAGS are those of `tsgi serve`.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      folder: { type: 'string' },
      port: { type: 'string' },
    },
  });
  const { app, folder, port } = values;
  const [name, ...flags] = positionals;
  const id = DOOR_IDS.find((known) => known === name);
  if (id === undefined || app === undefined || folder === undefined) {
    const names = DOOR_IDS.join(', ');
    throw new Error(`door takes one of ${names}, --app and --folder; got ${args.join(' ')}`);
  }
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  // Others may go through the folder, if they know what they look for: Apache has to.
  chmodSync(folder, 0o711);
  const door = await openDoor(id, {
    app,
    folder: makeScratchFolder(folder).path,
    flags,
    ...(port === undefined ? {} : { port: Number(port) }),
    ownGroup: false,
    onOutput: (text) => process.stderr.write(text),
  });
  process.stdout.write(`${door.url}\n`);
  await ended;
  await door.close();
}
