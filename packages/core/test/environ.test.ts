import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { bufferedRequestInput, streamedRequestInput } from '../src/request-input.ts';
import { memorySource } from '../src/input.ts';
import { environKey } from '../src/request-fields.ts';
import { octets, run, type RunOptions } from './gateway-fixture.ts';

function environOf(options: RunOptions = {}): Environ {
  let seen: Environ | undefined;
  run((environ: Environ, startResponse: (status: string, headers: string[][]) => void) => {
    seen = environ;
    startResponse('200 OK', []);
    return [];
  }, options);
  return seen as Environ;
}

const withHeaders = (...headers: string[]) =>
  environOf({ head: { headers: ['Host', 'h', ...headers] } });

describe('buildEnviron', () => {
  test('sets every required key', () => {
    expect({ ...environOf({ head: { method: 'pRoP', target: '/a%2fb?x=1' } }) }).toMatchObject({
      REQUEST_METHOD: 'pRoP',
      SCRIPT_NAME: '',
      PATH_INFO: '/a%2Fb',
      QUERY_STRING: 'x=1',
      REQUEST_URI: '/a%2fb?x=1',
      SERVER_NAME: 'server.test',
      SERVER_PORT: '8000',
      SERVER_PROTOCOL: 'HTTP/1.1',
      HTTP_HOST: 'example.test',
      'tsgi.version': [1, 0],
      'tsgi.url_scheme': 'http',
      'tsgi.input_buffered': true,
      'tsgi.multithread': false,
      'tsgi.multiprocess': false,
      'tsgi.run_once': false,
      'tsgi.interleaved': true,
      'tsgi.async': false,
    });
  });

  test('inherits nothing and is open to change', () => {
    const environ = environOf();
    expect('constructor' in environ).toBe(false);
    expect('toString' in environ).toBe(false);
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(environ))) {
      expect(descriptor).toMatchObject({ writable: true, enumerable: true, configurable: true });
    }
    expect(Object.isExtensible(environ)).toBe(true);
  });

  test('is fresh for each request', () => {
    expect(environOf()).not.toBe(environOf());
  });

  test('leaves out what it has no value for', () => {
    const keys = Object.keys(environOf());
    for (const key of [
      'CONTENT_TYPE',
      'CONTENT_LENGTH',
      'REMOTE_ADDR',
      'REMOTE_USER',
      'AUTH_TYPE',
    ]) {
      expect(keys).not.toContain(key);
    }
    expect(Object.values(environOf())).not.toContain(undefined);
  });

  test('joins duplicates in wire order, cookies with a semicolon', () => {
    const environ = withHeaders('X-A', '1', 'Cookie', 'a=1', 'x-a', '2', 'cookie', 'b=2');
    expect(environ['HTTP_X_A']).toBe('1, 2');
    expect(environ['HTTP_COOKIE']).toBe('a=1; b=2');
  });

  test('keeps an empty value', () => {
    expect(withHeaders('X-E', '')['HTTP_X_E']).toBe('');
    expect(withHeaders('X-E', '', 'X-E', 'b')['HTTP_X_E']).toBe(', b');
  });

  test('does not map fields that a Connection field names, but Host', () => {
    const environ = withHeaders(
      'Connection',
      'x-secret, close , host',
      'X-Secret',
      '1',
      'X-Open',
      '2',
    );
    expect('HTTP_X_SECRET' in environ).toBe(false);
    expect(environ['HTTP_X_OPEN']).toBe('2');
    expect(environ['HTTP_HOST']).toBe('h');
  });

  test('takes the authority of an absolute-form for HTTP_HOST', () => {
    const environ = environOf({ head: { target: 'http://other.test:81/x' } });
    expect(environ).toMatchObject({ HTTP_HOST: 'other.test:81', PATH_INFO: '/x' });
    expect(environ.REQUEST_URI).toBe('http://other.test:81/x');
  });

  test('splits the path at the mount', () => {
    expect(environOf({ scriptName: '/m', head: { target: '/m/x' } })).toMatchObject({
      SCRIPT_NAME: '/m',
      PATH_INFO: '/x',
    });
    expect(environOf({ scriptName: '/m', head: { target: '/%6d' } })).toMatchObject({
      SCRIPT_NAME: '/m',
      PATH_INFO: '',
    });
    expect(environOf({ scriptName: '/m', head: { method: 'OPTIONS', target: '*' } })).toMatchObject(
      {
        SCRIPT_NAME: '',
        PATH_INFO: '*',
      },
    );
  });

  test('gives CONTENT_LENGTH as what can be read', () => {
    const headers = ['Host', 'h', 'Content-Length', '003', 'Content-Type', 'a/b'];
    const environ = environOf({ head: { headers }, body: octets('abc') });
    expect(environ).toMatchObject({ CONTENT_LENGTH: '3', CONTENT_TYPE: 'a/b' });
    expect('HTTP_CONTENT_LENGTH' in environ).toBe(false);
    expect('HTTP_CONTENT_TYPE' in environ).toBe(false);
    const chunked = ['Host', 'h', 'Transfer-Encoding', 'chunked'];
    const buffered = bufferedRequestInput(memorySource([octets('abcd')]));
    expect(environOf({ head: { headers: chunked }, input: buffered }).CONTENT_LENGTH).toBe('4');
    const streamed = streamedRequestInput({ pull() {} }, undefined).input;
    const unknown = environOf({ profile: 'async', head: { headers: chunked }, input: streamed });
    expect('CONTENT_LENGTH' in unknown).toBe(false);
    expect(unknown).toMatchObject({ 'tsgi.input_buffered': false, 'tsgi.async': true });
  });
});

describe('environKey', () => {
  test.each([
    ['X-Forwarded-For', 'HTTP_X_FORWARDED_FOR'],
    ['Authorization', 'HTTP_AUTHORIZATION'],
    ['content-type', 'CONTENT_TYPE'],
    ['Content-Length', undefined],
    ['X_A', undefined],
    ['X.A', undefined],
    ['Proxy', undefined],
    ['Transfer-Encoding', undefined],
    ['keep-alive', undefined],
    ['TE', undefined],
  ])('maps %s to %s', (name, key) => {
    expect(environKey(name)).toBe(key);
  });
});
