import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Application, AsyncApplication, Environ } from '@tsgi/types';
import {
  type AccessFormatter,
  accessLog,
  type AccessLogOptions,
  type AccessRecord,
  ATOMS,
  compileFormat,
  devFormat,
  formatCombined,
  formatJson,
} from '../src/access-log.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const RECORD: AccessRecord = {
  method: 'GET',
  target: '/a?b=1',
  protocol: 'HTTP/1.1',
  remoteAddress: '192.0.2.1',
  requestHeaders: [
    'Host',
    'h',
    'User-Agent',
    'curl/8',
    'Referer',
    'http://r/',
    'X-A',
    '1',
    'x-a',
    '2',
  ],
  status: 200,
  responseHeaders: ['Content-Type', 'text/plain', 'X-Request-Id', 'r1'],
  bytesSent: 12,
  bytesReceived: 3,
  startedAt: Date.UTC(2026, 10, 20, 12, 56, 39, 7),
  duration: 1234.5678,
  aborted: false,
};

const hello: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['X-Out', 'o']]);
  return [octets('hello')];
};

function logOf(options: AccessLogOptions = {}): {
  lines: string[];
  middleware: ReturnType<typeof accessLog>;
} {
  const lines: string[] = [];
  return { lines, middleware: accessLog({ write: (line) => void lines.push(line), ...options }) };
}

const withEnviron = (entries: Record<string, unknown>): AccessRecord => ({
  ...RECORD,
  environ: entries as unknown as Environ,
});

describe('formatCombined', () => {
  test('writes what Apache calls the combined log format', () => {
    expect(formatCombined(RECORD)).toBe(
      '192.0.2.1 - - [20/Nov/2026:12:56:39 +0000] "GET /a?b=1 HTTP/1.1" 200 12 "http://r/" "curl/8"',
    );
  });

  test('marks a response that was cut off', () => {
    expect(formatCombined({ ...RECORD, status: undefined, aborted: true })).toMatch(
      / HTTP\/1\.1" - 12 "http:\/\/r\/" "curl\/8" ~$/,
    );
  });

  test('writes - for a request line that could not be read', () => {
    const refused = { ...RECORD, method: undefined, target: undefined, status: 400, bytesSent: 0 };
    expect(formatCombined(refused)).toMatch(/\] "-" 400 - /);
  });
});

describe('compileFormat', () => {
  test.each([
    ['%h %l %u %t', '192.0.2.1 - - [20/Nov/2026:12:56:39 +0000]'],
    ['%m %U %q %H', 'GET /a b=1 HTTP/1.1'],
    ['%s %>s %B %b', '200 200 12 12'],
    ['%T %M %D %L', '1 1234 1234567 1.234568'],
    ['"%f" "%a"', '"http://r/" "curl/8"'],
    ['%{x-a}i %{Content-Type}o %{NONE}e', '1,\\x202 text/plain -'],
    ['%(h)s %({X-Request-Id}o)s', '192.0.2.1 r1'],
    ['100%% %X', '100% -'],
    ['%p', String(process.pid)],
  ])('understands %s', (format, line) => {
    expect(compileFormat(format)(RECORD)).toBe(line);
  });

  test.each(['%Z', '%', '%{x}', '%{x}h', '%{}i', '%(Z)s', '%(h)', '%{x}t', '%{constructor}q'])(
    'refuses %s, which is no atom, and names it',
    (atom) => {
      expect(() => compileFormat(`%h ${atom}`)).toThrow(RangeError);
      expect(() => compileFormat(`%h ${atom}`)).toThrow(JSON.stringify(atom));
    },
  );

  test.each(['%h\n%h', 'é', '%h "%r', 'a\u007f'])('refuses the format %j', (format) => {
    expect(() => compileFormat(format)).toThrow(RangeError);
  });

  test('asks the environ for fields and entries where there is one', () => {
    const record = withEnviron({
      REMOTE_ADDR: '198.51.100.7',
      REMOTE_USER: 'ann b',
      HTTP_X_USER: 'from the wire',
      CONTENT_TYPE: 'text/css',
      'app.count': 3,
      'app.object': {},
    });
    const format = compileFormat(
      '%h %u %{X-User}i %{x_user}i %{content-type}i %{app.count}e %{app.object}e %{toString}e',
    );
    expect(format(record)).toBe('198.51.100.7 ann\\x20b from\\x20the\\x20wire - text/css 3 - -');
  });
});

describe('formatJson', () => {
  test('has the names of OpenTelemetry', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const record = {
      ...RECORD,
      requestHeaders: [...(RECORD.requestHeaders ?? []), 'traceparent', traceparent],
    };
    expect(JSON.parse(formatJson(record))).toEqual({
      time: '2026-11-20T12:56:39.007Z',
      'http.request.method': 'GET',
      'url.path': '/a',
      'url.query': 'b=1',
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
      'http.request.body.size': 3,
      'http.response.body.size': 12,
      duration_ms: 1234.568,
      'client.address': '192.0.2.1',
      'network.peer.address': '192.0.2.1',
      'user_agent.original': 'curl/8',
      'http.request.header.referer': ['http://r/'],
      request_id: 'r1',
      trace_id: 'a'.repeat(32),
      span_id: 'b'.repeat(16),
      'process.pid': process.pid,
    });
  });

  test('tells client and proxy apart, and what the application threw', () => {
    const record = {
      ...withEnviron({
        REMOTE_ADDR: '198.51.100.7',
        SERVER_NAME: 's',
        SERVER_PORT: '80',
        'tsgi.url_scheme': 'https',
      }),
      aborted: true,
      error: Object.assign(new Error('x'), { code: 'ERR_TSGI_ABORTED' }),
    };
    expect(JSON.parse(formatJson(record))).toMatchObject({
      'client.address': '198.51.100.7',
      'network.peer.address': '192.0.2.1',
      'server.port': 80,
      'url.scheme': 'https',
      aborted: true,
      'error.type': 'ERR_TSGI_ABORTED',
    });
  });

  test.each([
    [new TypeError('x'), 'TypeError'],
    ['a string', '_OTHER'],
    [null, '_OTHER'],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
      '_OTHER',
    ],
  ])('names the kind of error %#', (error, type) => {
    expect(JSON.parse(formatJson({ ...RECORD, error }))).toHaveProperty(['error.type'], type);
  });
});

describe('devFormat', () => {
  test('writes a line for people', () => {
    expect(devFormat()({ ...RECORD, duration: 3.14 })).toMatch(
      /^\d\d:56:39 GET \/a\?b=1 200 3\.1 ms 12 B$/,
    );
    expect(devFormat()({ ...RECORD, bytesSent: 5000, aborted: true })).toMatch(
      / 1\.23 s 4\.9 KiB ~ aborted$/,
    );
  });

  test('colours the status where it is told to', () => {
    const line = devFormat({ color: true })({ ...RECORD, status: 404, bytesSent: 3 << 20 });
    expect(line).toContain('\u001b[33m404\u001b[0m');
    expect(line).toContain('3.0 MiB');
  });
});

const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom('"', '\\', '\n', '\r', '\t', ' ', '\u001b[2J', '\u2028', '\u0085', '" 200 "'),
);
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));

const record = fc.record({
  method: text,
  target: text,
  protocol: text,
  referer: text,
  agent: text,
  user: text,
  address: text,
});

function recordOf(made: Record<string, string>): AccessRecord {
  return {
    ...RECORD,
    method: made['method'] ?? '',
    target: made['target'] ?? '',
    protocol: made['protocol'] ?? '',
    environ: {
      REMOTE_ADDR: made['address'],
      REMOTE_USER: made['user'],
      HTTP_REFERER: made['referer'],
      HTTP_USER_AGENT: made['agent'],
    } as unknown as Environ,
  };
}

/** The fields of a line as a careful reader of the format finds them. */
function readFields(line: string): string[] {
  const found = line.match(/\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^ ]+/g) ?? [];
  return found.map((field) => unescape(field.replace(/^"(.*)"$/, '$1')));
}

function unescape(field: string): string {
  return field.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(["\\]))/g, (_all, two, four, plain) =>
    plain === undefined ? String.fromCharCode(Number.parseInt(two ?? four, 16)) : plain,
  );
}

describe('every format', () => {
  const formats: ReadonlyArray<readonly [string, AccessFormatter]> = [
    ['combined', formatCombined],
    ['json', formatJson],
    ['dev', devFormat()],
    [
      'all atoms',
      compileFormat(
        Object.keys(ATOMS)
          .map((letter) => `%${letter}`)
          .join(' '),
      ),
    ],
  ];

  test.each(formats)('%s is one line of printable ASCII, whatever was sent', (_name, format) => {
    fc.assert(
      fc.property(record, (made) => {
        expect(format(recordOf(made))).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('lets a reader of the combined format find every field as it was sent', () => {
    fc.assert(
      fc.property(record, (made) => {
        const fields = readFields(formatCombined(recordOf(made)));
        expect(fields).toEqual([
          made.address || '-',
          '-',
          made.user || '-',
          '[20/Nov/2026:12:56:39 +0000]',
          `${made.method} ${made.target} ${made.protocol}`,
          '200',
          '12',
          made.referer || '-',
          made.agent || '-',
        ]);
      }),
    );
  });

  test('lets a parser of JSON find every value as it was sent', () => {
    fc.assert(
      fc.property(record, (made) => {
        const read = JSON.parse(formatJson(recordOf(made))) as Record<string, unknown>;
        expect(read['user_agent.original']).toBe(made.agent);
        expect(read['user.name']).toBe(made.user);
        expect(read['http.request.method']).toBe(made.method);
      }),
    );
  });
});

describe('accessLog', () => {
  test('writes one line when the response is over', () => {
    const { lines, middleware } = logOf({ format: '%m %U %s %B %{x-out}o' });
    const response = clientBetween(middleware, hello).get('/p?q');
    expect(response.text()).toBe('hello');
    expect(lines).toEqual(['GET /p 200 5 o\n']);
  });

  test('has a line for an application that throws', () => {
    const { lines, middleware } = logOf({ format: 'json' });
    const client = clientBetween(middleware, () => {
      throw new RangeError('broken');
    });
    expect(client.get('/').status).toBe(500);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      'http.response.status_code': 500,
      'error.type': 'RangeError',
    });
  });

  test('marks a response that the client did not wait for', () => {
    const { lines, middleware } = logOf({ format: '%s %B %X' });
    const application: Application = function* two(_environ, startResponse) {
      startResponse('200 OK', []);
      yield octets('one');
      yield octets('two');
    };
    const response = clientBetween(middleware, application).get('/', { leaveAfter: 3 });
    expect(response.aborted).toBe(true);
    expect(lines).toEqual(['200 3 X\n']);
  });

  test('sees what the application makes of the environ', () => {
    const { lines, middleware } = logOf({ format: '%u' });
    clientBetween(middleware, (environ, startResponse) => {
      environ.REMOTE_USER = 'ann';
      return hello(environ, startResponse);
    }).get('/');
    expect(lines).toEqual(['ann\n']);
  });

  test('leaves out what it is told to', () => {
    const { lines, middleware } = logOf({ skip: ({ target }) => target === '/healthz' });
    const client = clientBetween(middleware, hello);
    client.get('/healthz');
    client.get('/x');
    expect(lines).toHaveLength(1);
  });

  test('serves the asynchronous profile', async () => {
    const { lines, middleware } = logOf({ format: '%s %B' });
    const application: AsyncApplication = async (_environ, startResponse) => {
      await Promise.resolve();
      startResponse('201 Created', []);
      return [octets('made')];
    };
    const response = await asyncClientBetween(middleware, application).post('/');
    expect(response.status).toBe(201);
    expect(lines).toEqual(['201 4\n']);
  });

  test('refuses wrong options by name', () => {
    expect(() => accessLog({ write: 'file' as never })).toThrow(/accessLog: write is a function/);
    expect(() => accessLog({ skip: '/x' as never })).toThrow(/accessLog: skip is a function/);
    expect(() => accessLog({ format: 'apache' as never })).toThrow(/combined, json, dev/);
    expect(() => accessLog({ format: '%Z' })).toThrow(/%Z/);
  });
});
