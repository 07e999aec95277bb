import { describe, expect, test } from 'vitest';
import { writeClosing } from '../checks/closing-lines.mjs';

const GOOD = { name: 'build', seconds: 2, passed: 1, failed: 0, failures: [], timed: [] };

describe('writeClosing', () => {
  test('ends with the sum', () => {
    expect(writeClosing([GOOD, { ...GOOD, name: 'lint' }])).toBe(
      '\nSlowest, in seconds:\n    2.0  build\n    2.0  lint\n\n2 passed, 0 failed\n',
    );
  });

  test('lists the ten slowest steps and files', () => {
    const timed = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, seconds: index }));
    const lines = writeClosing([{ ...GOOD, timed }]).split('\n');
    expect(lines.slice(2, 13)).toEqual([
      ...Array.from(
        { length: 10 },
        (_, index) => `${19 - index}.0`.padStart(7) + `  f${19 - index}`,
      ),
      '',
    ]);
  });

  test('names what failed directly before the sum, but no more than six of a step', () => {
    const failures = ['a > b\n    Error: c', '2', '3', '4', '5', '6', '7', '8', '9'];
    const failed = { ...GOOD, name: 'tests', passed: 7, failed: 9, failures };
    expect(writeClosing([GOOD, failed])).toContain(
      '\nFailed:\n── tests\n  a > b\n    Error: c\n  2\n  3\n  4\n  5\n  6\n  and 3 more\n8 passed, 9 failed\n',
    );
  });
});
