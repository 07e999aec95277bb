import { createClient } from '@tsgi/testing';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { range } from '../src/range.ts';
import { clientBetween } from './between-lints.ts';
import { answering, lazy, octets, watched } from './samples.ts';

describe('range', () => {
  const log: string[] = [];
  const digits: Application = (_environ, startResponse) => {
    startResponse('200 OK', [
      ['Content-Length', '10'],
      ['Content-Type', 'text/plain'],
      ['ETag', '"d"'],
    ]);
    return watched(['012', '34', '', '5678', '9'].map(octets), log);
  };
  const ask = (field: string, more: object = {}) =>
    clientBetween(range(), digits).get('/', { headers: { Range: field, ...more } });

  test.each([
    ['bytes=0-2', '012', 'bytes 0-2/10'],
    ['bytes=1-1', '1', 'bytes 1-1/10'],
    ['bytes=2-6', '23456', 'bytes 2-6/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=0-', '0123456789', 'bytes 0-9/10'],
  ])('sends %s', (field, content, told) => {
    const response = ask(field);
    expect([response.status, response.text()]).toEqual([206, content]);
    expect(response.header('content-range')).toBe(told);
    expect(response.header('content-length')).toBe(String(content.length));
  });

  test('does not pull what lies behind', () => {
    log.length = 0;
    ask('bytes=0-2');
    expect(log).toEqual(['return', 'close']);
  });

  test('sends several ranges as parts', () => {
    const response = ask('bytes=0-1,4-5,9-9');
    const boundary = /boundary=(.+)$/.exec(response.header('content-type') ?? '')?.[1] ?? '?';
    const part = (told: string, content: string): string =>
      `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${told}/10\r\n\r\n${content}\r\n`;
    const text = `${part('0-1', '01')}${part('4-5', '45')}${part('9-9', '9')}--${boundary}--\r\n`;
    expect([response.status, response.text()]).toEqual([206, text]);
    expect(response.header('content-length')).toBe(String(text.length));
  });

  test('answers with 416 where nothing is left to send', () => {
    log.length = 0;
    const response = ask('bytes=10-');
    expect([response.status, response.text(), response.header('content-range')]).toEqual([
      416,
      '',
      'bytes */10',
    ]);
    expect(log).toEqual(['close']);
  });

  test.each([
    ['bytes=9-9,0-0', {}],
    ['bytes=2-1', {}],
    ['bytes=0-1', { 'If-Range': '"other"' }],
  ])('sends everything for %s %j', (field, more) => {
    const response = ask(field, more);
    expect([response.status, response.text(), response.header('accept-ranges')]).toEqual([
      200,
      '0123456789',
      'bytes',
    ]);
  });

  test('says that it takes ranges, and leaves other responses alone', () => {
    expect(clientBetween(range(), digits).get('/').header('accept-ranges')).toBe('bytes');
    const headers = { Range: 'bytes=0-0' };
    expect(clientBetween(range(), answering('200 OK', 'ab')).get('/', { headers }).status).toBe(
      200,
    );
    expect(clientBetween(range(), digits).post('/', { headers }).status).toBe(200);
    expect(
      createClient(range()(lazy('404 Not Found', 'x')))
        .get('/', { headers })
        .text(),
    ).toBe('x');
  });
});
