// @ts-check
// Measures the conformance kit itself, with every assertion taken out in turn, and publishes what came
// of it: conformance/results/selftest.json and kill-matrix.html, and the table in the kit's README.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { publish, readFigures } from './selftest-figures.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tsgi-selftest-'));
const report = join(folder, 'selftest.json');
const words = ['conformance/bin/tsgi-conformance.mjs', 'selftest', '--delete-assertions'];
const files = ['--matrix', 'conformance/results/kill-matrix.html', '--reporter', `json=${report}`];
try {
  const args = [...words, ...files, '--reporter', 'terminal'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code === 0) publish(readFigures(report));
  else process.stderr.write('publish-selftest: nothing is published of a run that is not green\n');
  process.exitCode = code ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
