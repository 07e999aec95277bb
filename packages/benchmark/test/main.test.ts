import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createSampleReport } from './report-fixture.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-benchmark-'));

afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

describe('main', () => {
  test('answers a usage error with one line and exit code 2', async () => {
    const { code, out, err } = await run('--rounds', 'many');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('benchmark: --rounds is a whole number from 1 to 99, not many\n');
  });

  test('prints its help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('--write-docs');
  });

  test('shows a report that was written before, and writes it again', async () => {
    const from = join(FOLDER, 'from.json');
    const out = join(FOLDER, 'out.json');
    writeFileSync(from, JSON.stringify(createSampleReport()));
    const shown = await run('--from', from, '--out', out);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('hello: hello world\n');
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(createSampleReport());
  });

  test('names a report that cannot be read', async () => {
    const { code, err } = await run('--from', join(FOLDER, 'nowhere.json'));
    expect(code).toBe(2);
    expect(err).toMatch(/^benchmark: --from .*nowhere\.json: ENOENT.*\n$/);
  });

  test('refuses to measure for a file that it could not write', async () => {
    const { code, err } = await run('--out', join(FOLDER, 'nowhere', 'out.json'));
    expect(code).toBe(2);
    expect(err).toMatch(/^benchmark: ENOENT.*nowhere.*\n$/);
  });

  test('measures in this process without sockets', async () => {
    const peers = 'raw,node-http';
    const { code, out } = await run(
      'micro',
      '--peers',
      peers,
      '--rounds',
      '1',
      '--requests',
      '1000',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}raw +\d+ \(\d+ to \d+\) +\d+ \(\d+ to \d+\)$/m);
    expect(out).toMatch(/^ {2}node-http +\d+ \(/m);
  });
});
