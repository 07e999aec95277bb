import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { markRequests, RequestMarks } from '../../src/arbiter/request-marks.ts';

function environ(path: string, query = ''): Environ {
  return {
    REQUEST_METHOD: 'POST',
    SCRIPT_NAME: '/mount',
    PATH_INFO: path,
    QUERY_STRING: query,
  } as Environ;
}

const ignore = (): void => {};

describe('RequestMarks', () => {
  test('shows another thread what the main thread has marked', () => {
    const marks = new RequestMarks();
    const other = new RequestMarks(marks.memory);
    expect(other.read()).toBeUndefined();
    marks.tick(false);
    marks.begin(environ('/a'));
    marks.tick(true);
    expect(other.ticks).toBe(2);
    expect(other.debugged).toBe(true);
    expect(other.read()).toEqual({ text: 'POST /mount/a', inside: true, began: 1 });
    marks.end();
    expect(other.read()).toEqual({ text: 'POST /mount/a', inside: false, began: 1 });
  });

  test('leaves the query out, and cuts what is too long', () => {
    const marks = new RequestMarks();
    marks.begin(environ('/a', 'token=secret'));
    expect(marks.read()?.text).toBe('POST /mount/a?…');
    marks.begin(environ(`/${'x'.repeat(5000)}`));
    expect(marks.read()?.text).toBe(`POST /mount/${'x'.repeat(1024 - 'POST /mount/'.length)}`);
    marks.begin(environ('/b'));
    expect(marks.read()?.text).toBe('POST /mount/b');
  });
});

describe('markRequests', () => {
  test('marks while the application is called, also where it throws', () => {
    const marks = new RequestMarks();
    const seen: unknown[] = [];
    const application = markRequests(({ PATH_INFO }) => {
      seen.push(marks.read()?.inside);
      if (PATH_INFO === '/throws') {
        throw new Error('on purpose');
      }
      return [];
    }, marks);
    application(environ('/'), ignore);
    expect(() => application(environ('/throws'), ignore)).toThrow('on purpose');
    expect(seen).toEqual([true, true]);
    expect(marks.read()).toMatchObject({ text: 'POST /mount/throws', inside: false });
  });
});
