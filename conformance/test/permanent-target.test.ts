import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, KIT, LIMIT, runKit } from './run-kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsgi-permanent-'));
const starts = join(folder, 'starts');
const note = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(starts)}, '.');`;
const words = [
  process.execPath,
  '--import',
  `data:text/javascript,${encodeURIComponent(note)}`,
  join(KIT, 'mutants/command/server.mjs'),
  'none',
  '{app}',
  '{port}',
];
const description = `
export const meta = { name: 'permanent', version: '1.0.0' };
export const command = ${JSON.stringify(words)};
export const permanent = true;
export const only = ['CLOSE-ORDER.cl*'];
`;

const CHECKS = ['CLOSE-ORDER.closed', 'CLOSE-ORDER.head', 'BODY-NODELAY.blocked-next'];
const STARTS = ['LIFESPAN-ONCE.two-requests', 'ADP-CLOSE.refuses', 'MOD-EXPORT.app'];
const PROFILES = ['ASYNC-AWAIT.promise', 'EXC-500.call'];

const target = join(folder, 'permanent.target.mjs');
writeFileSync(target, description);

afterAll(() => rmSync(folder, { recursive: true }));

describe('a permanent command', () => {
  let ended: Ended;

  beforeAll(async () => {
    const run = [...CHECKS, ...STARTS, ...PROFILES].flatMap((id) => ['--run', id]);
    ended = await runKit('server', target, ...run);
  }, LIMIT);

  test('is judged by checks of cleanup, order and blocked threads', () => {
    expect(ended.code).toBe(0);
    for (const id of [...CHECKS, ...PROFILES]) expect(ended.out).toContain(`pass    ${id}`);
  });

  test('is started once for each profile', () => {
    expect(readFileSync(starts, 'utf8')).toBe('..');
  });

  test('skips what can be seen only at the start or the end of a server', () => {
    for (const id of STARTS) expect(ended.out).toMatch(new RegExp(`skip +${id}`));
    expect(ended.out).toContain('the command is started once');
  });
});

describe('the checks that a description names', () => {
  test(
    'are those that run where the command line names none',
    async () => {
      const { code, out } = await runKit('server', target);
      expect(code).toBe(0);
      expect(out).toContain('pass    CLOSE-ORDER.closed');
      expect(out).not.toContain('CLOSE-ORDER.head');
    },
    LIMIT,
  );
});
