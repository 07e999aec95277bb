import { parseCookie } from 'cookie';
import * as fc from 'fast-check';
import fresh from 'fresh';
import Negotiator from 'negotiator';
import parseRange from 'range-parser';
import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { preferredCoding, preferredType } from '../src/accept.ts';
import { parseByteRanges } from '../src/byte-ranges.ts';
import { parseCookies } from '../src/cookies.ts';
import { writeHttpDate } from '../src/http-date.ts';
import { evaluate } from '../src/preconditions.ts';

const runs = { numRuns: 300 };
const quality = fc.constantFrom('', ';q=0', ';q=0.1', ';q=0.5', ';q=1', ';q=0.333');
const list = (values: readonly string[]) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...values), quality), {
      maxLength: 5,
      selector: ([value]) => value,
    })
    .map((members) => members.map((member) => member.join('')).join(', '));

describe('parseCookies', () => {
  test('agrees with cookie', () => {
    const unit = fc.constantFrom('a', 'b', '=', ';', ' ', '%C3%A9', '%', '.', '"');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 15 }), (units) => {
        const field = units.join('');
        fc.pre(!field.includes('"'));
        const mine = Object.fromEntries(parseCookies(field));
        const theirs = Object.fromEntries(
          Object.entries(parseCookie(field)).filter(([name]) => name !== ''),
        );
        expect(mine).toEqual(theirs);
      }),
      runs,
    );
  });
});

describe('preferredType', () => {
  test('agrees with negotiator', () => {
    const offered = ['text/plain', 'text/html', 'application/json'];
    const ranges = [
      'text/plain',
      'text/html',
      'application/json',
      'text/*',
      'application/*',
      '*/*',
      'image/png',
    ];
    fc.assert(
      fc.property(list(ranges), (field) => {
        fc.pre(field !== '');
        const best = new Negotiator({ headers: { accept: field } }).mediaTypes([...offered]);
        const mine = preferredType(field, offered);
        // of several that are liked as well, the two may choose differently
        const weight = (type: string | undefined): number =>
          type === undefined ? -1 : weightOf(field, type);
        expect(weight(mine)).toBe(weight(best[0]));
      }),
      runs,
    );
  });
});

// The weight that a client gives a type, by the most specific range: RFC 9110, 12.5.1.
function weightOf(field: string, type: string): number {
  const weights = new Map(
    field.split(', ').map((member) => {
      const [range = '', q = 'q=1'] = member.split(';');
      return [range, Number(q.slice(2))] as const;
    }),
  );
  return weights.get(type) ?? weights.get(`${type.split('/')[0]}/*`) ?? weights.get('*/*') ?? 0;
}

describe('preferredCoding', () => {
  test('agrees with negotiator on whether anything is acceptable, and on a single best coding', () => {
    fc.assert(
      fc.property(list(['br', 'gzip', 'identity', 'deflate']), (field) => {
        const theirs = new Negotiator({ headers: { 'accept-encoding': field } }).encodings([
          'br',
          'gzip',
          'identity',
        ]);
        const mine = preferredCoding(field, ['br', 'gzip', 'identity']);
        expect(mine === undefined).toBe(theirs.length === 0);
        expect(mine === undefined || theirs.includes(mine)).toBe(true);
      }),
      runs,
    );
  });
});

describe('parseByteRanges', () => {
  test('agrees with range-parser where neither passes the field over', () => {
    const spec = fc
      .tuple(fc.option(fc.nat(30)), fc.option(fc.nat(30)))
      .map(([a, b]) => `${a ?? ''}-${b ?? ''}`);
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 25 }),
        (specs, size) => {
          const mine = parseByteRanges(`bytes=${specs.join(',')}`, size);
          const theirs = parseRange(size, `bytes=${specs.join(',')}`);
          // overlapping and reversed ranges are passed over here and taken there; a suffix longer than
          // everything is everything here (RFC 9110, 14.1.2), and refused there
          const isLonger = specs.some((one) => one.startsWith('-') && Number(one.slice(1)) > size);
          fc.pre(mine !== undefined && theirs !== -2 && !isLonger);
          const expected =
            theirs === -1 ? [] : [...theirs].map(({ start, end }) => ({ start, end: end + 1 }));
          expect(mine).toEqual(expected);
        },
      ),
      runs,
    );
  });
});

describe('evaluate', () => {
  test('agrees with fresh on GET', () => {
    const tag = fc.constantFrom('"a"', '"b"', 'W/"a"');
    const date = fc.constantFrom(100, 200, 300).map(writeHttpDate);
    const environ = fc.record(
      { 'if-none-match': tag, 'if-modified-since': date },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(environ, tag, fc.constantFrom(100, 200, 300), (fields, etag, lastModified) => {
        const given = {
          REQUEST_METHOD: 'GET',
          ...(fields['if-none-match'] === undefined
            ? {}
            : { HTTP_IF_NONE_MATCH: fields['if-none-match'] }),
          ...(fields['if-modified-since'] === undefined
            ? {}
            : { HTTP_IF_MODIFIED_SINCE: fields['if-modified-since'] }),
        } as Partial<Environ> as Environ;
        const mine = evaluate(given, { etag, lastModified }) === 'not-modified';
        expect(mine).toBe(fresh(fields, { etag, 'last-modified': writeHttpDate(lastModified) }));
      }),
      runs,
    );
  });
});
