import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RESULTS = `${ROOT}/conformance/results/servers`;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function publish(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const words = [`${ROOT}/scripts/publish-results.mjs`, ...args];
    execFile(process.execPath, words, { cwd: ROOT }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('publish-results', () => {
  test.each([
    [['--frob'], 'unknown flag --frob'],
    [['--check', 'nobody'], 'no target; known are '],
  ])('answers %j with exit code 2', async (args, message) => {
    const { code, err } = await publish(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('has published a summary for each adapter, with nothing of the machine in it', () => {
    const adapters = readdirSync(`${ROOT}/conformance/adapters`)
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => file.replace(/(?:\.target)?\.mjs$/, '.json'));
    const published = readdirSync(RESULTS).filter((file) => file.endsWith('.json'));
    expect(new Set(published)).toEqual(new Set(adapters));
    for (const file of published) {
      const text = readFileSync(`${RESULTS}/${file}`, 'utf8');
      expect(text).not.toContain(ROOT);
      expect(text).not.toMatch(/127\.0\.0\.1:\d/);
      expect(text).not.toContain(process.versions.node);
    }
  });

  test('compares what is published with what is', async () => {
    const { code, out } = await publish('--check', 'minimal-server');
    expect({ code, out }).toEqual({ code: 0, out: 'minimal-server: as published\n' });
  }, 120_000);
});
