import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { health } from '../src/health.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const rest: Application = (_environ, startResponse) => {
  startResponse('200 OK', []);
  return [octets('rest')];
};

describe('health', () => {
  test('answers its path without the application', () => {
    const client = clientBetween(health(), () => {
      throw new Error('called');
    });
    const response = client.get('/healthz');
    expect(response.status).toBe(200);
    expect(response.text()).toBe('ok\n');
    expect(response.header('cache-control')).toBe('no-store');
    expect(response.errors).toBe('');
  });

  test('leaves every other path to the application', () => {
    const client = clientBetween(health({ path: '/up' }), rest);
    expect(client.get('/healthz').text()).toBe('rest');
    expect(client.get('/up/').text()).toBe('rest');
    expect(client.get('/up?x').text()).toBe('ok\n');
  });

  test('answers with JSON those who accept it, and HEAD without content', () => {
    const client = clientBetween(health(), rest);
    const json = client.get('/healthz', { headers: { Accept: 'application/json' } });
    expect(json.json()).toEqual({ status: 'ok' });
    expect(json.header('content-type')).toBe('application/json');
    const head = client.head('/healthz');
    expect([head.status, head.text(), head.header('content-length')]).toEqual([200, '', '3']);
  });

  test('answers with 503 where the application is not ready', () => {
    let ready = false;
    const client = clientBetween(health({ ready: () => ready }), rest);
    expect(client.get('/healthz').status).toBe(503);
    ready = true;
    expect(client.get('/healthz').status).toBe(200);
  });

  test('answers with 503 where the question throws, or is answered with a promise', () => {
    const throwing = health({
      ready: () => {
        throw new Error('no database');
      },
    });
    const response = clientBetween(throwing, rest).get('/healthz');
    expect(response.status).toBe(503);
    expect(response.text()).toBe('unavailable\n');
    expect(response.errors).toContain('no database');
    const promising = health({ ready: (async () => true) as never });
    expect(clientBetween(promising, rest).get('/healthz').status).toBe(503);
  });

  test('refuses other methods', () => {
    const response = clientBetween(health(), rest).post('/healthz');
    expect(response.status).toBe(405);
    expect(response.header('allow')).toBe('GET, HEAD');
  });

  test('serves the asynchronous profile', async () => {
    const client = asyncClientBetween(health(), async (...call) => rest(...call));
    expect((await client.get('/healthz')).text()).toBe('ok\n');
    expect((await client.get('/')).text()).toBe('rest');
  });

  test('refuses wrong options by name', () => {
    expect(() => health({ path: 'healthz' })).toThrow(/health: path .*"healthz"/);
    expect(() => health({ ready: true as never })).toThrow(/health: ready .*boolean/);
  });
});
