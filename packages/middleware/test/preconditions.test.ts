import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { writeHttpDate } from '../src/http-date.ts';
import { allowsRange, evaluate } from '../src/preconditions.ts';

describe('evaluate', () => {
  const THEN = 784_111_777;
  const validators = { etag: '"a"', lastModified: THEN };
  const judge = (fields: object, method = 'GET', known: object = validators): string =>
    evaluate({ REQUEST_METHOD: method, ...fields } as Environ, { ...validators, ...known });
  const [before, then] = [writeHttpDate(THEN - 1), writeHttpDate(THEN)];

  test.each([
    [{}, 'proceed'],
    [{ HTTP_IF_NONE_MATCH: '"a"' }, 'not-modified'],
    [{ HTTP_IF_NONE_MATCH: 'W/"a"' }, 'not-modified'],
    [{ HTTP_IF_NONE_MATCH: '"b", "a"' }, 'not-modified'],
    [{ HTTP_IF_NONE_MATCH: '*' }, 'not-modified'],
    [{ HTTP_IF_NONE_MATCH: '"b"', HTTP_IF_MODIFIED_SINCE: then }, 'proceed'],
    [{ HTTP_IF_NONE_MATCH: 'a' }, 'proceed'],
    [{ HTTP_IF_MODIFIED_SINCE: then }, 'not-modified'],
    [{ HTTP_IF_MODIFIED_SINCE: before }, 'proceed'],
    [{ HTTP_IF_MODIFIED_SINCE: 'yesterday' }, 'proceed'],
    [{ HTTP_IF_MATCH: '"a"' }, 'proceed'],
    [{ HTTP_IF_MATCH: 'W/"a"' }, 'failed'],
    [{ HTTP_IF_MATCH: '*' }, 'proceed'],
    [{ HTTP_IF_MATCH: '"b"' }, 'failed'],
    [{ HTTP_IF_MATCH: 'b' }, 'failed'],
    [{ HTTP_IF_MATCH: '"a"', HTTP_IF_NONE_MATCH: '"a"' }, 'not-modified'],
    [{ HTTP_IF_UNMODIFIED_SINCE: then }, 'proceed'],
    [{ HTTP_IF_UNMODIFIED_SINCE: before }, 'failed'],
    [{ HTTP_IF_MATCH: '"a"', HTTP_IF_UNMODIFIED_SINCE: before }, 'proceed'],
  ])('%j is %s', (fields, verdict) => {
    expect(judge(fields)).toBe(verdict);
  });

  test('fails a change where If-None-Match matches', () => {
    expect(judge({ HTTP_IF_NONE_MATCH: '*' }, 'PUT')).toBe('failed');
    expect(judge({ HTTP_IF_MODIFIED_SINCE: then }, 'PUT')).toBe('proceed');
  });

  test('proceeds where nothing is known', () => {
    const unknown = { etag: undefined, lastModified: undefined };
    expect(judge({ HTTP_IF_NONE_MATCH: '"a"', HTTP_IF_MODIFIED_SINCE: then }, 'GET', unknown)).toBe(
      'proceed',
    );
  });

  test.each([
    [undefined, true],
    ['"a"', true],
    ['W/"a"', false],
    ['"b"', false],
    [then, true],
    [writeHttpDate(THEN + 1), false],
    ['x', false],
  ])('a range with If-Range %s is allowed: %s', (field, allowed) => {
    const environ = field === undefined ? {} : { HTTP_IF_RANGE: field };
    expect(allowsRange(environ as Environ, validators)).toBe(allowed);
  });
});
