import * as fc from 'fast-check';

const TCHARS =
  "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".split('');

/** Names of fields that mean something to an engine. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'transfer-encoding',
]);

function charsFrom(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCharCode(first + at));
}

const OBS_TEXT = charsFrom(0x80, 0xff);
const VCHAR = charsFrom(0x21, 0x7e);

function text(units: readonly string[], constraints: fc.StringConstraints): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: fc.constantFrom(...units) });
}

/** RFC 9110 section 5.6.2: token. */
export const token: fc.Arbitrary<string> = text(TCHARS, { minLength: 1, maxLength: 12 });

/** A request target as the engine takes it, which is more than what URIs are. */
export const target: fc.Arbitrary<string> = text([...VCHAR, ...OBS_TEXT], {
  minLength: 1,
  maxLength: 30,
});

/** A target in origin-form, of characters that any parser takes. */
export const originForm: fc.Arbitrary<string> = text("abcXYZ019-._~!$&'()*+,;=:@/?%".split(''), {
  maxLength: 30,
}).map((rest) => `/${rest}`);

/** A field value without space around it. */
export const fieldValue: fc.Arbitrary<string> = text([...VCHAR, ...OBS_TEXT, ' ', '\t'], {
  maxLength: 20,
}).map((value) => value.replace(/^[ \t]+|[ \t]+$/g, ''));

/** Fields that mean nothing to an engine, as name, value, name, value, … */
export const fields: fc.Arbitrary<string[]> = fc
  .array(fc.tuple(fc.oneof(token, fc.constantFrom('A', 'B', 'X-C')), fieldValue), { maxLength: 5 })
  .map((pairs) => pairs.filter(([name]) => !RESERVED.has(name.toLowerCase())).flat());

/** Trailer fields, likewise. */
export const trailers: fc.Arbitrary<string[]> = fc
  .array(fc.tuple(token, fieldValue), { maxLength: 3 })
  .map((pairs) => pairs.flatMap(([name, value]) => [`X-${name}`, value]));

/** Content in the pieces in which it is sent, none of them empty. */
export const content: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  { maxLength: 4 },
);

/** Sizes of the pieces in which octets arrive. */
export const sizes: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
  fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
);
