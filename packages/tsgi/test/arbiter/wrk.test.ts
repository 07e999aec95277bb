import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveControlled } from './running-command.ts';

const CONNECTIONS = 8;

function hasWrk(): boolean {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('skipped: there is no wrk\n');
    return false;
  }
}

describe('tsgi serve --workers 2 under wrk', () => {
  test.skipIf(!hasWrk())('loses no request on SIGHUP, SIGTTIN and SIGTTOU', async () => {
    const { command, url } = await serveControlled('pid.mjs', '-w', '2');
    // ends when it is told to
    const wrk = spawn('wrk', [
      '-t1',
      `-c${CONNECTIONS}`,
      '-d100s',
      '--timeout',
      '60s',
      `${url}/spin`,
    ]);
    onTestFinished(() => void wrk.kill('SIGKILL'));
    const report = text(wrk.stdout);
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
    command.signal('SIGTTIN');
    await command.until(/worker 5 \(process \d+\) serves/);
    command.signal('SIGTTOU');
    await command.until(/worker 5 \(process \d+\) has ended/);
    expect(wrk.exitCode).toBe(null);
    wrk.kill('SIGINT');
    const stdout = await report;
    expect(stdout).toMatch(/\d+ requests in /);
    // both lines are there only where there is something to tell
    expect(stdout).not.toContain('Non-2xx');
    const errors = /Socket errors: .*/.exec(stdout)?.[0] ?? '';
    // where wrk stands still for long, it asks on connections that three workers have closed as idle
    expect(errors).toMatch(/^(?:Socket errors: connect 0, read \d+, write 0, timeout 0)?$/);
    expect(Number(/read (\d+)/.exec(errors)?.[1] ?? 0)).toBeLessThanOrEqual(3 * CONNECTIONS);
  });
});
