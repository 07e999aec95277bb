import { describe, expect, test } from 'vitest';
import { describe as describeValue, type ErrorCode, ERRORS, TsgiError } from '../src/errors.ts';
import { formatFault } from '../src/fault.ts';
import { Gateway } from '../src/gateway.ts';
import type { Environ } from '@tsgi/types';

describe('ERRORS', () => {
  test.each(Object.entries(ERRORS))(
    '%s has a code, a blame and a status of an error',
    (code, record) => {
      expect(code).toMatch(/^ERR_TSGI_[A-Z_]+$/);
      expect(record.status).toBeGreaterThanOrEqual(400);
      expect(record.blame === 'peer' || record.status === 500).toBe(true);
    },
  );
});

describe('TsgiError', () => {
  test('says the rule and what was got', () => {
    const cause = new Error('why');
    const error = new TsgiError('ERR_TSGI_CHUNK', 'text', cause);
    expect(error.message).toBe('a chunk is a Uint8Array; got "text"');
    expect(error).toMatchObject({
      code: 'ERR_TSGI_CHUNK',
      blame: 'application',
      status: 500,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('TsgiError');
  });
});

describe('describe', () => {
  test.each<[unknown, string]>([
    ['a\r\n\u00e9', '"a\\r\\n\\u00e9"'],
    [null, 'null'],
    [undefined, 'undefined'],
    [3, '3'],
    [10n, '10'],
    [() => {}, 'a function'],
    [Symbol('x'), 'a symbol'],
    [[1, 2], 'an array of 2'],
    [new Map(), 'a Map'],
    [Promise.resolve(), 'a Promise'],
    [Object.create(null), 'an Object'],
  ])('describes %o', (value, expected) => {
    expect(describeValue(value)).toBe(expected);
  });

  test('cuts long strings and survives hostile objects', () => {
    expect(describeValue('x'.repeat(500)).length).toBeLessThan(140);
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(describeValue(hostile)).toBe('an object');
  });
});

describe('formatFault', () => {
  const environ = { REQUEST_METHOD: 'GET', SCRIPT_NAME: '', PATH_INFO: '/x\nforged' } as Environ;

  test('lets no value forge a line', () => {
    expect(formatFault('a\nb', environ)).toBe('tsgi: GET "/x\\nforged": threw "a\\nb"\n');
  });
});

describe('Gateway', () => {
  const options = {
    profile: 'sync',
    scriptName: '',
    concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: true },
    errors: { write() {}, flush() {} },
    limit: (work: PromiseLike<unknown>) => Promise.resolve(work),
  } as const;
  const refused = expect.objectContaining({ code: 'ERR_TSGI_OPTION' satisfies ErrorCode });

  test.each(['/', '/a/', 'a', '/a/../b', '/%61', '/a b', '/%', 3])(
    'refuses the mount %j',
    (scriptName) => {
      expect(() => new Gateway(() => [], { ...options, scriptName: scriptName as string })).toThrow(
        refused,
      );
    },
  );

  test('refuses an application that is no function and a profile that is none', () => {
    expect(() => new Gateway({}, options)).toThrow(refused);
    expect(() => new Gateway(() => [], { ...options, profile: 'both' as 'sync' })).toThrow(refused);
  });

  test('refuses a path outside the mount with 404', () => {
    const gateway = new Gateway(() => [], { ...options, scriptName: '/m' });
    const head = {
      method: 'GET',
      target: '/x',
      protocol: 'HTTP/1.1',
      headers: ['Host', 'h'],
    } as const;
    expect(() => gateway.admit(head)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_MOUNT', status: 404 }),
    );
  });
});
