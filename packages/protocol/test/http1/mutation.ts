import * as fc from 'fast-check';
import { latin1 } from './notation.ts';

/** A change of octets at a place, which is a share of their length. */
type Mutation = (text: string, place: number) => string;

const ODD = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '\x00',
  '\x0b',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
  ':',
  ';',
];
const WORDS = [
  '\r\n\r\n',
  ' HTTP/1.1\r\n',
  'Host: b\r\n',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked, gzip\r\n',
  'Connection: close\r\n',
  'Expect: 100-continue\r\n',
  '0\r\n\r\n',
  'fffffffffffff\r\n',
  '5;a="b"\r\n',
];

function insert(text: string, place: number, inserted: string): string {
  return text.slice(0, place) + inserted + text.slice(place);
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // flip one bit
  fc.nat(7).map(
    (bit): Mutation =>
      (text, place) => {
        const flipped = String.fromCharCode((text.charCodeAt(place) || 0) ^ (1 << bit));
        return text.slice(0, place) + flipped + text.slice(place + 1);
      },
  ),
  // delete some octets
  fc.integer({ min: 1, max: 6 }).map(
    (count): Mutation =>
      (text, place) =>
        text.slice(0, place) + text.slice(place + count),
  ),
  // duplicate some octets
  fc.integer({ min: 1, max: 30 }).map(
    (count): Mutation =>
      (text, place) =>
        insert(text, place, text.slice(place, place + count)),
  ),
  fc.constantFrom(...ODD, ...WORDS).map(
    (inserted): Mutation =>
      (text, place) =>
        insert(text, place, inserted),
  ),
);

/** Applies a few changes at random places. */
export function mutated(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const changes = fc.array(fc.tuple(mutation, fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 4,
  });
  return fc
    .tuple(valid, changes)
    .map(([text, list]) =>
      list.reduce(
        (before, [change, share]) => change(before, Math.floor(share * before.length)),
        text,
      ),
    );
}

/** Octets, and words of the protocol, in any order. */
export const noise: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }).map(latin1),
      fc.constantFrom(...ODD, ...WORDS, 'GET / HTTP/1.1\r\nHost: a\r\n', 'HTTP/1.1 200 OK\r\n'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');
