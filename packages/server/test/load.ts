import { RawClient } from './raw-client.ts';
import { get } from './server-fixture.ts';
import { Standstill } from './standstill.ts';

/** What a load has met so far. */
export interface Tally {
  answered: number;
  /** Connections that ended before any octet of a first answer, which a client may ask again. */
  refused: number;
  /** What no client is to see: a request on a connection in use without its answer. */
  readonly failed: string[];
  /** Requests on a connection in use without their answer, after this process had stood still. */
  late: number;
  stopped: boolean;
}

/** A load without results yet. */
export function tally(): Tally {
  return { answered: 0, refused: 0, failed: [], late: 0, stopped: false };
}

const standstill = new Standstill();

/**
 * Sends requests one after the other on a connection, and opens a new one where the server has said
 * that it closes, until the load is stopped or no connection can be had.
 */
export async function keepAsking(url: string, load: Tally): Promise<void> {
  while (!load.stopped) {
    let client: RawClient;
    try {
      client = await RawClient.open(url);
    } catch {
      return;
    }
    await askUntilClosed(client, load);
    client.close();
  }
}

async function askUntilClosed(client: RawClient, load: Tally): Promise<void> {
  for (let asked = 1; !load.stopped; asked++) {
    client.send(get('/'));
    try {
      await client.until('<ok>');
    } catch (error) {
      if (asked > 1 && client.received === '' && standstill.wasRecently()) {
        load.late += 1;
      } else if (asked > 1 || client.received !== '') {
        load.failed.push(`request ${asked}: ${String(error)}`);
      } else {
        load.refused += 1;
      }
      return;
    }
    load.answered += 1;
    if (/connection: close/i.test(client.received)) {
      return;
    }
    client.clear();
  }
}

/** Resolves when so many more requests have been answered. */
export async function answersMore(load: Tally, count: number): Promise<void> {
  const until = load.answered + count;
  while (load.answered < until) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
