import { createAsyncClient, createClient } from '@tsgi/testing';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { errors } from '../src/errors.ts';
import { json, jsonAsync } from '../src/json.ts';
import { octets } from './samples.ts';

describe('json', () => {
  const read: Application = (environ, startResponse) => {
    const value = json(environ, { limit: 20 });
    startResponse('200 OK', []);
    return [octets(JSON.stringify(value))];
  };
  const client = createClient(errors()(read));
  const typed = (type: string, body: string | Uint8Array = '{"a":1}') =>
    client.post('/', { body, headers: { 'Content-Type': type } });

  test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/problem+json'])(
    'reads %s',
    (type) => {
      expect(typed(type).text()).toBe('{"a":1}');
    },
  );

  test.each([
    ['text/plain', '{}', 415],
    ['application/jsonx', '{}', 415],
    ['application/json', '{', 400],
    ['application/json', '', 400],
    ['application/json', Uint8Array.of(0x22, 0xff, 0x22), 400],
    ['application/json', `"${'x'.repeat(20)}"`, 413],
  ])('refuses %s %s with %i', (type, body, status) => {
    expect(typed(type, body).status).toBe(status);
  });

  test('reads a body that is still arriving', async () => {
    const later: AsyncApplication = async (environ, startResponse) => {
      const value = await jsonAsync(environ);
      startResponse('200 OK', []);
      return [octets(JSON.stringify(value))];
    };
    expect((await createAsyncClient(later).post('/', { json: [1] })).text()).toBe('[1]');
  });
});
