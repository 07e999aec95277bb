import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RunningCommand, serve, temporaryDirectory } from './running-command.ts';

const APP = (text: string): string => `export function app(environ, startResponse) {
  startResponse('200 OK', []);
  return [new TextEncoder().encode(${JSON.stringify(text)})];
}
`;

// The fourth process that loads it cannot.
const FAILS_AT_FOURTH = `import { appendFileSync, readFileSync } from 'node:fs';

appendFileSync('boots', 'x');
if (readFileSync('boots', 'utf8').length === 4) {
  throw new Error('the fourth');
}
${APP('counted')}`;

async function textOf(url: string): Promise<string> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return response.text();
}

describe('a reload', () => {
  test('takes new code and new settings on SIGHUP', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'app.mjs'), APP('first'));
    writeFileSync(join(cwd, 'tsgi.config.json'), JSON.stringify({ workers: 1 }));
    const { command, url } = await serve(['app.mjs'], { cwd });
    expect(await textOf(url)).toBe('first');
    writeFileSync(join(cwd, 'app.mjs'), APP('second'));
    writeFileSync(
      join(cwd, 'tsgi.config.json'),
      JSON.stringify({ workers: 2, healthPath: '/healthz' }),
    );
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
    expect(await textOf(url)).toBe('second');
    expect(await textOf(`${url}/healthz`)).not.toBe('second');
  });

  test('keeps the old workers when the new ones cannot boot', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'app.mjs'), APP('first'));
    const { command, url } = await serve(['app.mjs', '-w', '2'], { cwd });
    writeFileSync(join(cwd, 'app.mjs'), 'export default ((');
    command.signal('SIGHUP');
    const [line] = await command.until(/reload failed.*\n/);
    expect(line).toMatch(/^reload failed, 2 old workers stay: cannot load app\.mjs: SyntaxError/);
    expect(await textOf(url)).toBe('first');
    writeFileSync(join(cwd, 'app.mjs'), APP('third'));
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
    expect(await textOf(url)).toBe('third');
  });

  test('refuses settings that are wrong, and an address that only a restart can take', async () => {
    const cwd = temporaryDirectory();
    const config = join(cwd, 'tsgi.config.json');
    writeFileSync(join(cwd, 'app.mjs'), APP('first'));
    writeFileSync(config, '{"bind": "127.0.0.1:0"}');
    const command = new RunningCommand(['serve', 'app.mjs', '--access-log', 'off'], { cwd });
    const [, url = ''] = await command.until(/serving app\.mjs on (\S+) .*\n/);
    writeFileSync(config, '{"bind": "127.0.0.1:0", "workers": "many"}');
    command.signal('SIGHUP');
    const [refused] = await command.until(/reload refused.*\n/);
    expect(refused).toMatch(/everything stays as it was: .*workers/);
    writeFileSync(config, '{"bind": "127.0.0.1:1"}');
    command.signal('SIGHUP');
    const [kept] = await command.until(/bind has changed.*\n/);
    expect(kept).toContain('which only a restart does; it stays as it was');
    await command.until(/ reloaded: 1 new worker serves/);
    expect(await textOf(url)).toBe('first');
  });

  test('stops where the second new worker cannot boot, and leaves none out', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'app.mjs'), FAILS_AT_FOURTH);
    const { command, url } = await serve(['app.mjs', '-w', '2'], { cwd });
    command.signal('SIGHUP');
    const [line] = await command.until(/reload failed.*\n/);
    expect(line).toMatch(
      /^reload failed, 1 old worker stays beside 1 new one: cannot load app\.mjs: Error: the fourth/,
    );
    expect(await textOf(url)).toBe('counted');
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
  });

  test('takes the place of one that is under way', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'app.mjs'), APP('first'));
    const { command, url } = await serve(['app.mjs', '-w', '2'], { cwd });
    command.signal('SIGHUP');
    await command.until(/reloading/);
    writeFileSync(join(cwd, 'app.mjs'), APP('second'));
    command.signal('SIGHUP');
    await command.until(/ reloaded: 2 new workers serve/);
    expect(await textOf(url)).toBe('second');
    expect(command.errors.match(/reloading/g)).toHaveLength(2);
  });
});
