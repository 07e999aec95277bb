import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type Ended, KIT, LIMIT, runKit } from './run-kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsgi-shared-'));
const starts = join(folder, 'starts');
const note = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(starts)}, '.');`;

/** Checks that look at what has happened until the end of their server. */
const UNTIL_THE_END = [
  'BODY-ITERATE-ONCE.requests',
  'BODY-NEXT-AFTER-END.exhausted',
  'BODY-NEXT-AFTER-END.thrown',
  'CALL-ONCE.fault',
  'CALL-ONCE.request',
];

async function judge(fault: string, ...flags: readonly string[]): Promise<Ended> {
  const words = [
    process.execPath,
    '--import',
    `data:text/javascript,${encodeURIComponent(note)}`,
    join(KIT, 'mutants/command/server.mjs'),
    fault,
    '{app}',
    '{port}',
  ];
  const target = join(folder, `${fault}.target.mjs`);
  const meta = `{ name: '${fault}', version: '1.0.0' }`;
  writeFileSync(
    target,
    `export const meta = ${meta};\nexport const command = ${JSON.stringify(words)};\n`,
  );
  const run = flags.includes('--run') ? [] : UNTIL_THE_END.flatMap((id) => ['--run', id]);
  return runKit('server', target, ...run, ...flags);
}

afterEach(() => rmSync(starts, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('checks of a command', () => {
  test(
    'share the process whose end they wait for',
    async () => {
      const { code, out } = await judge('none', '--jobs', '1');
      expect(code).toBe(0);
      for (const id of UNTIL_THE_END) expect(out).toContain(`pass    ${id}`);
      expect(readFileSync(starts, 'utf8')).toBe('.');
    },
    LIMIT,
  );

  test(
    'are heard alone where a process that they share does not end',
    async () => {
      const { code, out } = await judge('stubborn', '--jobs', '1', '--budget', '300');
      expect(code).toBe(3);
      for (const id of UNTIL_THE_END) expect(out).toContain(`error   ${id}`);
      expect(out).toContain('in vain for the command to end after SIGTERM');
      expect(readFileSync(starts, 'utf8')).toBe('.'.repeat(1 + UNTIL_THE_END.length));
    },
    LIMIT,
  );

  test(
    'end although the last of them gives back a server at whose end another one waits',
    async () => {
      const { code, out } = await judge('none', '--jobs', '1', '--run', 'ADP-*');
      expect(out).toContain('pass    ADP-PARALLEL.two ');
      expect(code).toBe(0);
    },
    LIMIT,
  );

  test(
    'are reported in one order, however many run at a time',
    async () => {
      const { code, out } = await judge('none', '--jobs', '3');
      expect(code).toBe(0);
      const told = Array.from(out.matchAll(/^pass +(\S+)/gm), ([, id]) => id);
      expect(told).toEqual(['BOOT-ANSWER.get', ...UNTIL_THE_END]);
    },
    LIMIT,
  );

  test(
    'cannot run at the same time on a server that runs already',
    async () => {
      const { code, err } = await runKit('server', '--url', 'http://127.0.0.1:1', '--jobs', '2');
      expect(code).toBe(2);
      expect(err).toContain('--jobs takes 1 for a server that runs already, got "2"');
    },
    LIMIT,
  );
});
