import type { Application, Middleware } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { bodyLimit } from '../../src/middleware/body-limit.ts';
import { errorPages } from '../../src/middleware/error-pages.ts';
import { openGuestbook } from '../guestbook-client.ts';
import { openBetween } from '../judged.ts';
import { openStore } from '../temporary-store.ts';

const echo: Application = (environ, startResponse) => {
  startResponse('200 OK', [['content-type', 'text/plain']]);
  const input = environ['tsgi.input'];
  return environ.PATH_INFO === '/iterate' ? [...input] : [input.read(2), input.read()];
};

const limited: Middleware = (inner) => errorPages(bodyLimit(1024)(inner));

const limitedUnknown: Middleware = (inner) => (environ, startResponse) => {
  delete environ.CONTENT_LENGTH;
  return limited(inner)(environ, startResponse);
};

describe('bodyLimit', () => {
  test.each(['/', '/iterate'])('lets a body of the limit through at %s', (path) => {
    const body = 'x'.repeat(1024);
    expect(openBetween(limited, echo).post(path, { body }).text()).toBe(body);
    expect(openBetween(limitedUnknown, echo).post(path, { body }).text()).toBe(body);
  });

  test('refuses a stated length above the limit before the application is called', () => {
    let called = false;
    const client = openBetween(limited, (environ, startResponse) => {
      called = true;
      return echo(environ, startResponse);
    });
    const response = client.post('/', { body: 'x'.repeat(1025) });
    expect(response.status).toBe(413);
    expect(response.text()).toContain('a form may have 1 KiB');
    expect(called).toBe(false);
  });

  test.each(['/', '/iterate'])('refuses a length that shows while reading at %s', (path) => {
    const client = openBetween(limitedUnknown, echo);
    expect(client.post(path, { body: 'x'.repeat(1025) }).status).toBe(413);
  });

  test('refuses a guestbook form of more than 64 KiB with a page', () => {
    const store = openStore();
    const form = { name: 'Ada', message: 'x'.repeat(64 * 1024) };
    const response = openGuestbook({ store }).post('/sign', { form });
    expect(response.status).toBe(413);
    expect(response.reason).toBe('Content Too Large');
    expect(response.text()).toContain('<h1>Content Too Large</h1>');
    expect(store.count()).toBe(0);
  });
});
