import { describe, expect, test } from 'vitest';
import { serve } from './running-command.ts';

describe('tsgi serve --timeout', () => {
  test('names, kills and replaces a worker that is stuck', async () => {
    const { command, url } = await serve(['pid.mjs', '-w', '2', '--timeout', '1']);
    const stuck = fetch(`${url}/stuck?token=secret`).catch(() => 'reset');
    const [message, pid] = await command.until(
      /worker \d+ \(process (\d+)\) was stuck in a synchronous call.*\n/,
    );
    expect(message).toMatch(/for \d+\.\d s \(--timeout is 1\.0 s\) and is killed: GET \/stuck\?…/);
    expect(message).toMatch(/, begun \d+\.\d s ago/);
    expect(message).not.toContain('secret');
    expect(message).toMatch(
      /at spinForEver \(file:.*pid\.mjs:\d+:\d+\).*at app \(file:.*pid\.mjs:/,
    );
    expect(await stuck).toBe('reset');
    await command.until(/worker 3 \(process \d+\) serves/);
    const answers = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(url)).text()));
    expect(answers).not.toContain(pid);
  });

  test('names the request whose body is stuck', async () => {
    const { command, url } = await serve(['generator.mjs', '--timeout', '1']);
    const stuck = fetch(`${url}/made/slowly`)
      .then((response) => response.text())
      .catch(() => 'reset');
    const [message] = await command.until(/was stuck in a synchronous call.*\n/);
    expect(message).toContain('and is killed: GET /made/slowly, begun');
    expect(message).toMatch(/at chunks \(file:.*generator\.mjs:11:\d+\)/);
    expect(await stuck).toBe('reset');
  });

  test('gives what waited for the stuck worker to the next one', async () => {
    const { command, url } = await serve(['pid.mjs', '--timeout', '1']);
    const stuck = fetch(`${url}/stuck`).catch(() => 'reset');
    await command.until(/^stuck\n/m);
    const waiting = Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
    expect(await stuck).toBe('reset');
    const [, pid] = await command.until(/worker 2 \(process (\d+)\) serves/);
    expect(await waiting).toEqual([pid, pid, pid]);
  });

  test('leaves a worker alone that waits without blocking', async () => {
    const { command, url } = await serve(['asynchronous.mjs', '--timeout', '1']);
    const response = await fetch(`${url}/?2000`);
    expect(await response.text()).toBe('late');
    expect(command.errors).not.toContain('stuck');
  });

  test('watches nothing at 0', async () => {
    const { command, url } = await serve(['pid.mjs', '-w', '2', '--timeout', '0']);
    const stop = new AbortController();
    const stuck = fetch(`${url}/stuck`, { signal: stop.signal }).catch(() => 'given up');
    await command.until(/^stuck\n/m);
    expect(await (await fetch(url)).text()).toMatch(/^\d+$/);
    command.signal('SIGQUIT');
    expect(await command.exit).toBe(0);
    stop.abort();
    expect(await stuck).toBe('given up');
    expect(command.errors).not.toContain('stuck');
  });
});
