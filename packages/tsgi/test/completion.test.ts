import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { fishCompletion } from '../src/completion/fish.ts';
import { zshCompletion } from '../src/completion/zsh.ts';
import { endCommands, FIXTURES, tsgi } from './tsgi-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsgi-completion-'));

afterEach(endCommands);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

async function scriptOf(shell: string): Promise<string> {
  const command = tsgi('completion', shell);
  expect(await command.exit).toBe(0);
  return command.output();
}

/** What bash offers for the last of the words. */
async function completeInBash(...words: string[]): Promise<readonly string[]> {
  const file = join(directory, 'tsgi.bash');
  writeFileSync(file, await scriptOf('bash'));
  const script = [
    'source "$1"; shift',
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tsgi',
    String.raw`printf '%s\n' "${'${COMPREPLY[@]}'}"`,
  ].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-uc', script, 'bash', file, 'tsgi', ...words], {
    cwd: FIXTURES,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe.runIf(has('bash'))('tsgi completion bash', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['co'], ['config', 'completion']],
    [['se'], ['serve']],
    [['hel'], ['help']],
    [
      ['serve', 'wrong'],
      ['wrong-profile.mjs', 'wrong-lifespan.mjs'],
    ],
    [['serve', '--keep'], ['--keep-alive-timeout']],
    [['--keep'], ['--keep-alive-timeout']],
    [['cgi', 'hel'], ['hello.mjs']],
    [
      ['init', 'n'],
      ['nginx', 'no-application.mjs'],
    ],
    [
      ['serve', '--no-'],
      ['--no-http2', '--no-lint'],
    ],
    [['fetch', '--re'], ['--request']],
    [['ctl', '--so'], ['--socket']],
    [
      ['serve', '--transport', ''],
      ['net', 'node-http'],
    ],
    [['serve', '--transport', '=', 'no'], ['node-http']],
    [
      ['serve', '--transport', '='],
      ['net', 'node-http'],
    ],
    [['serve', '-w', ''], ['auto']],
    [['serve', '--certfile', 'hel'], ['hello.mjs']],
    [['serve', '--timeout', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'doc'], ['doctor']],
    [
      ['ctl', 're'],
      ['reload', 'reopen', 'remove'],
    ],
    [['ctl', 'show', 'wo'], ['workers']],
  ])('offers for %j what fits', async (words, expected) => {
    expect((await completeInBash(...words)).toSorted()).toEqual(expected.toSorted());
  });
});

describe.runIf(has('zsh'))('tsgi completion zsh', () => {
  test('is a script that zsh reads', () => {
    const { status, stderr } = spawnSync('zsh', ['-n'], {
      input: zshCompletion(),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('zshCompletion', () => {
  test('offers the flags of a command with their values', () => {
    const script = zshCompletion();
    expect(script).toMatch(/^#compdef tsgi\n/);
    const serve = /\n {4}serve\)\n([^]*?);;/.exec(script)?.[1] ?? '';
    expect(serve).toContain("'--transport=[");
    expect(serve).toContain(":value:(net node-http)'");
    expect(serve).toContain("'*--bind=[");
    expect(serve).toContain("'*-b[");
    expect(serve).toContain("'--no-http2[");
    expect(serve).not.toContain("'--request=");
  });
});

describe.runIf(has('fish'))('tsgi completion fish', () => {
  test('is a script with which fish completes', () => {
    const script = `${fishCompletion()}\ncomplete -C 'tsgi serve --wor'`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      encoding: 'utf8',
    });
    expect([stdout.split('\t')[0], stderr]).toEqual(['--workers', '']);
  });
});

describe('fishCompletion', () => {
  test('offers the flags of a command with their values', () => {
    const lines = fishCompletion().split('\n');
    const line = lines.find((candidate) => candidate.includes(' -l transport ')) ?? '';
    expect(line).toContain("-x -a 'net node-http'");
    expect(line).toContain('__fish_seen_subcommand_from serve dev config doctor init; or not ');
    expect(lines.filter((candidate) => !/^(?:#|complete -c tsgi |$)/.test(candidate))).toEqual([]);
  });
});
