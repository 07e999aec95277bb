import { describe, expect, test } from 'vitest';
import { escapeByteString, quoteForShell, show } from '../src/wire/escape-bytes.ts';

describe('escapeByteString', () => {
  test('leaves printable ASCII and spells everything else', () => {
    expect(escapeByteString('a b~\r\n\t\\\0\x7f\xe9')).toBe(String.raw`a b~\r\n\t\\\x00\x7f\xe9`);
  });
});

describe('quoteForShell', () => {
  test('leaves plain words and quotes the others', () => {
    expect(quoteForShell('a/b-c.mjs')).toBe('a/b-c.mjs');
    expect(quoteForShell("it's *")).toBe(String.raw`'it'\''s *'`);
    expect(quoteForShell('')).toBe("''");
  });
});

describe('show', () => {
  test('tells an absent value from an empty string', () => {
    expect([show(undefined), show(''), show(null), show(0)]).toEqual(['absent', '""', 'null', '0']);
  });

  test('shows what is inside of arrays and records', () => {
    expect(show([{ a: 'x"y' }, 1])).toBe(String.raw`[{ a: "x\"y" }, 1]`);
  });

  test('cuts long strings and says how long they are', () => {
    expect(show('x'.repeat(1000))).toMatch(/^"x{400}… \(1000 octets in all\)"$/);
  });
});
