import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks of CPU time that a process has used, all its threads together: proc(5), fields 14 and 15. */
export function parseCpuTicks(stat: string): number {
  // field 2 is the name in parentheses, and the name may hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isSafeInteger(ticks)) {
    throw new TypeError(`no CPU time in /proc/PID/stat: ${stat.trim()}`);
  }
  return ticks;
}

/** A size of /proc/PID/status in KiB: `VmRSS` (resident now) or `VmHWM` (the most so far). */
export function parseStatusKib(status: string, name: 'VmRSS' | 'VmHWM'): number {
  const size = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (size === undefined) {
    throw new TypeError(`no ${name} in /proc/PID/status`);
  }
  return Number(size);
}

/** The numbers of a list such as `0-2,5`: the format of Cpus_allowed_list. */
export function parseCpuList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first = '', last = first] = part.split('-');
      const count = Number(last) - Number(first) + 1;
      return Array.from({ length: count }, (_, index) => Number(first) + index);
    });
}

/** The cores that this process may run on. */
export function readAllowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s+(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return parseCpuList(list ?? '');
}

/** Clock ticks of a process and of its children that run. */
export function readCpuTicks(pid: number): number {
  const own = parseCpuTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return childrenOf(pid).reduce((sum, child) => sum + readCpuTicks(child), own);
}

/** Clock ticks that a core has been busy: proc(5), the line `cpuN` of /proc/stat without idle and iowait. */
export function parseCoreTicks(stat: string, core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (line ?? '')
    .split(' ')
    .map(Number);
  if (line === undefined) {
    throw new TypeError(`no core ${core} in /proc/stat`);
  }
  return user + nice + system + irq + softirq;
}

/** Clock ticks that a core has been busy since the machine was started. */
export function readCoreTicks(core: number): number {
  return parseCoreTicks(readFileSync('/proc/stat', 'utf8'), core);
}

// the servers that fork do so from their first thread
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '')
    .map(Number);
}

/** Resident memory of a process in KiB. */
export function readResidentKib(pid: number): number {
  return parseStatusKib(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
}

/** The most resident memory in KiB since the process began or `resetPeak` was called. */
export function readPeakKib(pid: number): number {
  return parseStatusKib(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmHWM');
}

/** Makes the peak of resident memory start again from what is resident now: proc(5), clear_refs. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
