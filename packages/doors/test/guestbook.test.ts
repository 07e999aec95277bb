import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type OpenDoor, openDoor } from '../src/open-door.ts';
import { makeScratchFolder } from '../src/scratch-folder.ts';
import { availableDoors } from '../src/which-doors.ts';
import type { DoorId } from '../src/doors.ts';

const APP = fileURLToPath(new URL('../../../docs/examples/guestbook/dist/app.js', import.meta.url));
const DOORS = availableDoors();

const scratch = makeScratchFolder();
const env = { TSGI_GUESTBOOK_DB: join(scratch.path, 'guestbook.sqlite') };
/** Whose entries there are, oldest first. */
const names: string[] = [];
let opened = 0;

/** The file of the guestbook belongs to one process at a time: one door is open, then the next. */
async function through(id: DoorId, visit: (door: OpenDoor) => Promise<void>): Promise<void> {
  opened += 1;
  const folder = join(scratch.path, `${opened}-${id}`);
  const door = await openDoor(id, { app: APP, folder, env });
  try {
    await visit(door);
  } catch (error) {
    throw new Error(
      `${id}\n${[door.front, ...door.backends].map(({ output }) => output).join('\n')}`,
      {
        cause: error,
      },
    );
  } finally {
    await door.close();
  }
}

async function sign({ url }: OpenDoor, name: string): Promise<string> {
  const body = new URLSearchParams({ name, message: 'שלום 🌟' });
  const response = await fetch(`${url}/sign`, { method: 'POST', body, headers: { origin: url } });
  expect(response.status).toBe(200);
  return response.url;
}

async function signed({ url }: OpenDoor): Promise<readonly string[]> {
  const response = await fetch(`${url}/entries.json?per_page=200`);
  expect(response.status).toBe(200);
  const { entries } = (await response.json()) as { entries: ReadonlyArray<{ name: string }> };
  return entries.map(({ name }) => name).toReversed();
}

afterAll(() => scratch.remove());

describe('the guestbook', () => {
  test.each(DOORS)('takes an entry through %s and shows those before it', (id) =>
    through(id, async (door) => {
      expect(await sign(door, `through ${id}`)).toBe(
        `${door.url}/entries/${names.length + 1}?thanks`,
      );
      names.push(`through ${id}`);
      expect(await signed(door)).toEqual(names);
    }),
  );

  test.each(DOORS)('shows through %s, started again, what came through all of them', (id) =>
    through(id, async (door) => {
      expect(names).toHaveLength(DOORS.length);
      expect(await signed(door)).toEqual(names);
      const csv = await (await fetch(`${door.url}/entries.csv`)).text();
      expect(csv.split('\r\n')).toHaveLength(names.length + 2);
    }),
  );
});
