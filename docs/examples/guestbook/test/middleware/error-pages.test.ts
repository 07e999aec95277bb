import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { HttpProblem } from '../../src/http-problem.ts';
import { errorPages } from '../../src/middleware/error-pages.ts';
import { openBetween } from '../judged.ts';
import { hello } from './hello.ts';

const encoder = new TextEncoder();
const failure = new Error('secret detail');

describe('errorPages', () => {
  test('turns an error of the application into a page and logs it', () => {
    const client = openBetween(errorPages, () => {
      throw failure;
    });
    const response = client.get('/');
    expect(response.status).toBe(500);
    expect(response.text()).toContain('<h1>Internal Server Error</h1>');
    expect(response.text()).not.toContain('secret');
    expect(response.errors).toContain('secret detail');
  });

  test('answers a problem with its own status and headers, and does not log it', () => {
    const client = openBetween(errorPages, () => {
      throw new HttpProblem("418 I'm a teapot", 'No <coffee>.', [['x-pot', 'short']]);
    });
    const response = client.get('/');
    expect(response.status).toBe(418);
    expect(response.header('x-pot')).toBe('short');
    expect(response.text()).toContain('<p>No &lt;coffee&gt;.</p>');
    expect(response.errors).toBe('');
  });

  test('replaces a response that was begun but not committed', () => {
    const application: Application = function* (_environ, startResponse) {
      const headers = [
        ['content-type', 'text/csv'],
        ['x-old', '1'],
      ] as const;
      startResponse('200 OK', headers);
      yield new Uint8Array(0);
      throw failure;
    };
    const response = openBetween(errorPages, application).get('/');
    expect(response.status).toBe(500);
    expect(response.header('content-type')).toBe('text/html; charset=utf-8');
    expect(response.header('x-old')).toBeUndefined();
    expect(response.aborted).toBe(false);
  });

  test('cuts a response that was committed', () => {
    const application: Application = function* (_environ, startResponse) {
      startResponse('200 OK', []);
      yield encoder.encode('first half');
      throw failure;
    };
    const response = openBetween(errorPages, application).get('/');
    expect(response.status).toBe(200);
    expect(response.text()).toBe('first half');
    expect(response.aborted).toBe(true);
    expect(response.errors).toContain('secret detail');
  });

  test('closes the inner body once, iterated or not', () => {
    let closed = 0;
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        *[Symbol.iterator]() {
          yield encoder.encode('x');
        },
        close: () => void (closed += 1),
      };
    };
    const client = openBetween(errorPages, application);
    client.get('/');
    expect(closed).toBe(1);
    client.get('/', { leaveAfter: 0 });
    expect(closed).toBe(2);
  });

  test('leaves an array as it is, with the length that the server takes from it', () => {
    expect(openBetween(errorPages, hello).get('/').header('content-length')).toBe('5');
  });

  test.each([
    ['ERR_TSGI_INPUT_TOO_LARGE', 413],
    ['ERR_TSGI_INPUT_ABORTED', 400],
    ['ERR_TSGI_OTHER', 500],
  ])('answers %s of the server with %i', (code, status) => {
    const client = openBetween(errorPages, () => {
      throw Object.assign(new Error('input'), { code });
    });
    expect(client.post('/', { form: {} }).status).toBe(status);
  });
});
