import { describe, expect, test } from 'vitest';
import { forceHttps } from '../src/force-https.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

describe('forceHttps', () => {
  test.each([
    ['/a%2fb?x=1', 'https://localhost/a%2Fb?x=1'],
    ['/', 'https://localhost/'],
  ])('redirects %s', (target, location) => {
    const response = clientBetween(forceHttps(), answering('200 OK')).post(target);
    expect([response.status, response.header('location')]).toEqual([308, location]);
  });

  test('writes the port that is not 443 in place of the one that was used', () => {
    const client = clientBetween(forceHttps({ port: 8443 }), answering('200 OK'), {
      host: 'a.test:8080',
    });
    expect(client.get('/').header('location')).toBe('https://a.test:8443/');
  });

  test('lets https and exceptions through', () => {
    const middleware = forceHttps({ except: ['/health'] });
    expect(clientBetween(middleware, answering('200 OK')).get('/health').status).toBe(200);
    expect(
      clientBetween(middleware, answering('200 OK'), { scheme: 'https' }).get('/').status,
    ).toBe(200);
  });

  test('refuses a host with a path or a port', () => {
    expect(() => forceHttps({ host: 'a.test/x' })).toThrow('forceHttps: host must be a name');
  });
});
