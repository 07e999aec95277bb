import { mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Load } from '../../tsgi/test/arbiter/load.ts';
import { makeScratchFolder } from '../src/scratch-folder.ts';
import { availableDoors } from '../src/which-doors.ts';
import { exchange, type Answered } from './exchange.ts';
import { type Machines, startMachines } from './machines.ts';

/** Milliseconds between two requests of one that waits. */
const RETRY = 20;

interface Site extends Machines {
  readonly folder: string;
}

async function open(): Promise<Site> {
  const scratch = makeScratchFolder();
  const machines = await startMachines(scratch.path);
  onTestFinished(async () => {
    await machines.close();
    scratch.remove();
  });
  return { ...machines, folder: scratch.path };
}

/** Settles when so many requests are in hand; says which machines they are with. */
async function untilHeld({ folder }: Site, count: number): Promise<readonly string[]> {
  const held = join(folder, 'held');
  mkdirSync(held, { recursive: true });
  return new Promise((resolve) => {
    const look = (): void => {
      const names = readdirSync(held);
      if (names.length < count) return;
      watcher.close();
      resolve(names);
    };
    const watcher = watch(held, look);
    look();
  });
}

/** Lets all requests go on that are held. */
function letGo({ folder }: Site): void {
  writeFileSync(join(folder, 'gate/open'), '');
}

interface Held {
  readonly word: string;
  readonly method: string;
  readonly answer: Promise<Answered>;
}

/** Requests that servers have in hand until they are let go; nginx spreads them. */
function holdRequests({ url }: Site, count: number): readonly Held[] {
  return Array.from({ length: count }, (_, index) => {
    const method = index % 2 === 0 ? 'GET' : 'POST';
    const word = `${method}-${index}`;
    const content = method === 'GET' ? {} : { content: new Uint8Array(1) };
    return {
      word,
      method,
      answer: exchange(url, { method, target: `/hold?${word}`, ...content }),
    };
  });
}

const REQUESTS = 24;
const isHere = availableDoors(['nginx-http']).length > 0;

describe.skipIf(!isHere)('nginx in front of three servers', () => {
  test('answers every request while one is killed, one drained and one reloaded', async () => {
    const { url, all } = await open();
    const [killed, drained, reloaded] = all;
    const load = new Load(url);
    await load.answered(300);
    await killed.kill();
    await load.answered(300);
    const first = drained.pid;
    await drained.drain();
    await load.answered(300);
    await drained.start();
    await load.answered(300);
    await reloaded.reload();
    await load.answered(300);
    const tally = await load.stop();
    expect(tally.lost).toEqual([]);
    expect(tally.answered).toBe(tally.sent);
    expect([...tally.byPid.keys()]).toEqual(expect.arrayContaining([first, reloaded.pid]));
    // nginx asks the one that was away again when fail_timeout is over
    const returned = drained.pid;
    let pid = Number.NaN;
    while (pid !== returned) {
      const { status, body } = await exchange(url, { target: '/' });
      expect(status).toBe(200);
      pid = Number(body);
      await pause(RETRY);
    }
  });

  test('loses what a killed one had in hand and may not be repeated, and nothing else', async () => {
    const site = await open();
    const [killed] = site.all;
    const requests = holdRequests(site, REQUESTS);
    const places = await untilHeld(site, REQUESTS);
    const { pid } = killed;
    const lost = requests.filter(({ word }) => places.includes(`${pid}-${word}`));
    expect(new Set(lost.map(({ method }) => method))).toEqual(new Set(['GET', 'POST']));
    await killed.kill();
    // what may be repeated is in hand again, elsewhere
    await untilHeld(site, REQUESTS + lost.filter(({ method }) => method === 'GET').length);
    letGo(site);
    for (const { word, method, answer } of requests) {
      const isLost = method === 'POST' && places.includes(`${pid}-${word}`);
      expect([word, (await answer).status]).toEqual([word, isLost ? 502 : 200]);
    }
  });

  test('lets one that drains and one that reloads end what they have in hand', async () => {
    const site = await open();
    const [drained, reloaded] = site.all;
    const requests = holdRequests(site, REQUESTS);
    const places = await untilHeld(site, REQUESTS);
    const { pid } = drained;
    const gone = drained.drain();
    await reloaded.reload();
    letGo(site);
    await gone;
    for (const { word, answer } of requests) {
      const { status, body } = await answer;
      expect([status, places.includes(`${body}-${word}`)]).toEqual([200, true]);
    }
    // nginx has not noticed yet that one is gone, and passes on what that one refuses
    for (let count = 0; count < REQUESTS; count += 1) {
      const asked = { method: 'POST', target: '/', content: new Uint8Array(1) };
      expect((await exchange(site.url, asked)).status).toBe(200);
    }
    expect(places.some((place) => place.startsWith(`${pid}-`))).toBe(true);
    expect(places.some((place) => place.startsWith(`${reloaded.pid}-`))).toBe(true);
  });
});
