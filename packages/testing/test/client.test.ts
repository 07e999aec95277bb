import type { Application, AsyncApplication, Outcome } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { createAsyncClient, createClient } from '../src/index.ts';

const encoder = new TextEncoder();

const mirror: Application = (environ, startResponse) => {
  const input = new TextDecoder().decode(environ['tsgi.input'].read());
  const entries = Object.entries(environ).filter(([, value]) => typeof value === 'string');
  startResponse('200 OK', [
    ['Content-Type', 'application/json'],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ]);
  return [encoder.encode(JSON.stringify({ ...Object.fromEntries(entries), input }))];
};

describe('createClient', () => {
  const client = createClient(mirror);

  test('has the response without await', () => {
    const response = client.get('/a%20b?x=1', { query: { y: 'z' } });
    expect(response).toMatchObject({ status: 200, reason: 'OK', aborted: false, errors: '' });
    expect(response.json()).toMatchObject({
      REQUEST_METHOD: 'GET',
      PATH_INFO: '/a%20b',
      QUERY_STRING: 'x=1&y=z',
      HTTP_HOST: 'localhost',
      SERVER_PORT: '80',
      REMOTE_ADDR: '127.0.0.1',
    });
    expect(response.header('CONTENT-TYPE')).toBe('application/json');
    expect(response.headerValues('set-cookie')).toEqual(['a=1', 'b=2']);
    expect(response.header('x-absent')).toBeUndefined();
  });

  test.each([
    [{ form: { a: 'b c' } }, 'application/x-www-form-urlencoded', 'a=b+c'],
    [{ json: { a: 1 } }, 'application/json', '{"a":1}'],
    [{ body: 'é', headers: { 'Content-Type': 'text/plain' } }, 'text/plain', 'é'],
    [{ body: encoder.encode('octets') }, undefined, 'octets'],
  ])('sends %j', (options, type, input) => {
    const seen = client.post('/', options).json() as Record<string, unknown>;
    expect(seen['input']).toBe(input);
    expect(seen['CONTENT_TYPE']).toBe(type);
    expect(seen['CONTENT_LENGTH']).toBe(String(encoder.encode(input).length));
  });

  test('refuses two kinds of body at once', () => {
    expect(() => client.post('/', { body: 'x', json: 1 })).toThrow(TypeError);
  });

  test('puts entries over those of the environ, and mounts', () => {
    const mounted = createClient(mirror, {
      scriptName: '/m',
      host: 'a.test:8443',
      scheme: 'https',
      environ: { REMOTE_USER: 'ann' },
    });
    const seen = mounted.put('/m/x', { environ: { 'example.key': 'v' } }).json();
    expect(seen).toMatchObject({
      SCRIPT_NAME: '/m',
      PATH_INFO: '/x',
      SERVER_NAME: 'a.test',
      SERVER_PORT: '8443',
      'tsgi.url_scheme': 'https',
      REMOTE_USER: 'ann',
      'example.key': 'v',
    });
    expect(mounted.get('/outside').status).toBe(404);
  });

  test('shows chunks as they were yielded, and faults in errors', () => {
    const broken = createClient(function* app(_environ, startResponse) {
      startResponse('200 OK', []);
      yield encoder.encode('a');
      yield encoder.encode('bc');
      throw new Error('late');
    });
    const response = broken.get('/');
    expect(response.chunks.map((chunk) => chunk.byteLength)).toEqual([1, 2]);
    expect(response.text()).toBe('abc');
    expect(response.aborted).toBe(true);
    expect(response.errors).toContain('Error: late');
  });

  test('leaves when it has enough, and the application is cleaned up', () => {
    const outcomes: Outcome[] = [];
    const endless = createClient(function* app(environ, startResponse) {
      environ['tsgi.on_finish']((outcome) => void outcomes.push(outcome));
      startResponse('200 OK', []);
      for (;;) {
        yield encoder.encode('1234');
      }
    });
    const response = endless.get('/', { leaveAfter: 10 });
    expect(response.text()).toBe('123412341234');
    expect(response.aborted).toBe(true);
    expect(outcomes).toMatchObject([
      { status: 200, bytesSent: 12, aborted: true, error: { code: 'ERR_TSGI_ABORTED' } },
    ]);
    expect(endless.get('/', { leaveAfter: 0 })).toMatchObject({ status: 0, aborted: true });
    expect(outcomes).toHaveLength(1);
  });

  test('answers HEAD without content', () => {
    expect(client.head('/').chunks).toEqual([]);
  });

  test('answers a bad target as a server does', () => {
    expect(client.request('GET', '/%zz').status).toBe(400);
  });
});

describe('createAsyncClient', () => {
  test('waits for the response and its cleanup', async () => {
    let finished = false;
    const app: AsyncApplication = async function* app(environ, startResponse) {
      environ['tsgi.on_finish'](async () => {
        await Promise.resolve();
        finished = true;
      });
      startResponse('200 OK', []);
      for await (const chunk of environ['tsgi.async_input'] ?? []) {
        yield chunk;
      }
    };
    const response = await createAsyncClient(app).patch('/', { body: 'abc' });
    expect(response.text()).toBe('abc');
    expect(finished).toBe(true);
  });

  test('leaves when it has enough', async () => {
    const app: AsyncApplication = async function* app(_environ, startResponse) {
      startResponse('200 OK', []);
      for (;;) {
        await Promise.resolve();
        yield encoder.encode('1234');
      }
    };
    const response = await createAsyncClient(app).delete('/', { leaveAfter: 5 });
    expect(response).toMatchObject({ status: 200, aborted: true });
    expect(response.text()).toBe('12341234');
  });
});
