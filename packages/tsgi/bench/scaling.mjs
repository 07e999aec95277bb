// How many requests two workers serve in the time of one: node bench/scaling.mjs [ROUNDS] [SECONDS]
//
// The application spends about 1 ms of CPU for each request, by a count of steps that is measured
// here once, so that a worker that gets less of a CPU also serves less. Both servers run all the
// time and are measured in turns; the load generator is wrk with one thread and few connections.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spend } from './spend.mjs';

const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const CONNECTIONS = 16;
const BIN = fileURLToPath(new URL('../bin/tsgi.mjs', import.meta.url));
const run = promisify(execFile);

/** Steps that take 1 ms of CPU: the best of several measurements, each long enough to be exact. */
function calibrate() {
  const trial = 20_000_000;
  spend(trial);
  const times = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    spend(trial);
    return process.cpuUsage(before).user / 1000;
  });
  return Math.round(trial / Math.min(...times));
}

async function start(workers, iterations) {
  const args = ['serve', 'spend.mjs', '-b', '127.0.0.1:0', '-w', String(workers)];
  const child = spawn(
    process.execPath,
    [BIN, ...args, '--access-log', 'off', '--control-socket', 'off'],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { ...process.env, SPEND_ITERATIONS: String(iterations) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(child.stdout, 'data');
  return { child, url: /http:\S+/.exec(String(line))[0], figures: [] };
}

async function measure({ url, figures }) {
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, url]);
  figures.push(Number(/Requests\/sec: +([\d.]+)/.exec(stdout)[1]));
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const iterations = calibrate();
process.stdout.write(`${iterations} steps for 1 ms; load ${loadavg()[0].toFixed(2)}\n`);
const one = await start(1, iterations);
const two = await start(2, iterations);
const ratios = [];
for (let round = 0; round < rounds; round++) {
  // the order is turned around each time
  const order = round % 2 === 0 ? [one, two] : [two, one];
  for (const server of order) {
    await measure(server);
  }
  ratios.push(two.figures.at(-1) / one.figures.at(-1));
  const text = `one ${one.figures.at(-1)}, two ${two.figures.at(-1)} requests/s`;
  process.stdout.write(`${text}: ${ratios.at(-1).toFixed(3)} (load ${loadavg()[0].toFixed(2)})\n`);
}
const best = Math.max(...two.figures) / Math.max(...one.figures);
process.stdout.write(`median of the ratios: ${median(ratios).toFixed(3)}\n`);
// what other processes take away is missing in every figure but the best ones
process.stdout.write(`ratio of the best: ${best.toFixed(3)}\n`);
for (const { child } of [one, two]) {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
