import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { methodOverride } from '../src/method-override.ts';
import { clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const tellMethod: Application = (environ, startResponse) => {
  startResponse('200 OK', [['X-Method', environ.REQUEST_METHOD]]);
  return [octets('content')];
};

describe('methodOverride', () => {
  const client = clientBetween(methodOverride(), tellMethod);
  const asking = (method: string) => ({ headers: { 'X-HTTP-Method-Override': method } });

  test('changes POST to a method of the list', () => {
    expect(client.post('/', asking('delete')).header('x-method')).toBe('DELETE');
  });

  test.each(['TRACE', 'GET', 'x y', ''])('does not change POST to %j', (method) => {
    expect(client.post('/', asking(method)).header('x-method')).toBe('POST');
  });

  test('does not change GET', () => {
    expect(client.get('/', asking('DELETE')).header('x-method')).toBe('GET');
  });

  test('refuses what is no token', () => {
    expect(() => methodOverride({ header: 'X Y' })).toThrow(
      'methodOverride: header must hold tokens; is "X Y"',
    );
    expect(() => methodOverride({ methods: [''] })).toThrow('methods must hold tokens');
  });
});
