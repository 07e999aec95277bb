import type { HeaderList } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { code, type Env, MALFORMED, offered, type Start, wants } from './extensions-fixture.ts';
import { octets, type RunOptions } from './gateway-fixture.ts';

describe('tsgi.trailers', () => {
  const respond = (
    list: unknown,
    body: Iterable<Uint8Array>,
    options: RunOptions & { readonly headers?: HeaderList; readonly status?: string } = {},
  ) =>
    offered(
      (environ: Env, start: Start) => {
        environ['tsgi.trailers'](list);
        start(options.status ?? '200 OK', options.headers ?? []);
        return body;
      },
      { ...options, head: { ...wants, ...options.head } },
    ).sink;

  test('go behind the content of an array, announced and without a length', () => {
    const sink = respond(
      [
        ['X-B', '2'],
        ['X-A', '1'],
        ['x-b', '3'],
      ],
      [octets('a')],
    );
    expect(sink.head?.headers).toEqual(['Trailer', 'x-b, X-A']);
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'end X-B|2|X-A|1|x-b|3']);
  });

  test('go behind a body that yields nothing', () => {
    const sink = respond([['X-A', '1']], new Set());
    expect(sink.head?.headers).toEqual(['Trailer', 'X-A']);
    expect(sink.trace).toEqual(['head 200', 'end X-A|1']);
  });

  test('are those of the last call, set as late as the last pull', () => {
    const { sink } = offered(
      function* app(environ: Env, start: Start) {
        environ['tsgi.trailers']([['X-A', '']]);
        start('200 OK', []);
        yield octets('a');
        environ['tsgi.trailers']([['X-A', '2']]);
      },
      { head: wants },
    );
    expect(sink.head?.headers).toEqual(['Trailer', 'X-A']);
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'end X-A|2']);
  });

  test('can be withdrawn', () => {
    const { sink } = offered(
      (environ: Env, start: Start) => {
        environ['tsgi.trailers']([['X-A', '1']]);
        environ['tsgi.trailers']([]);
        start('200 OK', []);
        return [octets('a')];
      },
      { head: wants },
    );
    expect(sink.head?.headers).toEqual(['Content-Length', '1']);
    expect(sink.trace.at(-1)).toBe('end');
  });

  test.each([
    ['a length of the application', { headers: [['Content-Length', '1']] as HeaderList }],
    ['HEAD', { head: { method: 'HEAD' } }],
    ['204', { status: '204 No Content' }],
    ['304', { status: '304 Not Modified' }],
  ])('are discarded with %s', (_what, options) => {
    const sink = respond([['X-A', '1']], [octets('a')], options);
    expect(sink.head?.headers).not.toContain('Trailer');
    expect(sink.trace.at(-1)).toBe('end');
  });

  test('do not vouch for a response that is cut short', () => {
    const { sink } = offered(
      function* app(environ: Env, start: Start) {
        environ['tsgi.trailers']([['X-A', '1']]);
        start('200 OK', []);
        yield octets('a');
        throw new Error('late');
      },
      { head: wants },
    );
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'abort']);
  });

  test('go together with a length on HTTP/2', () => {
    const sink = respond([['X-A', '1']], [octets('a')], { head: { protocol: 'HTTP/2' } });
    expect(sink.head?.headers).toEqual(['Content-Length', '1', 'Trailer', 'X-A']);
    expect(sink.trace.at(-1)).toBe('end X-A|1');
  });

  test.each([
    ...MALFORMED,
    ...['Content-Length', 'HOST', 'Cache-Control', 'If-Match', 'Set-Cookie', 'Date', 'Vary'].map(
      (name): [unknown, string] => [[[name, '1']], 'ERR_TSGI_HEADER_NAME'],
    ),
    [[['Content-Type', 'a/b']], 'ERR_TSGI_HEADER_NAME'],
  ])('refuse %j with %s and keep what was set before', (list, expected) => {
    const { sink } = offered(
      (environ: Env, start: Start) => {
        environ['tsgi.trailers']([['X-A', '1']]);
        expect(() => environ['tsgi.trailers'](list)).toThrow(code(expected));
        start('200 OK', []);
        return [octets('a')];
      },
      { head: wants },
    );
    expect(sink.trace.at(-1)).toBe('end X-A|1');
  });

  test('come too late in close() and in a callback', () => {
    const errors: unknown[] = [];
    offered(
      (environ: Env, start: Start) => {
        const set = () => {
          try {
            environ['tsgi.trailers']([['X-A', '1']]);
          } catch (error) {
            errors.push(error);
          }
        };
        environ['tsgi.on_finish'](set);
        start('200 OK', []);
        return { [Symbol.iterator]: () => [octets('a')][Symbol.iterator](), close: set };
      },
      { head: wants },
    );
    expect(errors).toEqual([code('ERR_TSGI_ENDED'), code('ERR_TSGI_ENDED')]);
  });
});
