import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Environ } from '@tsgi/types';
import { environFrom } from '@tsgi/testing';
import { describe, expect, test } from 'vitest';
import { preferredCoding, preferredType } from '../src/accept.ts';
import { parseByteRanges } from '../src/byte-ranges.ts';
import { parseCookies } from '../src/cookies.ts';
import { parseTags } from '../src/entity-tag.ts';
import { formData, formDataAsync } from '../src/form-data.ts';
import { HttpError } from '../src/http-error.ts';
import { parseHttpDate } from '../src/http-date.ts';
import { json } from '../src/json.ts';
import { parseForwarded } from '../src/proxy-fix/forwarded.ts';
import { parseNode } from '../src/proxy-fix/hops.ts';
import { parsePrefix } from '../src/proxy-fix/prefix.ts';
import { readXForwarded } from '../src/proxy-fix/x-forwarded.ts';
import { parseStack } from '../src/dev-errors/describe-error.ts';
import { hostOf } from '../src/vhost.ts';

// So long that what takes time by the square of the length does not end.
const LENGTH = 2 ** 18;
const run = (text: string): string => text.repeat(Math.floor(LENGTH / text.length));

const HOSTILE: readonly string[] = [
  ' ',
  '\t ',
  ',',
  ', ',
  ';',
  '; ',
  '=',
  '"',
  '""',
  '\\',
  ':',
  '::',
  '.',
  '0',
  '1:',
  'a',
  'a=',
  '/',
  '*',
  '%',
  '%4',
  '%20',
  '-',
  '_',
  '+',
  '[',
  '(',
  ' (',
  ' (/',
  '@/',
  ':1',
  'W/"',
  'a"',
  'bytes=',
  '-,',
  'q=',
  ';q=',
  'unknown',
  'application/',
  'x+',
  ' x ',
  ';a=" ',
  ';boundary="',
  '\u00A0',
];
const TEXTS = HOSTILE.flatMap((unit) => [`a${run(unit)}b`, `${run(unit)}!`, `[${run(unit)}`]);

const environ = (fields: Partial<Environ>): Environ => ({ ...environFrom('/'), ...fields });

/** What sees octets of a client, each by itself. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  preferredType: (text) => preferredType(text, ['text/html']),
  preferredCoding: (text) => preferredCoding(text, ['br']),
  parseByteRanges: (text) => parseByteRanges(`bytes=${text}`, 1000),
  parseCookies,
  parseTags,
  parseHttpDate: (text) => parseHttpDate(text),
  parseForwarded,
  parseNode: (text) => parseNode(text, true),
  parsePrefix: (text) => parsePrefix(`/${text}`),
  readXForwarded: (text) =>
    readXForwarded({ for: text, proto: text, host: text, port: '1' }, () => true),
  hostOf: (text) => hostOf(environ({ HTTP_HOST: text })),
  'content type of json': (text) => json(environ({ CONTENT_TYPE: `application/${text}` })),
  'content type of formData': (text) =>
    formData(environ({ CONTENT_TYPE: `multipart/form-data;${text}` })),
  'head of a part': (text) => part(`Content-Disposition: form-data; name="a"\r\nX:${text}`),
  'disposition of a part': (text) => part(`Content-Disposition: form-data;${text}`),
  'type of a part': (text) => part(`Content-Disposition: form-data; name="a"\r\n${text}`),
  parseStack: (text) => parseStack(`Error: x\n    at ${text}\n${text}\n/${text}`),
};

function part(head: string): unknown {
  const body = new TextEncoder().encode(`--b\r\n${head}\r\n\r\nx\r\n--b--\r\n`);
  return formData(
    environFrom('/', {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
      body,
    }),
    { maxHeadSize: 4 * LENGTH },
  );
}

describe('what reads the words of a client', () => {
  test.each(Object.entries(READERS))('%s comes to an end with each of them', (_name, read) => {
    let answers = 0;
    for (const text of TEXTS) {
      try {
        read(text);
      } catch (error) {
        if (!(error instanceof HttpError)) expect((error as Error).name).toBe('MalformedForward');
      }
      answers += 1;
    }
    expect(answers).toBe(TEXTS.length);
  });

  test('a field that arrives in single octets costs little more than its octets', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    let growth = Number.NaN;
    async function* trickle() {
      yield new TextEncoder().encode('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n');
      const before = used();
      for (let count = 0; count < LENGTH; count += 1) yield Uint8Array.of(97);
      growth = used() - before;
      yield new TextEncoder().encode('\r\n--b--\r\n');
    }
    const form = await formDataAsync(
      environ({
        CONTENT_TYPE: 'multipart/form-data; boundary=b',
        'tsgi.async_input': trickle(),
        'tsgi.input_buffered': false,
      }),
    );
    expect(form.get('a')).toHaveLength(LENGTH);
    expect(growth).toBeLessThan(16 * LENGTH);
  });
});
