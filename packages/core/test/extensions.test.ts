import type { HeaderList } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import {
  ALL,
  code,
  type Env,
  MALFORMED,
  offered,
  type Start,
  wants,
} from './extensions-fixture.ts';
import { octets, RecordingSink, run, type RunOptions } from './gateway-fixture.ts';

function keysOf(options: RunOptions): string[] {
  let keys: string[] = [];
  run((environ: Env, start: Start) => {
    keys = Object.keys(environ);
    start('200 OK', []);
    return [];
  }, options);
  return keys;
}

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
      expect(() => start('200', [])).toThrow(code('ERR_TSGI_STATUS'));
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
        expect(() => environ['tsgi.early_hints'](headers)).toThrow(code(expected));
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
