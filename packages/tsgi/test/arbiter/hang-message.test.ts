import { describe, expect, test } from 'vitest';
import { formatHang, type Hang } from '../../src/arbiter/hang-message.ts';

const HANG: Hang = {
  worker: 2,
  pid: 4711,
  silence: 30_250,
  timeout: 30_000,
  request: { text: 'GET /report?…', certain: true, age: 30_400 },
  stack: [
    { functionName: 'spin', url: 'file:///app.mjs', line: 3, column: 5 },
    { functionName: '', url: '', line: 1, column: 1 },
  ],
};

const HEAD =
  'worker 2 (process 4711) was stuck in a synchronous call for 30.3 s (--timeout is 30.0 s) and is killed: ';

describe('formatHang', () => {
  test('names the request, its age and the calls', () => {
    expect(formatHang(HANG).split('\n')).toEqual([
      `${HEAD}GET /report?…, begun 30.4 s ago`,
      '    at spin (file:///app.mjs:3:5)',
      '    at <anonymous>:1:1',
    ]);
  });

  test('says what is not certain, and what is not known', () => {
    const request = { text: 'GET /', certain: false, age: 31_000 };
    expect(formatHang({ ...HANG, request, stack: undefined })).toBe(
      `${HEAD}outside of any call of the application; the last one was GET /, begun 31.0 s ago\n` +
        '    no JavaScript stack could be had',
    );
    expect(formatHang({ ...HANG, request: undefined, stack: [] })).toBe(
      `${HEAD}no request has begun`,
    );
  });

  test('lets nothing forge a line', () => {
    const request = { text: 'GET /\n2026 forged\u001B[2J\u2028', certain: true, age: 0 };
    const stack = [{ functionName: 'a\nb', url: 'file:///x\r', line: 1, column: 1 }];
    const [head, frame, ...more] = formatHang({ ...HANG, request, stack }).split('\n');
    expect(head).toContain(String.raw`GET /\u000a2026 forged\u001b[2J\u2028, begun`);
    expect(frame).toBe(String.raw`    at a\u000ab (file:///x\u000d:1:1)`);
    expect(more).toEqual([]);
  });
});
