import { fileURLToPath } from 'node:url';
import type { Application, AsyncApplication } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { parseStack } from '../src/dev-errors/describe-error.ts';
import { describeError, devErrors } from '../src/dev-errors.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const HTML = { headers: { Accept: 'text/html,*/*;q=0.8' } };

const throwing: Application = () => {
  throw new RangeError('too <big>', { cause: new Error('the root') });
};

describe('parseStack', () => {
  test('reads frames of V8 and JavaScriptCore and the head of a syntax error', () => {
    const stack = [
      'file:///app/a%20b.mjs:3',
      'const a = ;',
      '          ^',
      "SyntaxError: Unexpected token ';'",
      '    at Object.run [as call] (/app/node_modules/x/y.js:10:5)',
      '    at async file:///app/main.mjs?v=2:7:1',
      '    at node:internal/modules:1:2',
      'inner@/app/jsc.js:4:2',
      '    at <anonymous>',
    ].join('\n');
    const frames = parseStack(stack).map(({ name, file, line, own }) => [name, file, line, own]);
    expect(frames).toEqual([
      [undefined, '/app/a b.mjs', 3, true],
      ['Object.run [as call]', '/app/node_modules/x/y.js', 10, false],
      [undefined, '/app/main.mjs', 7, true],
      [undefined, 'node:internal/modules', 1, false],
      ['inner', '/app/jsc.js', 4, true],
    ]);
  });
});

describe('describeError', () => {
  test.each([
    [undefined, 'undefined'],
    ['text', 'text'],
    [null, 'null'],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
      'a value that cannot be shown',
    ],
  ])('describes what is no error: %#', (value, message) => {
    expect(describeError(value)).toMatchObject({ name: 'thrown', message, causes: [] });
  });

  test('follows causes once', () => {
    const error = new Error('a');
    error.cause = new TypeError('b', { cause: error });
    expect(describeError(error).causes.map(({ message }) => message)).toEqual(['b']);
  });
});

describe('devErrors', () => {
  test('answers a throw with a page that has stack and source', () => {
    const response = clientBetween(devErrors(), throwing).get('/p?q', HTML);
    expect(response.status).toBe(500);
    expect(response.header('content-type')).toBe('text/html; charset=utf-8');
    expect(response.header('content-security-policy')).toContain("default-src 'none'");
    const page = response.text();
    expect(page).toContain('GET /p?q failed');
    expect(page).toContain('RangeError: too &lt;big&gt;');
    expect(page).toContain('caused by Error: the root');
    expect(page).toContain(THIS_FILE);
    expect(page).toMatch(/<mark>.*throw new RangeError/);
    expect(response.errors).toContain('RangeError: too <big>');
  });

  test('answers with JSON or text those who do not accept HTML', () => {
    const client = clientBetween(devErrors(), throwing);
    const json = client.get('/', { headers: { Accept: 'application/json' } }).json();
    expect(json).toMatchObject({ error: { name: 'RangeError' } });
    expect(json).toHaveProperty('error.frames.0.file', THIS_FILE);
    const text = client.get('/').text();
    expect(text).toMatch(/^GET \/ failed\n\nRangeError: too <big>\n {4}at throwing /);
    expect(text).toMatch(/ {2}> \d+ \| {3}throw new RangeError/);
  });

  test('lets no field of the request become markup, and hides what is secret', () => {
    const headers = {
      ...HTML.headers,
      'X-A': '<script>',
      Cookie: 'id=1',
      Authorization: 'Basic x',
    };
    const page = clientBetween(devErrors(), throwing).get('/', { headers }).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/id=1|Basic x/);
  });

  test('answers for a body that throws before it has yielded anything', () => {
    const application: Application = function* broken(_environ, startResponse) {
      startResponse('200 OK', [['Content-Length', '5']]);
      yield new Uint8Array(0);
      throw new Error('late');
    };
    const response = clientBetween(devErrors(), application).get('/');
    expect(response.status).toBe(500);
    expect(response.text()).toContain('Error: late');
  });

  test('adds nothing to a response that has begun', () => {
    const application: Application = function* broken(_environ, startResponse) {
      startResponse('200 OK', []);
      yield octets('begun');
      throw new Error('late');
    };
    const response = clientBetween(devErrors(), application).get('/', HTML);
    expect([response.status, response.text(), response.aborted]).toEqual([200, 'begun', true]);
    expect(response.errors).toContain('late');
  });

  test('closes the body that it stands for', () => {
    const calls: string[] = [];
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        *[Symbol.iterator]() {
          try {
            yield octets('a');
            yield octets('b');
          } finally {
            calls.push('return');
          }
        },
        close: () => void calls.push('close'),
      };
    };
    const client = clientBetween(devErrors(), application);
    expect(client.get('/').text()).toBe('ab');
    expect(client.get('/', { leaveAfter: 1 }).aborted).toBe(true);
    expect(calls).toEqual(['return', 'close', 'return', 'close']);
  });

  test('passes an Array on as it is', () => {
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return [octets('whole')];
    };
    expect(clientBetween(devErrors(), application).get('/').header('content-length')).toBe('5');
  });

  test('serves the asynchronous profile', async () => {
    const rejecting: AsyncApplication = async () => {
      throw new Error('rejected');
    };
    const failing: AsyncApplication = async (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        async *[Symbol.asyncIterator]() {
          yield new Uint8Array(0);
          throw new Error('generated');
        },
      };
    };
    const sound: AsyncApplication = async (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        async *[Symbol.asyncIterator]() {
          yield octets('fine');
        },
      };
    };
    expect((await asyncClientBetween(devErrors(), rejecting).get('/')).text()).toContain(
      'rejected',
    );
    expect((await asyncClientBetween(devErrors(), failing).get('/')).text()).toContain('generated');
    expect((await asyncClientBetween(devErrors(), sound).get('/')).text()).toBe('fine');
  });

  test('shows nothing to other machines unless it is told to', () => {
    const remoteAddress = '192.0.2.1';
    const hidden = clientBetween(devErrors(), throwing, { remoteAddress }).get('/', HTML);
    expect(hidden.text()).toBe('500 Internal Server Error\n');
    const shown = clientBetween(devErrors({ remote: true }), throwing, { remoteAddress });
    expect(shown.get('/', HTML).text()).toContain('RangeError');
    const local = clientBetween(devErrors(), throwing, { remoteAddress: '::1' });
    expect(local.get('/', HTML).text()).toContain('RangeError');
  });

  test('answers a throw of undefined', () => {
    const application: Application = () => {
      throw undefined;
    };
    expect(clientBetween(devErrors(), application).get('/').text()).toContain('thrown: undefined');
  });

  test('refuses a wrong option by name', () => {
    expect(() => devErrors({ remote: 'yes' as never })).toThrow(/devErrors: remote .*yes/);
  });
});
