import { describe, expect, test } from 'vitest';
import { writeInit } from '../../src/init/write-init.ts';
import type { InitInput } from '../../src/init/init-input.ts';
import { INPUT } from './inputs.ts';
import { run } from './program.ts';

/** What the process types are, by the pattern that Heroku and foreman read lines with. */
function parseProcfile(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const entries = lines.map((line) => /^([A-Za-z0-9_-]+):\s*(.+)$/.exec(line));
  expect(entries).not.toContain(null);
  return new Map(entries.map((entry) => [entry?.[1] ?? '', entry?.[2] ?? '']));
}

/** The words that a shell makes of the command. */
async function wordsOf(input: Partial<InitInput>): Promise<readonly string[]> {
  const types = parseProcfile(writeInit('procfile', { ...INPUT, ...input }));
  expect([...types.keys()]).toEqual(['web']);
  const { output } = await run('sh', '-c', String.raw`printf '%s\n' ${types.get('web') ?? ''}`);
  return output.trimEnd().split('\n');
}

const START = ['node', 'node_modules/tsgi/bin/tsgi.mjs', 'serve'];

describe('tsgi init procfile', () => {
  test('leaves address and workers to the platform', async () => {
    expect(await wordsOf({})).toEqual([...START, 'app.mjs']);
    expect(writeInit('procfile', INPUT)).toContain('# The platform says by PORT where to listen');
  });

  test('gives a shell the words that were meant', async () => {
    const settings = {
      bind: [{ path: '/run/a b.sock', mode: 0o660 }],
      workers: 'auto',
      accessLogSkip: ['/a', '/b*$x'],
      lint: true,
      http2: false,
      errorLog: '-x',
    } as const;
    expect(await wordsOf({ app: "it's $HOME.mjs", settings })).toEqual([
      ...START,
      "it's $HOME.mjs",
      '--bind',
      'unix:/run/a b.sock?mode=0660',
      '--no-http2',
      '--workers',
      'auto',
      '--access-log-skip',
      '/a,/b*$x',
      '--error-log=-x',
      '--lint',
    ]);
  });

  test('leaves out what the configuration file says', async () => {
    const settings = { workers: 3, maxRequests: 100 };
    expect(await wordsOf({ settings, inFile: ['workers'] })).toEqual([
      ...START,
      'app.mjs',
      '--max-requests',
      '100',
    ]);
  });
});
