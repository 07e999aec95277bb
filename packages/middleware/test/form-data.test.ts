import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Busboy } from '@fastify/busboy';
import { createClient } from '@tsgi/testing';
import type { Application, AsyncApplication } from '@tsgi/types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errors } from '../src/errors.ts';
import { type Form, formData, formDataAsync, type FormDataOptions } from '../src/form-data.ts';
import { MultipartParser } from '../src/multipart.ts';
import { asyncClientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const BOUNDARY = 'X-boundary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const part = (head: string, body: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
const whole = (...parts: readonly string[]): string => `${parts.join('')}--${BOUNDARY}--\r\n`;

// What a form holds, as plain data.
const plain = (form: Form): unknown =>
  form.entries.map(([name, value]) =>
    typeof value === 'string'
      ? [name, value]
      : [name, value.filename, value.type, Buffer.from(value.bytes()).toString('latin1')],
  );

function ask(body: string | Uint8Array, options: FormDataOptions = {}, type = TYPE) {
  const application: Application = (environ, startResponse) => {
    const found = JSON.stringify(plain(formData(environ, options)));
    startResponse('200 OK', []);
    return [octets(found)];
  };
  return createClient(errors()(application)).post('/', { body, headers: { 'Content-Type': type } });
}

describe('formData', () => {
  test('reads fields and files', () => {
    const body = whole(
      part('name="a"', '1'),
      part('name="a"', 'two\r\nlines'),
      part('name="f"; filename="\u00E9 %22x%22.txt"\r\nContent-Type: text/plain', 'file\r\n'),
      part('name=empty; filename=""', ''),
      part('name="z"', ''),
    );
    expect(ask(body).json()).toEqual([
      ['a', '1'],
      ['a', 'two\r\nlines'],
      ['f', '\u00E9 "x".txt', 'text/plain', 'file\r\n'],
      ['z', ''],
    ]);
  });

  test('reads an encoded form', () => {
    const response = ask(
      'a=1&b=%C3%A9+x&a=2',
      {},
      'application/x-www-form-urlencoded; charset=utf-8',
    );
    expect(response.json()).toEqual([
      ['a', '1'],
      ['b', '\u00E9 x'],
      ['a', '2'],
    ]);
  });

  test('has what was asked for by name, and files on demand', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-form-'));
    let seen: unknown;
    const application: Application = (environ, startResponse) => {
      const form = formData(environ, { fileMemory: 4 });
      const file = form.file('f');
      file?.saveTo(join(folder, 'saved'));
      seen = [
        form.get('a'),
        form.getAll('a'),
        form.get('f'),
        form.files('f').length,
        form.file('a'),
        file?.size,
      ];
      expect(() => file?.saveTo(join(folder, 'saved'))).toThrow('EEXIST');
      startResponse('200 OK', []);
      return [];
    };
    const body = whole(
      part('name="a"', '1'),
      part('name="a"', '2'),
      part('name="f"; filename="x"', 'longer than memory'),
    );
    createClient(application).post('/', { body, headers: { 'Content-Type': TYPE } });
    expect(seen).toEqual(['1', ['1', '2'], undefined, 1, undefined, 18]);
    expect(readFileSync(join(folder, 'saved'), 'utf8')).toBe('longer than memory');
    rmSync(folder, { recursive: true });
  });

  test('reads a form that is still arriving', async () => {
    const application: AsyncApplication = async (environ, startResponse) => {
      const form = await formDataAsync(environ);
      startResponse('200 OK', []);
      return [octets(form.get('a') ?? '')];
    };
    const client = asyncClientBetween((inner) => inner, application);
    const response = await client.post('/', {
      body: whole(part('name="a"', 'x')),
      headers: { 'Content-Type': TYPE },
    });
    expect(response.text()).toBe('x');
  });

  test.each([
    ['no boundary in the type', 400, whole(part('name="a"', '1')), 'multipart/form-data; x=1'],
    [
      'a boundary that is none',
      400,
      whole(part('name="a"', '1')),
      'multipart/form-data; boundary="\u00E9"',
    ],
    ['another type', 415, 'x', 'text/plain'],
    ['no closing boundary', 400, part('name="a"', '1'), TYPE],
    ['nothing', 400, '', TYPE],
    ['a part without a name', 400, whole(part('x="a"', '1')), TYPE],
    [
      'a part of another kind',
      400,
      whole(`--${BOUNDARY}\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n`),
      TYPE,
    ],
    ['a part without a head', 400, whole(`--${BOUNDARY}\r\n\r\n1\r\n`), TYPE],
    ['a name twice', 400, whole(part('name="a"; name="b"', '1')), TYPE],
    ['a head line that is no field', 400, whole(part('name="a"\r\nx y', '1')), TYPE],
    ['a field twice', 400, whole(part('name="a"\r\nContent-Disposition: form-data', '1')), TYPE],
    ['an encoding', 400, whole(part('name="a"\r\nContent-Transfer-Encoding: base64', '1')), TYPE],
    ['something after a boundary', 400, `--${BOUNDARY}x\r\n`, TYPE],
  ])('refuses %s with %i', (_name, status, body, type) => {
    expect(ask(body, {}, type).status).toBe(status);
  });

  test.each([
    [{ maxParts: 1 }],
    [{ maxFiles: 0 }],
    [{ maxNameSize: 2 }],
    [{ maxFieldsSize: 5 }],
    [{ maxFileSize: 2 }],
    [{ maxHeadSize: 20 }],
  ])('answers what exceeds %j with 413', (options) => {
    const body = whole(part('name="abc"', 'def'), part('name="f"; filename="x"', '123'));
    expect(ask(body).status).toBe(200);
    expect(ask(body, options).status).toBe(413);
  });

  test('refuses wrong limits', () => {
    expect(ask('', { maxParts: -1 }).errors).toContain('formData: maxParts must be a whole number');
  });

  test('agrees with busboy on generated forms', async () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '.', '-'),
      minLength: 1,
      maxLength: 8,
    });
    const content = fc.string({
      unit: fc.constantFrom('x', '\r', '\n', '-', '--X-boundar', '\r\n--X'),
      maxLength: 12,
    });
    const parts = fc.array(fc.record({ name, filename: fc.option(name), content }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (made, step) => {
        const body = whole(
          ...made.map((one) =>
            part(
              `name="${one.name}"${one.filename === null ? '' : `; filename="${one.filename}"`}`,
              one.content,
            ),
          ),
        );
        expect(ask(body).json()).toEqual(await byBusboy(body, step));
      }),
      { numRuns: 100 },
    );
  });
});

function byBusboy(body: string, step: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const found: unknown[] = [];
    const busboy = new Busboy({ headers: { 'content-type': TYPE }, preservePath: true });
    busboy.on('field', (name, value) => found.push([name, value]));
    busboy.on('file', (name, stream, filename, _encoding, type) => {
      const entry = [name, filename, type, ''];
      found.push(entry);
      stream.on('data', (chunk: Buffer) => (entry[3] += chunk.toString('latin1')));
    });
    busboy.on('finish', () => resolve(found));
    busboy.on('error', reject);
    for (let at = 0; at < body.length; at += step) busboy.write(body.slice(at, at + step));
    busboy.end();
  });
}

describe('MultipartParser', () => {
  const body = octets(
    whole(
      part('name="a"', ''),
      part('name="b"', '1\r\n--X-boundar\r\n2'),
      part('name="c"', '\r\n'),
    ),
  );
  const read = (chunks: readonly Uint8Array[]): unknown[] => {
    const parser = new MultipartParser(BOUNDARY, { maxParts: 10, maxHeadSize: 100 });
    const found: unknown[] = [];
    let text = '';
    for (const chunk of chunks) {
      parser.receive(chunk);
      for (let event = parser.next(); event !== undefined; event = parser.next()) {
        if (event.kind === 'octets') text += Buffer.from(event.octets).toString();
        else if (event.kind === 'part-end') found.push(text);
        else found.push(event.kind === 'part' ? event.head.name : event.kind);
        if (event.kind === 'part-end') text = '';
      }
    }
    parser.end();
    return found;
  };
  const expected = ['a', '', 'b', '1\r\n--X-boundar\r\n2', 'c', '\r\n', 'end'];

  test('finds the same byte by byte and at every split', () => {
    expect(read([body])).toEqual(expected);
    expect(read([...body].map((octet) => Uint8Array.of(octet)))).toEqual(expected);
    for (let at = 0; at <= body.byteLength; at++) {
      expect(read([body.subarray(0, at), body.subarray(at)])).toEqual(expected);
    }
  });

  test('passes what comes before and after over', () => {
    expect(read([octets('preamble\r\n'), body, octets('epilogue')])).toEqual(expected);
  });

  test('throws nothing but refusals, whatever comes', () => {
    const unit = fc.constantFrom(
      '--X-boundary',
      '\r\n',
      '--',
      'Content-Disposition: form-data; name="a"',
      ':',
      'x',
      '"',
      ';',
      ' ',
      '\u00E9',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        try {
          read([octets(units.join(''))]);
        } catch (error) {
          expect((error as Error).name).toBe('HttpError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
