import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { serveControlled } from './running-command.ts';

const run = promisify(execFile);

function hasWrk(): boolean {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('skipped: there is no wrk\n');
    return false;
  }
}

describe('tsgi serve --workers 2 under wrk', { timeout: 60_000 }, () => {
  test.skipIf(!hasWrk())('loses no request on SIGHUP, SIGTTIN and SIGTTOU', async () => {
    const { command, url } = await serveControlled('pid.mjs', '-w', '2');
    const load = run('wrk', ['-t1', '-c8', '-d6s', '--timeout', '5s', `${url}/spin`]);
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
    command.signal('SIGTTIN');
    await command.until(/worker 5 \(process \d+\) serves/);
    command.signal('SIGTTOU');
    await command.until(/worker 5 \(process \d+\) has ended/);
    const { stdout } = await load;
    expect(stdout).toMatch(/\d+ requests in /);
    // both lines are there only where there is something to tell
    expect(stdout).not.toContain('Socket errors');
    expect(stdout).not.toContain('Non-2xx');
  });
});
