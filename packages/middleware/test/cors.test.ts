import { describe, expect, test } from 'vitest';
import { cors } from '../src/cors.ts';
import { clientBetween } from './between-lints.ts';
import { answering } from './samples.ts';

describe('cors', () => {
  const site = cors({
    origins: ['https://a.test'],
    methods: ['GET', 'PUT'],
    requestHeaders: ['X-Key'],
    exposedHeaders: ['ETag'],
    credentials: true,
  });
  const from = (origin: string) => ({ headers: { Origin: origin } });

  test('lets a listed origin read', () => {
    const response = clientBetween(site, answering('200 OK')).get('/', from('https://a.test'));
    expect(response.header('access-control-allow-origin')).toBe('https://a.test');
    expect(response.header('access-control-allow-credentials')).toBe('true');
    expect(response.header('access-control-expose-headers')).toBe('ETag');
    expect(response.header('vary')).toBe('Origin');
  });

  test.each(['https://a.test.evil', 'http://a.test', 'null', 'https://A.test'])(
    'grants %s nothing',
    (origin) => {
      const response = clientBetween(site, answering('200 OK')).get('/', from(origin));
      expect(response.header('access-control-allow-origin')).toBe(undefined);
      expect([response.status, response.header('vary')]).toEqual([200, 'Origin']);
    },
  );

  test('answers a preflight itself', () => {
    const client = clientBetween(site, () => {
      throw new Error('not to be called');
    });
    const headers = { Origin: 'https://a.test', 'Access-Control-Request-Method': 'PUT' };
    const response = client.request('OPTIONS', '/', { headers });
    expect(response.status).toBe(204);
    expect(response.header('access-control-allow-methods')).toBe('GET, PUT');
    expect(response.header('access-control-allow-headers')).toBe('X-Key');
    expect(response.header('access-control-max-age')).toBe('600');
    const other = client.request('OPTIONS', '/', {
      headers: { ...headers, Origin: 'https://b.test' },
    });
    expect([other.status, other.header('access-control-allow-methods')]).toEqual([204, undefined]);
  });

  test('passes an OPTIONS on that is no preflight', () => {
    const client = clientBetween(site, answering('200 OK'));
    expect(client.request('OPTIONS', '/', from('https://a.test')).status).toBe(200);
  });

  test('keeps caches of every origin together', () => {
    const response = clientBetween(cors({ origins: '*' }), answering('200 OK')).get(
      '/',
      from('x://y'),
    );
    expect([response.header('access-control-allow-origin'), response.header('vary')]).toEqual([
      '*',
      undefined,
    ]);
  });

  test.each([
    [{ origins: '*', credentials: true } as const, 'credentials need listed origins'],
    [{ origins: ['https://a.test/'] }, 'it is "https://a.test/"'],
    [{ methods: ['G T'] }, 'methods holds a value'],
    [{ maxAge: -1 }, 'maxAge must be a whole number'],
  ])('refuses %j', (options, message) => {
    expect(() => cors(options)).toThrow(message);
  });
});
