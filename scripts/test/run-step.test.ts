import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { listUnfinished, runStep } from '../checks/run-step.mjs';

const step = (script: string): { name: string; command: string[] } => ({
  name: 'some',
  command: [process.execPath, '-e', script],
});

describe('runStep', () => {
  test('keeps what a command prints to both streams', async () => {
    const ran = await runStep(step("console.log('one'); console.error('two')"), tmpdir());
    expect(ran).toMatchObject({ ok: true, why: '' });
    expect(ran.output.split('\n').toSorted()).toEqual(['', 'one', 'two']);
    expect(ran.seconds).toBeGreaterThan(0);
  });

  test.each([
    ['process.exit(3)', 'exit 3'],
    ["process.kill(process.pid, 'SIGKILL')", 'exit SIGKILL'],
  ])('says how %s ended', async (script, why) => {
    expect(await runStep(step(script), tmpdir())).toMatchObject({ ok: false, why });
  });

  test('says that there is no such command', async () => {
    const ran = await runStep({ name: 'some', command: ['no-such-command-of-tsgi'] }, tmpdir());
    expect(ran).toMatchObject({ ok: false, why: 'spawn no-such-command-of-tsgi ENOENT' });
  });

  test('lists what has not ended', async () => {
    const running = runStep(step(''), tmpdir());
    expect(listUnfinished()).toEqual([{ name: 'some', output: '' }]);
    await running;
    expect(listUnfinished()).toEqual([]);
  });
});
