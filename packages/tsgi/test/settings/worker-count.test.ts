import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { availableCpus, cpuQuota, workerCount } from '../../src/settings/worker-count.ts';

const ROOT = '/sys/fs/cgroup';

function quotaOf(files: Readonly<Record<string, string>>): number | undefined {
  return cpuQuota((file) => files[file]);
}

describe('cpuQuota', () => {
  test('reads the quota of version 2 of control groups', () => {
    expect(
      quotaOf({
        '/proc/self/cgroup': '0::/app.slice/web.service\n',
        [`${ROOT}/app.slice/web.service/cpu.max`]: '150000 100000\n',
      }),
    ).toBe(1.5);
  });

  test('takes the least quota of all groups above', () => {
    expect(
      quotaOf({
        '/proc/self/cgroup': '0::/a/b\n',
        [`${ROOT}/a/b/cpu.max`]: '400000 100000\n',
        [`${ROOT}/a/cpu.max`]: '200000 100000\n',
        [`${ROOT}/cpu.max`]: 'max 100000\n',
      }),
    ).toBe(2);
  });

  test('looks at the root where the path is that of the host', () => {
    expect(
      quotaOf({
        '/proc/self/cgroup': '0::/../../docker/abc\n',
        [`${ROOT}/cpu.max`]: '50000 100000\n',
      }),
    ).toBe(0.5);
  });

  test.each(['cpu', 'cpu,cpuacct'])('reads the quota of version 1 from %s', (controller) => {
    expect(
      quotaOf({
        '/proc/self/cgroup': '11:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n',
        [`${ROOT}/${controller}/docker/abc/cpu.cfs_quota_us`]: '300000\n',
        [`${ROOT}/${controller}/docker/abc/cpu.cfs_period_us`]: '100000\n',
      }),
    ).toBe(3);
  });

  test.each([
    {},
    { [`${ROOT}/cpu.max`]: 'max 100000\n' },
    { [`${ROOT}/cpu.max`]: 'nonsense\n' },
    { [`${ROOT}/cpu/cpu.cfs_quota_us`]: '-1\n', [`${ROOT}/cpu/cpu.cfs_period_us`]: '100000\n' },
  ])('finds none in %j', (files) => {
    expect(quotaOf(files)).toBeUndefined();
  });
});

describe('workerCount', () => {
  test('is the number that is set', () => {
    expect(workerCount({ workers: 0 })).toBe(0);
    expect(workerCount({ workers: 5 })).toBe(5);
  });

  test('is one per CPU that may be used with auto', () => {
    expect(workerCount({ workers: 'auto' })).toBe(availableCpus());
    expect(availableCpus()).toBeGreaterThanOrEqual(1);
    expect(availableCpus()).toBeLessThanOrEqual(availableParallelism());
  });
});
