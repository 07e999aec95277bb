import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, createAsyncClient } from '@tsgi/testing';
import type { Application } from '@tsgi/types';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { escapeControls } from '../../src/log/error-log.ts';
import { type Logs, type LogSettings, openLogs } from '../../src/log/logs.ts';
import { wrapApplication, type WrapSettings } from '../../src/log/wrap-application.ts';

let folder = '';
let logs: Logs | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgi-log-'));
});

afterEach(() => {
  logs?.close();
  logs = undefined;
  rmSync(folder, { recursive: true });
});

function open(settings: Partial<LogSettings> = {}): Logs {
  logs = openLogs({
    accessLog: join(folder, 'access'),
    accessLogFormat: undefined,
    accessLogSkip: [],
    errorLog: join(folder, 'error'),
    logLevel: 'info',
    color: 'auto',
    healthPath: undefined,
    ...settings,
  });
  return logs;
}

function lines(name: 'access' | 'error'): string[] {
  logs?.reopen();
  return readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
}

const RECORD = {
  method: 'GET',
  target: '/healthz?x',
  protocol: 'HTTP/1.1',
  remoteAddress: '192.0.2.1',
  status: 200,
  bytesSent: 3,
  startedAt: 0,
  duration: 1,
  aborted: false,
};

describe('openLogs', () => {
  test('writes the combined format to a file unless it is told otherwise', () => {
    open().access?.write(RECORD);
    expect(lines('access')).toEqual([
      '192.0.2.1 - - [01/Jan/1970:00:00:00 +0000] "GET /healthz?x HTTP/1.1" 200 3 "-" "-"',
    ]);
  });

  test('writes JSON to both logs', () => {
    const { access, error } = open({ accessLogFormat: 'json' });
    access?.write(RECORD);
    error.warn('two\nlines');
    expect(JSON.parse(lines('access').join(''))).toMatchObject({ 'url.path': '/healthz' });
    expect(JSON.parse(lines('error').join(''))).toMatchObject({
      severity_text: 'WARN',
      'process.pid': process.pid,
      body: 'two\nlines',
    });
  });

  test('leaves out successful requests for paths that are skipped, and the health path', () => {
    const { access } = open({ accessLogSkip: ['/healthz'], healthPath: '/up' });
    access?.write(RECORD);
    access?.write({ ...RECORD, target: '/up' });
    access?.write({ ...RECORD, status: 503 });
    access?.write({ ...RECORD, aborted: true });
    access?.write({ ...RECORD, target: '/healthz/' });
    access?.write({ ...RECORD, status: undefined });
    expect(lines('access')).toHaveLength(4);
  });

  test('has no access log where it is off', () => {
    expect(open({ accessLog: 'off' }).access).toBeUndefined();
  });

  test('says which file cannot be opened', () => {
    expect(() => open({ errorLog: '/absent/error' })).toThrow(
      /cannot open the error log \/absent\/error: ENOENT/,
    );
  });
});

describe('ErrorLog', () => {
  test('writes time, level and process before each message, on one line', () => {
    const { error } = open();
    error.error('first\n    at second\n');
    error.debug('left out');
    error.info('third');
    const [first, second, ...more] = lines('error');
    expect(first).toMatch(
      new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ERROR ${process.pid} first\\\\n {4}at second$`),
    );
    expect(second).toMatch(/ INFO \d+ third$/);
    expect(more).toEqual([]);
  });

  test('takes what the application writes, whatever it is', () => {
    const { error } = open();
    error.stream.write('forged\n2026-01-01T00:00:00.000Z ERROR 1 by a client\u001b[2J\u2028');
    error.stream.write(3 as never);
    error.stream.write('x'.repeat(100_000));
    const [first, second, third] = lines('error');
    expect(first).toMatch(
      / forged\\n2026-01-01T00:00:00\.000Z ERROR 1 by a client\\x1b\[2J\\u2028$/,
    );
    expect(second).toMatch(/ 3$/);
    expect(third?.length).toBeLessThan(40_000);
  });

  test('lets no text begin a line or steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/\p{Cc}|[\u2028-\u202e]/u);
      }),
    );
  });
});

describe('wrapApplication', () => {
  const SETTINGS: WrapSettings = {
    profile: undefined,
    forwardedAllowIps: [],
    healthPath: undefined,
    lint: false,
    proxyProtocol: 'off',
  };
  const address: Application = (environ, startResponse) => {
    startResponse('200 OK', []);
    return [new TextEncoder().encode(environ.REMOTE_ADDR)];
  };
  const wrap = (
    application: Application,
    settings: Partial<WrapSettings>,
    development = false,
  ): ReturnType<typeof wrapApplication> =>
    wrapApplication({ application, profile: 'sync' }, { ...SETTINGS, ...settings }, open(), {
      development,
    });
  const clientOf = (wrapped: ReturnType<typeof wrap>): ReturnType<typeof createClient> =>
    createClient(wrapped.application as Application, { lint: false });

  test('adds nothing that was not asked for', () => {
    const wrapped = wrap(address, {});
    expect(wrapped.application).toBe(address);
    expect(wrapped.serveHooks.proxyProtocol).toBe('off');
  });

  test('believes trusted proxies', () => {
    const headers = { 'X-Forwarded-For': '192.0.2.7' };
    const trusting = clientOf(wrap(address, { forwardedAllowIps: ['127.0.0.1'] }));
    expect(trusting.get('/', { headers }).text()).toBe('192.0.2.7');
    logs?.close();
    const other = clientOf(wrap(address, { forwardedAllowIps: ['10.0.0.1'] }));
    expect(other.get('/', { headers }).text()).toBe('127.0.0.1');
  });

  test('answers the health path, with 503 while it drains', () => {
    const wrapped = wrap(address, { healthPath: '/up' });
    expect(clientOf(wrapped).get('/up').status).toBe(200);
    wrapped.setDraining();
    expect(clientOf(wrapped).get('/up').status).toBe(503);
    expect(clientOf(wrapped).get('/').status).toBe(200);
  });

  const short: Application = (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Length', '5']]);
    return [new TextEncoder().encode('four')];
  };

  test('logs findings of the lint in service, and changes nothing', () => {
    const response = clientOf(wrap(short, { lint: true })).get('/');
    expect([response.status, response.aborted]).toEqual([200, true]);
    expect(lines('error').join('\n')).toMatch(/ WARN \d+ lint \(application\): APP-CL-MATCH: /);
  });

  test('shows errors and findings as pages in development', () => {
    const broken: Application = () => {
      throw new Error('broken');
    };
    expect(
      clientOf(wrap(broken, {}, true))
        .get('/')
        .text(),
    ).toContain('Error: broken');
    logs?.close();
    const silent: Application = function* silent(_environ, startResponse) {
      startResponse('200 OK', [['status', '1']]);
      yield new Uint8Array(0);
    };
    const page = clientOf(wrap(silent, { lint: true }, true))
      .get('/')
      .text();
    expect(page).toMatch(/LintError: [A-Z-]+: /);
  });

  test('lints the asynchronous profile', async () => {
    const wrapped = wrapApplication(
      { application: async (...call) => short(...call), profile: 'async' },
      { ...SETTINGS, lint: true },
      open(),
    );
    await createAsyncClient(wrapped.application, { lint: false }).get('/');
    expect(lines('error').join('\n')).toContain('APP-CL-MATCH');
  });
});
