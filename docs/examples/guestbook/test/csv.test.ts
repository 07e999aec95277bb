import { describe, expect, test } from 'vitest';
import { buildField, exportCsv } from '../src/csv.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

function decode(chunks: Iterable<Uint8Array>) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return [...chunks].map((chunk) => decoder.decode(chunk)).join('');
}

describe('buildField', () => {
  test.each([
    ['plain', '"plain"'],
    ['a "quoted", b', '"a ""quoted"", b"'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', '"\'=1+1"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\tx', '"\'\tx"'],
    ['＝1', '"\'＝1"'],
    ['a=1', '"a=1"'],
    ['', '""'],
  ])('writes %j', (text, field) => {
    expect(buildField(text)).toBe(field);
  });
});

describe('exportCsv', () => {
  test('writes a header line for an empty guestbook', () => {
    expect(decode(exportCsv(openStore()))).toBe('id,name,message,signed_at\r\n');
  });

  test('writes every entry once, oldest first', () => {
    const store = openStore();
    store.addAll(makeDrafts(3));
    expect(decode(exportCsv(store)).split('\r\n')).toEqual([
      'id,name,message,signed_at',
      '1,"Guest 1","Message 1",2024-01-01T00:00:00.000Z',
      '2,"Guest 2","Message 2",2024-01-01T00:01:00.000Z',
      '3,"Guest 3","Message 3",2024-01-01T00:02:00.000Z',
      '',
    ]);
  });

  test('keeps chunks small for the longest messages, and never yields the same array again', () => {
    const store = openStore();
    const message = '漢"'.repeat(1000);
    store.addAll(makeDrafts(600, message));
    const chunks = [...exportCsv(store)];
    const sizes = chunks.map((chunk) => chunk.byteLength);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
    expect(new Set(chunks.map((chunk) => chunk.buffer)).size).toBe(chunks.length);
    expect(decode(chunks).match(/^\d+,/gm)).toHaveLength(600);
  });

  test('holds no statement before its first chunk, and none after it was stopped', () => {
    const store = openStore();
    store.addAll(makeDrafts(2000));
    const chunks = exportCsv(store);
    expect(store.openExports).toBe(0);
    chunks.next();
    expect(store.openExports).toBe(1);
    chunks.return();
    expect(store.openExports).toBe(0);
  });
});
