import type { HeaderList } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { GatewayExtensions } from '../src/extensions.ts';
import { octets, RecordingSink, run, type RunOptions } from './gateway-fixture.ts';

type Start = (status: string, headers: unknown, error?: unknown) => void;
interface Env {
  readonly [key: string]: unknown;
  readonly 'tsgi.flush_headers': () => void;
  readonly 'tsgi.early_hints': (headers: unknown) => void;
  readonly 'tsgi.trailers': (trailers: unknown) => void;
  readonly 'tsgi.on_finish': (callback: () => void) => void;
}

const code = (value: string) => expect.objectContaining({ code: value });
const wants = { headers: ['Host', 'h', 'TE', 'deflate;q=0.5, Trailers'] };
const ALL: GatewayExtensions = {
  flushHeaders: true,
  earlyHints: true,
  trailers: true,
  rawHeaders: true,
};

function offered(application: unknown, options: RunOptions = {}) {
  return run(application, { offer: ALL, ...options });
}

function keysOf(options: RunOptions): string[] {
  let keys: string[] = [];
  run((environ: Env, start: Start) => {
    keys = Object.keys(environ);
    start('200 OK', []);
    return [];
  }, options);
  return keys;
}

/** What startResponse and its neighbours refuse. */
const MALFORMED: ReadonlyArray<[unknown, string]> = [
  ['Link: x', 'ERR_TSGI_HEADERS'],
  [[['Link']], 'ERR_TSGI_HEADERS'],
  [[['Li nk', 'x']], 'ERR_TSGI_HEADER_NAME'],
  [[['Link', 'x\r\ny']], 'ERR_TSGI_HEADER_VALUE'],
  [[['Connection', 'close']], 'ERR_TSGI_HEADER_HOP'],
  [[['Trailer', 'x']], 'ERR_TSGI_HEADER_HOP'],
];

describe('the optional entries of environ', () => {
  const entries = [
    'tsgi.flush_headers',
    'tsgi.early_hints',
    'tsgi.trailers',
    'tsgi.raw_headers',
    'tsgi.signal',
    'tsgi.state',
    'tsgi.file_wrapper',
    'tsgi.tls',
  ];

  test('are absent where the gateway offers none', () => {
    const keys = keysOf({ head: wants });
    expect(keys.filter((key) => entries.includes(key))).toEqual([]);
  });

  test('are absent where the sink cannot do what they stand for', () => {
    const sink = new RecordingSink();
    Object.assign(sink, {
      flushHead: undefined,
      writeInterim: undefined,
      endWithTrailers: undefined,
    });
    const keys = keysOf({ head: wants, sink, offer: ALL });
    expect(keys.filter((key) => entries.includes(key))).toEqual(['tsgi.raw_headers']);
  });

  test('are own data properties that can be written', () => {
    offered(
      (environ: Env, start: Start) => {
        for (const key of entries.slice(0, 4)) {
          expect(Object.getOwnPropertyDescriptor(environ, key)).toMatchObject({
            writable: true,
            enumerable: true,
            configurable: true,
          });
        }
        start('200 OK', []);
        return [];
      },
      { head: wants },
    );
  });

  test('keep hints and trailers from HTTP/1.0', () => {
    const keys = keysOf({ head: { ...wants, protocol: 'HTTP/1.0' }, offer: ALL });
    expect(keys).not.toContain('tsgi.early_hints');
    expect(keys).not.toContain('tsgi.trailers');
    expect(keys).toContain('tsgi.flush_headers');
  });

  test.each([
    [['TE', 'trailers'], true],
    [['te', 'gzip, TRAILERS'], true],
    [['TE', 'gzip', 'TE', 'trailers'], true],
    [['TE', 'trailers-not'], false],
    [['TE', ''], false],
    [[], false],
  ])('offer trailers for %j: %j', (fields, present) => {
    const keys = keysOf({ head: { headers: ['Host', 'h', ...fields] }, offer: ALL });
    expect(keys.includes('tsgi.trailers')).toBe(present);
  });

  test('share one state and the facts of the connection', () => {
    const state = Object.create(null) as Record<string, unknown>;
    const tls = Object.freeze({ version: 'TLSv1.3' });
    run(
      (environ: Env, start: Start) => {
        expect(environ['tsgi.state']).toBe(state);
        expect(environ['tsgi.tls']).toBe(tls);
        start('200 OK', []);
        return [];
      },
      { offer: { state }, connection: { tls } },
    );
    expect(Reflect.ownKeys(state)).toEqual([]);
  });
});

describe('tsgi.raw_headers', () => {
  test('holds every field line as received, fresh for each request', () => {
    const headers = ['Host', 'h', 'x_Y', '1', 'X-a', '', 'x-A', '\xe9', 'TE', 'trailers'];
    const lists: HeaderList[] = [];
    for (let count = 0; count < 2; count++) {
      offered(
        (environ: Env, start: Start) => {
          lists.push(environ['tsgi.raw_headers'] as HeaderList);
          start('200 OK', []);
          return [];
        },
        { head: { headers } },
      );
    }
    expect(lists[0]).toEqual([
      ['Host', 'h'],
      ['x_Y', '1'],
      ['X-a', ''],
      ['x-A', '\xe9'],
      ['TE', 'trailers'],
    ]);
    expect(lists[1]).not.toBe(lists[0]);
    expect(lists[1]?.[0]).not.toBe(lists[0]?.[0]);
  });

  test('prefers what was received to what was derived from it', () => {
    offered(
      (environ: Env, start: Start) => {
        expect(environ['HTTP_HOST']).toBe('derived');
        expect(environ['tsgi.raw_headers']).toEqual([['x', '1']]);
        start('200 OK', []);
        return [];
      },
      {
        head: { protocol: 'HTTP/2', headers: ['host', 'derived', 'x', '1'], received: ['x', '1'] },
      },
    );
  });
});

describe('tsgi.flush_headers', () => {
  test('commits and sends the head at the call', () => {
    const sink = new RecordingSink();
    offered(
      (environ: Env, start: Start) => {
        start('200 OK', [['X-A', '1']]);
        environ['tsgi.flush_headers']();
        expect(sink.trace).toEqual(['head 200', 'flush']);
        expect(() => start('201 Made', [])).toThrow(code('ERR_TSGI_ALREADY_STARTED'));
        const given = new Error('given');
        expect(() => start('500 Oh', [], given)).toThrow(given);
        environ['tsgi.flush_headers']();
        return [octets('a')];
      },
      { sink },
    );
    expect(sink.trace).toEqual(['head 200', 'flush', 'chunk a', 'end']);
    expect(sink.head?.headers).toEqual(['X-A', '1']);
  });

  test('throws while nothing is set, also after a call that failed, and changes nothing', () => {
    const { sink } = offered((environ: Env, start: Start) => {
      expect(environ['tsgi.flush_headers']).toThrow(code('ERR_TSGI_NOT_STARTED'));
      expect(() => start('200', [])).toThrow();
      expect(environ['tsgi.flush_headers']).toThrow(code('ERR_TSGI_NOT_STARTED'));
      start('404 Gone', [], new Error('replaced'));
      return [];
    });
    expect(sink.trace).toEqual(['head 404', 'end']);
  });

  test('does nothing after the end', () => {
    let late: (() => void) | undefined;
    const { sink } = offered((environ: Env, start: Start) => {
      late = environ['tsgi.flush_headers'];
      start('200 OK', []);
      return [];
    });
    late?.();
    expect(sink.trace).toEqual(['head 200', 'end']);
  });

  test('cuts the response off at a fault, though no content was sent', () => {
    const { sink, faults } = offered((environ: Env, start: Start) => {
      start('200 OK', []);
      environ['tsgi.flush_headers']();
      throw new Error('late');
    });
    expect(sink.trace).toEqual(['head 200', 'flush', 'abort']);
    expect(faults).toEqual([new Error('late')]);
  });

  test('hands a response without content over', () => {
    const outcomes: unknown[] = [];
    const sink = new RecordingSink();
    sink.allowed = 0;
    const { exchange } = offered(
      (environ: Env, start: Start) => {
        (environ['tsgi.on_finish'] as (callback: (outcome: unknown) => void) => void)((outcome) =>
          outcomes.push(outcome),
        );
        start('200 OK', []);
        environ['tsgi.flush_headers']();
        return new Set([octets('a')]);
      },
      { sink, head: { method: 'HEAD' } },
    );
    exchange.disconnect();
    expect(outcomes).toEqual([{ status: 200, bytesSent: 0, aborted: false }]);
  });

  test('keeps the length of 205 and adds none to HEAD', () => {
    for (const [status, method, headers] of [
      ['205 Reset', 'GET', ['Content-Length', '0']],
      ['200 OK', 'HEAD', []],
    ] as const) {
      const { sink } = offered(
        (environ: Env, start: Start) => {
          start(status, []);
          environ['tsgi.flush_headers']();
          return method === 'HEAD' ? [octets('a')] : [];
        },
        { head: { method } },
      );
      expect(sink.head?.headers).toEqual(headers);
    }
  });
});

describe('tsgi.early_hints', () => {
  test('sends one interim response for each call, at the call', () => {
    const sink = new RecordingSink();
    offered(
      (environ: Env, start: Start) => {
        environ['tsgi.early_hints']([
          ['Link', '<a>'],
          ['link', '<b>'],
        ]);
        environ['tsgi.early_hints']([['X-C', 'c']]);
        environ['tsgi.early_hints']([]);
        expect(sink.trace).toHaveLength(2);
        start('200 OK', [['X-A', '1']]);
        environ['tsgi.early_hints']([['Link', '<d>']]);
        return [];
      },
      { sink },
    );
    expect(sink.trace).toEqual([
      'interim 103 Early Hints Link|<a>|link|<b>',
      'interim 103 Early Hints X-C|c',
      'interim 103 Early Hints Link|<d>',
      'head 200',
      'end',
    ]);
    expect(sink.head?.headers).toEqual(['X-A', '1', 'Content-Length', '0']);
  });

  test.each([...MALFORMED, [[['content-length', '3']], 'ERR_TSGI_HEADER_NAME']])(
    'refuses %j with %s and sends nothing',
    (headers, expected) => {
      const { sink } = offered((environ: Env, start: Start) => {
        expect(() => environ['tsgi.early_hints'](headers)).toThrow(code(expected as string));
        start('200 OK', []);
        return [];
      });
      expect(sink.trace).toEqual(['head 200', 'end']);
    },
  );

  test('leaves a fault its 500', () => {
    const { sink } = offered((environ: Env) => {
      environ['tsgi.early_hints']([['Link', '<a>']]);
      throw new Error('no');
    });
    expect(sink.trace.slice(0, 2)).toEqual(['interim 103 Early Hints Link|<a>', 'head 500']);
  });

  test('sends nothing after the commit and after the end', () => {
    let hint: ((headers: unknown) => void) | undefined;
    const { sink } = offered(function* app(environ: Env, start: Start) {
      hint = environ['tsgi.early_hints'];
      start('200 OK', []);
      yield octets('a');
      hint([['Link', '<a>']]);
    });
    hint?.([['Link', '<a>']]);
    expect(() => hint?.('none')).toThrow(code('ERR_TSGI_HEADERS'));
    expect(sink.trace).toEqual(['head 200', 'chunk a', 'end']);
  });
});

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
