import { afterEach, describe, expect, test } from 'vitest';
import { Assertions } from '../src/engine/assertions.ts';
import { CheckFailure } from '../src/engine/failures.ts';
import { sites } from '../src/engine/sites.ts';
import { ResponseReader } from '../src/wire/response-reader.ts';

function failureOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Judges 1 to be 2, always in this place. */
function judge(assertions: Assertions): void {
  assertions.equal('number', 1, 2);
}

describe('sites', () => {
  afterEach(() => sites.remove(undefined));

  test('names the assertion that fails, and what it looks at', () => {
    sites.record();
    const failure = failureOf(() => judge(new Assertions('ENV-METHOD.get')));
    expect(failure).toBeInstanceOf(CheckFailure);
    expect((failure as CheckFailure).site).toMatch(/^ENV-METHOD\.get number @/);
    expect(sites.takeReached()).toEqual([(failure as CheckFailure).site]);
  });

  test('keeps what a suite has reached when another one begins, and tells it once', () => {
    sites.record();
    sites.takeReached();
    const { site } = failureOf(() => judge(new Assertions('ENV-METHOD.get'))) as CheckFailure;
    sites.record();
    expect(sites.takeReached()).toEqual([site]);
    expect(sites.takeReached()).toEqual([]);
  });

  test('takes one assertion of one check out, and counts it no more', () => {
    sites.record();
    const { site } = failureOf(() => judge(new Assertions('ENV-METHOD.get'))) as CheckFailure;
    sites.remove(site);
    const assertions = new Assertions('ENV-METHOD.get');
    expect(failureOf(() => judge(assertions))).toBeUndefined();
    expect(assertions.count).toBe(0);
    expect(failureOf(() => judge(new Assertions('ENV-URI.absolute')))).toBeInstanceOf(CheckFailure);
  });

  test('takes a demand of the reader out', () => {
    const response = new TextEncoder().encode('HTTP/1.1 200 OK\nA: b\r\n\r\n');
    const read = (): unknown => {
      const reader = new ResponseReader();
      reader.push(response);
      return failureOf(() => reader.read('HEAD'));
    };
    expect(read()).toMatchObject({ site: 'wire line-feed', message: /bare LF/ });
    sites.remove('wire line-feed');
    expect(read()).not.toMatchObject({ site: 'wire line-feed' });
  });
});
