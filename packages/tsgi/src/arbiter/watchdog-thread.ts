import { workerData } from 'node:worker_threads';
import { openLogs } from '../log/logs.ts';
import { formatHang, HANG_SIGNAL } from './hang-message.ts';
import type { WatchdogData } from './hang-watch.ts';
import { RequestMarks } from './request-marks.ts';
import { readStack, type ReadStack } from './stuck-stack.ts';

/** How long the process has to die of the first signal, in milliseconds. */
const KILL_AFTER = 250;

const { memory, worker, settings, interval } = workerData as WatchdogData;
const { timeout } = settings;
const marks = new RequestMarks(memory);

let ticks = marks.ticks;
let silence = 0;
let looked = performance.now();
let ending = false;

// A process that was suspended finds that much time has passed, in which no thread has run: a look
// counts for little more than the time between two.
setInterval(() => {
  const now = performance.now();
  const passed = Math.min(now - looked, 2 * interval);
  looked = now;
  if (marks.ticks !== ticks || marks.debugged) {
    ticks = marks.ticks;
    silence = 0;
    return;
  }
  silence += passed;
  if (silence >= timeout && !ending) {
    ending = true;
    void endProcess();
  }
}, interval);

async function endProcess(): Promise<void> {
  const stuck = ticks;
  const read = await readStack();
  if (marks.ticks !== stuck) {
    // the call returned at the last moment
    ending = false;
    read.resume();
    return;
  }
  try {
    report(read);
  } catch {
    // the message is lost; the worker still has to go
  }
  process.kill(process.pid, HANG_SIGNAL);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), KILL_AFTER);
}

function report({ stack, request: found }: ReadStack): void {
  const marked = marks.read();
  const certain = marked?.inside === true;
  const text = certain ? marked.text : (found ?? marked?.text);
  const age = silence + (ticks - (marked?.began ?? ticks)) * interval;
  const request =
    text === undefined ? undefined : { text, age, certain: certain || found !== undefined };
  const hang = { worker, pid: process.pid, silence, timeout, request, stack };
  // opened now: the file may have been renamed since
  openLogs({ ...settings, accessLog: 'off' }).error.error(formatHang(hang));
}
