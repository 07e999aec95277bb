import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { errors } from '../src/errors.ts';
import { HttpError } from '../src/http-error.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const throwing =
  (error: unknown): Application =>
  () => {
    throw error;
  };

describe('errors', () => {
  test('answers with the status of an HttpError, what it tells and nothing else', () => {
    const teapot = new HttpError('418 I am <a> teapot', {
      detail: 'short & stout',
      headers: [['Retry-After', '60']],
      cause: new Error('secret'),
    });
    const ask = (accept: string) =>
      clientBetween(errors(), throwing(teapot)).get('/', { headers: { Accept: accept } });
    expect(ask('*/*').text()).toBe('418 I am <a> teapot\nshort & stout\n');
    expect(ask('application/json').json()).toEqual({
      status: 418,
      title: 'I am <a> teapot',
      detail: 'short & stout',
    });
    expect(ask('application/json').header('content-type')).toBe('application/problem+json');
    expect(ask('text/html').text()).toContain(
      '<h1>418 I am &lt;a&gt; teapot</h1><p>short &amp; stout</p>',
    );
    const response = ask('image/png');
    expect([response.status, response.header('retry-after'), response.errors]).toEqual([
      418,
      '60',
      '',
    ]);
  });

  test.each([new Error('secret'), 'secret', undefined, null])(
    'answers 500 for %s and logs it',
    (thrown) => {
      const response = clientBetween(errors(), throwing(thrown)).get('/');
      expect([response.status, response.text()]).toEqual([500, '500 Internal Server Error\n']);
      expect(response.errors).toMatch(
        thrown instanceof Error ? /^Error: secret\n\s+at / : /^thrown: /,
      );
    },
  );

  test('logs what led to an error, and stops where that leads back to it', () => {
    const lost = new Error('connection lost');
    const down = new HttpError('503 Service Unavailable', { cause: lost });
    const ask = () => clientBetween(errors(), throwing(down)).get('/');
    expect(ask().errors).toMatch(
      /^HttpError: 503 Service Unavailable\n\s+at [^]*\nCaused by: Error: connection lost\n\s+at /,
    );
    lost.cause = down;
    expect(ask().errors.match(/^Caused by: /gm)).toHaveLength(5);
  });

  test('answers for a body that throws before anything is sent', async () => {
    const failing: Application = (_environ, startResponse) => {
      startResponse('200 OK', [
        ['Content-Length', '3'],
        ['X-Own', '1'],
      ]);
      return {
        [Symbol.iterator]: () => ({
          next() {
            throw new HttpError('409 Conflict');
          },
        }),
      };
    };
    const response = clientBetween(errors(), failing).get('/');
    expect([response.status, response.text(), response.header('x-own')]).toEqual([
      409,
      '409 Conflict\n',
      undefined,
    ]);
    const later: AsyncApplication = async () => {
      throw new HttpError('409 Conflict');
    };
    const unopened: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        [Symbol.iterator]() {
          throw new HttpError('409 Conflict');
        },
      };
    };
    expect(clientBetween(errors(), unopened).get('/').status).toBe(409);
    expect((await asyncClientBetween(errors(), later).get('/')).status).toBe(409);
    expect((await asyncClientBetween(errors(), failing).get('/')).status).toBe(409);
  });

  test('lets the server cut off a response that has begun', () => {
    const failing: Application = (_environ, startResponse) =>
      (function* () {
        startResponse('200 OK', []);
        yield octets('half');
        throw new Error('late');
      })();
    const response = clientBetween(errors(), failing).get('/');
    expect([response.status, response.text(), response.aborted]).toEqual([200, 'half', true]);
  });

  test.each([
    ['ERR_TSGI_INPUT_TOO_LARGE', 413],
    ['ERR_TSGI_INPUT_ABORTED', 400],
    ['ERR_TSGI_BODY', 500],
  ])('answers %s with %i', (code, status) => {
    const thrown = Object.assign(new Error('input'), { code });
    const response = clientBetween(errors(), throwing(thrown)).post('/', { body: 'x' });
    expect([response.status, response.errors === '']).toEqual([status, status < 500]);
  });

  test('replaces a response that had begun when undefined was thrown', () => {
    const failing: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      throw undefined;
    };
    const response = clientBetween(errors(), failing).get('/');
    expect([response.status, response.errors]).toEqual([500, 'thrown: undefined\n']);
  });

  test('writes an answer in the look of the site', () => {
    const middleware = errors({
      render: ({ status, detail }, environ) =>
        environ.PATH_INFO === '/own'
          ? { type: 'text/x-own', text: `${status} ë ${detail}` }
          : undefined,
    });
    const client = clientBetween(
      middleware,
      throwing(new HttpError('409 Conflict', { detail: 'x' })),
    );
    const own = client.get('/own');
    expect([own.status, own.header('content-type'), own.text()]).toEqual([
      409,
      'text/x-own',
      '409 Conflict ë x',
    ]);
    expect(own.header('vary')).toBe(undefined);
    expect(client.get('/').text()).toBe('409 Conflict\nx\n');
  });

  test('asks how an error of another kind is answered', () => {
    const middleware = errors({
      convert: (error) =>
        error instanceof RangeError ? new HttpError('400 Bad Request') : undefined,
    });
    expect(clientBetween(middleware, throwing(new RangeError('x'))).get('/').status).toBe(400);
    expect(clientBetween(middleware, throwing(new Error('x'))).get('/').status).toBe(500);
  });
});
