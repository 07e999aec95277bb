import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Resolved } from '../settings/resolved.ts';
import { availableCpus, cpuQuota, workerCount } from '../settings/worker-count.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Whether this version of Node.js is supported. */
export function checkNode(): readonly Finding[] {
  const find = findingsOn('runtime');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const name = 'Bun' in globalThis ? 'Bun, as' : 'Deno' in globalThis ? 'Deno, as' : '';
  const text = `${name === '' ? '' : `${name} `}Node.js ${process.versions.node}`;
  return major > 20 || (major === 20 && minor >= 19)
    ? find('ok', text)
    : find('fail', `${text} is not supported; install 20.19 or later`);
}

/** Whether libraries are told that this is production. */
export function checkEnvironment(): readonly Finding[] {
  const find = findingsOn('NODE_ENV');
  const value = process.env['NODE_ENV'];
  return value === 'production'
    ? find('ok', value)
    : find(
        'warn',
        `${value === undefined || value === '' ? 'not set' : value}; many libraries are slower and tell clients more unless it is production`,
      );
}

/** Whether there are as many workers as CPUs. */
export function checkWorkers({ settings }: Resolved): readonly Finding[] {
  const find = findingsOn('workers');
  const workers = workerCount(settings);
  const cpus = availableCpus();
  const quota = cpuQuota();
  const limited = quota !== undefined && quota < availableParallelism();
  const have = `${plural(cpus, 'CPU')} may be used${limited ? `, by the quota of ${quota} of the control group` : ''}`;
  const text = `${plural(workers, 'worker')}${settings.workers === 'auto' ? ' (auto)' : ''}; ${have}`;
  if (workers > cpus) {
    return find('warn', `${text}; more workers than CPUs wait for each other`);
  }
  return find('ok', workers < cpus ? `${text}; --workers auto uses all of them` : text);
}

/** Whether the memory that the workers may take is there. */
export function checkMemory({ settings }: Resolved): readonly Finding[] {
  const limit = settings.maxRss === 0 ? 0 : process.constrainedMemory();
  const workers = Math.max(1, workerCount(settings));
  // Without a limit some systems report one larger than any memory.
  if (limit === 0 || limit > 2 ** 50) {
    return [];
  }
  const find = findingsOn('memory');
  const text = `${plural(workers, 'worker')} of at most ${mebibytes(settings.maxRss)}, of ${mebibytes(limit)}`;
  return workers * settings.maxRss > limit
    ? find('warn', `${text}; the system kills them before they are replaced: lower --max-rss`)
    : find('ok', text);
}

const RESERVED_DESCRIPTORS = 64;
const FEW_DESCRIPTORS = 4096;

/** Whether a process may have as many descriptors as connections. */
export function checkDescriptors({ settings, origins }: Resolved): readonly Finding[] {
  const limit = readDescriptorLimit();
  if (limit === undefined) {
    return [];
  }
  const find = findingsOn('open files');
  const most = settings.maxConnections * settings.bind.length;
  const text = `at most ${limit} (ulimit -n)`;
  const fewer = `too few for --max-connections ${settings.maxConnections}`;
  if (most > limit - RESERVED_DESCRIPTORS) {
    return origins.maxConnections.source === 'default'
      ? find('warn', `${text}, ${fewer}, the default; raise the one or lower the other`)
      : find('fail', `${text}, ${fewer}; raise the one or lower the other`);
  }
  return most === 0 && limit < FEW_DESCRIPTORS
    ? find('warn', `${text}; more connections than that fail: raise it, or set --max-connections`)
    : find('ok', text);
}

// Node.js has raised its soft limit to the hard one by then: what is read is what counts.
function readDescriptorLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
    return soft === 'unlimited' ? Infinity : Number(soft ?? Number.NaN) || undefined;
  } catch {
    return undefined;
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function mebibytes(octets: number): string {
  return `${Math.round(octets / 2 ** 20)} MiB`;
}
