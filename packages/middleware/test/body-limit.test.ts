import { createAsyncClient, createClient } from '@tsgi/testing';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { bodyLimit } from '../src/body-limit.ts';
import { clientBetween } from './between-lints.ts';
import { answering, echo, octets } from './samples.ts';

describe('bodyLimit', () => {
  const limited = bodyLimit(3);

  test('lets a body through that is small enough', () => {
    expect(clientBetween(limited, echo).post('/', { body: 'abc' }).text()).toBe('abc');
    expect(clientBetween(limited, echo).get('/').status).toBe(200);
  });

  test('refuses a body by its length without calling the application', () => {
    const client = clientBetween(limited, () => {
      throw new Error('not to be called');
    });
    expect(client.post('/', { body: 'abcd' }).status).toBe(413);
  });

  test('stops a body whose length nobody told', async () => {
    const errors: unknown[] = [];
    const reading: AsyncApplication = async (environ, startResponse) => {
      try {
        for await (const part of environ['tsgi.async_input'] ?? []) errors.push(part.byteLength);
      } catch (error) {
        errors.push((error as { code?: string }).code);
      }
      return answering('200 OK')(environ, startResponse);
    };
    const chunks = async function* () {
      yield octets('ab');
      yield octets('cd');
    };
    const environ = { 'tsgi.async_input': chunks(), 'tsgi.input_buffered': false };
    await createAsyncClient(limited(reading)).post('/', { environ });
    expect(errors).toEqual([2, 'ERR_TSGI_INPUT_TOO_LARGE']);
  });

  test('stops a synchronous read as well', () => {
    let code: unknown;
    const reading: Application = (environ, startResponse) => {
      try {
        environ['tsgi.input'].read();
      } catch (error) {
        ({ code } = error as { code?: string });
      }
      return answering('200 OK')(environ, startResponse);
    };
    const input = {
      read: () => octets('abcd'),
      [Symbol.iterator]: () => [octets('abcd')].values(),
    };
    createClient(limited(reading)).post('/', { environ: { 'tsgi.input': input } });
    expect(code).toBe('ERR_TSGI_INPUT_TOO_LARGE');
  });

  test('refuses a size below 0', () => {
    expect(() => bodyLimit(-1)).toThrow('bodyLimit: maxSize must be a whole number');
  });
});
