import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Settings } from './table.ts';

/** How many workers the setting stands for: `auto` is one per CPU that this process may use. */
export function workerCount({ workers }: Pick<Settings, 'workers'>): number {
  return workers === 'auto' ? availableCpus() : workers;
}

/** The CPUs that this process may use: its affinity, bounded by the quota of its control group. */
export function availableCpus(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(cpuQuota() ?? Infinity)));
}

/** The CPUs that the control group may use, 1.5 for one; undefined where it has no quota. */
export function cpuQuota(
  read: (file: string) => string | undefined = readText,
): number | undefined {
  const quotas = [...quotasOfVersion2(read), ...quotasOfVersion1(read)];
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

const ROOT = '/sys/fs/cgroup';

// A quota binds everything below: each directory from the process's own up to the root counts.
function quotasOfVersion2(read: (file: string) => string | undefined): readonly number[] {
  const own = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/';
  return ancestors(own).flatMap((folder) => {
    const [quota, period] = (read(`${ROOT}${folder}/cpu.max`) ?? '').trim().split(' ');
    return toCpus(quota, period);
  });
}

function quotasOfVersion1(read: (file: string) => string | undefined): readonly number[] {
  const own = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1];
  return ancestors(own ?? '/').flatMap((folder) =>
    ['cpu', 'cpu,cpuacct'].flatMap((controller) => {
      const base = `${ROOT}/${controller}${folder}`;
      return toCpus(read(`${base}/cpu.cfs_quota_us`), read(`${base}/cpu.cfs_period_us`));
    }),
  );
}

// In a container the path of /proc may be that of the host: the root is looked at in any case.
function ancestors(folder: string): readonly string[] {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '..');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`).concat('');
}

function toCpus(quota: string | undefined, period: string | undefined): readonly number[] {
  const cpus = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
  return Number.isFinite(cpus) && cpus > 0 ? [cpus] : [];
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
