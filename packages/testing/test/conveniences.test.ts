import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@tsgi/server';
import type { Application, AsyncApplication, StatusLine } from '@tsgi/types';
import { afterEach, describe, expect, test } from 'vitest';
import { type AsyncClient, createAsyncClient, createClient, environFrom } from '../src/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- importing it adds the matchers
import '../src/vitest.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

// A small site: what it answers is told by the path.
const site: Application = (environ, startResponse) => {
  const [, word = '', rest = ''] = /^\/([^/]*)\/?(.*)$/.exec(environ.PATH_INFO) ?? [];
  const answer = (
    status: StatusLine,
    headers: ReadonlyArray<readonly [string, string]>,
    text = '',
  ) => {
    startResponse(status, headers);
    return [octets(text)];
  };
  switch (word) {
    case 'go':
      return answer(`${Number(rest)} Go` as StatusLine, [['Location', '../seen?x=1']]);
    case 'loop':
      return answer('302 Found', [['Location', '/loop']]);
    case 'away':
      return answer('302 Found', [['Location', 'https://other.test/']]);
    case 'set':
      return answer('302 Found', [
        ['Set-Cookie', `${rest}; Path=/; HttpOnly`],
        ['Location', '/seen'],
      ]);
    case 'status':
      return answer(`${Number(rest)} Told` as StatusLine, [], rest === '204' ? '' : 'why');
    default: {
      const input = new TextDecoder('latin1').decode(environ['tsgi.input'].read());
      const seen = [
        environ.REQUEST_METHOD,
        environ['HTTP_COOKIE'],
        environ['HTTP_AUTHORIZATION'],
        input,
      ];
      return answer('200 OK', [['Content-Type', 'application/json']], JSON.stringify(seen));
    }
  }
};

describe('createClient', () => {
  const client = createClient(site);

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'PUT', 'PUT', 'body'],
    [301, 'GET', 'GET', 'body'],
  ])('follows %i of %s with %s', (status, method, expected, input) => {
    const response = client.request(method, `/go/${status}`, { body: 'body', follow: true });
    expect(response.json()).toEqual([expected, null, null, input]);
    expect(response.history.map((one) => one.status)).toEqual([status]);
  });

  test('does not follow where it is not asked to', () => {
    expect(client.get('/go/302')).toHaveStatus('3xx');
  });

  test('ends an endless chain of redirects, and one that leads away', () => {
    expect(() => client.get('/loop', { follow: true })).toThrow(
      'GET /loop: more than 20 redirects',
    );
    expect(() => client.get('/away', { follow: true })).toThrow(
      'redirected to another host, https://other.test/',
    );
  });

  test('throws where the status is not the expected one, and tells what came', () => {
    expect(client.get('/status/204', { expect: 204 })).toHaveStatus(204);
    expect(client.get('/status/404', { expect: '4xx' })).toHaveText('why');
    expect(() => client.get('/status/404', { expect: '2xx' })).toThrow(
      'GET /status/404: expected status 2xx, got 404 Told\nwhy',
    );
  });

  test('keeps cookies, and shares them with clients made of it', () => {
    const visitor = createClient(site);
    expect(visitor.get('/set/a=1', { follow: true }).json()).toEqual(['GET', 'a=1', null, '']);
    visitor.get('/set/b=2');
    expect(
      visitor
        .with({ auth: { bearer: 't' } })
        .get('/')
        .json(),
    ).toEqual(['GET', 'a=1; b=2', 'Bearer t', '']);
    expect(visitor.get('/', { cookies: { c: '3' } }).json()).toEqual([
      'GET',
      'a=1; b=2; c=3',
      null,
      '',
    ]);
    expect([visitor.cookies.get('a'), visitor.cookies.get('c')]).toEqual(['1', undefined]);
    visitor.get('/set/a=;Max-Age=0');
    visitor.cookies.set('d', '4', 'LocalHost:8000');
    expect(visitor.get('/').json()).toEqual(['GET', 'b=2; d=4', null, '']);
    visitor.cookies.clear();
    expect(visitor.get('/').json()).toEqual(['GET', null, null, '']);
  });

  test.each([
    ['Secure over http from elsewhere', 'a=1;Secure', 'http', 'a.test', false],
    ['Secure over https', 'a=1;Secure', 'https', 'a.test', true],
    ['Secure on this machine', '__Host-a=1;Secure', 'http', 'localhost', true],
    ['the domain above', 'a=1;Domain=.a.test', 'http', 'x.a.test', true],
    ['another domain', 'a=1;Domain=b.test', 'http', 'a.test', false],
    ['__Host- without Secure', '__Host-a=1', 'https', 'a.test', false],
    ['a date in the past', 'a=1;Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'http', 'a.test', false],
    ['no name', '=1', 'http', 'a.test', false],
  ] as const)('does with a cookie of %s as browsers do', (_name, field, scheme, host, isKept) => {
    const application: Application = (environ, startResponse) => {
      startResponse(
        '200 OK',
        environ.PATH_INFO === '/set' ? [['Set-Cookie', `${field};Path=/`]] : [],
      );
      return [octets(environ['HTTP_COOKIE'] ?? '')];
    };
    const visitor = createClient(application, { scheme, host });
    visitor.get('/set');
    expect(visitor.get('/').text()).toBe(isKept ? (field.split(';')[0] ?? '') : '');
  });

  test('sends a cookie where its path says', () => {
    const application: Application = (environ, startResponse) => {
      startResponse('200 OK', environ.PATH_INFO === '/a/set' ? [['Set-Cookie', 'x=1']] : []);
      return [octets(environ['HTTP_COOKIE'] ?? '')];
    };
    const visitor = createClient(application);
    visitor.get('/a/set');
    expect(['/a', '/a/b', '/ab', '/'].map((path) => visitor.get(path).text())).toEqual([
      'x=1',
      'x=1',
      '',
      '',
    ]);
  });

  test('sends credentials and default fields', () => {
    const known = createClient(site, {
      auth: { user: 'j\u00F6', password: 'p:w' },
      headers: { Cookie: 'own=1' },
    });
    expect(known.get('/').json()).toEqual(['GET', 'own=1', 'Basic asO2OnA6dw==', '']);
    expect(known.get('/', { headers: { cookie: 'mine=2', authorization: 'X' } }).json()).toEqual([
      'GET',
      'mine=2',
      'X',
      '',
    ]);
  });

  test('uploads files beside fields', () => {
    const seen = client
      .post('/', {
        form: { title: 'A "b"' },
        files: {
          f: [
            { filename: 'a.txt', content: 'one', type: 'text/plain' },
            { filename: 'b', content: Uint8Array.of(0xff) },
          ],
        },
      })
      .json() as string[];
    const boundary = '----tsgi-testing-boundary';
    expect(seen[3]).toBe(
      [
        `--${boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nA "b"`,
        `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\none`,
        `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="b"\r\nContent-Type: application/octet-stream\r\n\r\n\u00FF`,
        `--${boundary}--\r\n`,
      ].join('\r\n'),
    );
    expect(() => client.post('/', { files: { f: { filename: 'x', content: boundary } } })).toThrow(
      'the file x holds the boundary',
    );
  });

  test('judges the application, unless it is told not to', () => {
    const wrong: Application = (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '3']]);
      return [octets('ab')];
    };
    expect(() => createClient(wrong).get('/x')).toThrow(/^GET \/x breaks rules:\nAPP-CL-MATCH: /);
    expect(createClient(wrong, { lint: false }).get('/').aborted).toBe(true);
  });

  test('tells whether the body was closed, and how often', () => {
    const closable: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return {
        *[Symbol.iterator]() {
          yield octets('a');
          yield octets('b');
        },
        close() {},
      };
    };
    const open = createClient(closable);
    expect(open.get('/')).toBeCompleteAndClosed();
    expect(open.get('/', { leaveAfter: 1 })).toMatchObject({
      closes: 1,
      aborted: true,
      chunks: [octets('a')],
    });
    expect(client.get('/').closes).toBe(undefined);
  });

  test('reads the input in pieces, and cuts it off', () => {
    const sizes: Application = (environ, startResponse) => {
      const told: unknown[] = [];
      try {
        for (const chunk of environ['tsgi.input']) told.push(chunk.byteLength);
      } catch (error) {
        told.push((error as { code?: string }).code);
      }
      startResponse('400 Bad Request', []);
      return [octets(JSON.stringify(told))];
    };
    const ask = (input: object) =>
      createClient(sizes).post('/', { body: 'twelve chars', input }).json();
    expect(ask({ split: 5 })).toEqual([5, 5, 2]);
    expect(ask({ split: 5, failAfter: 7 })).toEqual([5, 2, 'ERR_TSGI_INPUT_ABORTED']);
    expect(ask({ failAfter: 0 })).toEqual(['ERR_TSGI_INPUT_ABORTED']);
    expect(() => ask({ split: 0 })).toThrow('input.split is a whole number from 1; got 0');
  });

  test('fails a read that goes beyond what has come', () => {
    const reading = (read: (input: { read(size?: number): Uint8Array }) => void): unknown => {
      let code: unknown;
      createClient((environ, startResponse) => {
        try {
          read(environ['tsgi.input']);
        } catch (error) {
          ({ code } = error as { code?: string });
        }
        startResponse('400 Bad Request', []);
        return [];
      }).post('/', { body: 'abcdef', input: { failAfter: 3 } });
      return code;
    };
    expect(reading((input) => void input.read(3))).toBe(undefined);
    expect(reading((input) => void input.read(4))).toBe('ERR_TSGI_INPUT_ABORTED');
    expect(reading((input) => void input.read())).toBe('ERR_TSGI_INPUT_ABORTED');
    expect(reading((input) => void [input.read(3), input.read(1)])).toBe('ERR_TSGI_INPUT_ABORTED');
  });

  test('offers what servers offer, or nothing of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsgi-testing-'));
    writeFileSync(join(folder, 'file'), 'content');
    const application: Application = (environ, startResponse) => {
      environ['tsgi.early_hints']?.([['Link', '</a.css>']]);
      environ['tsgi.trailers']?.([['Server-Timing', 'x']]);
      startResponse('200 OK', []);
      return environ['tsgi.file_wrapper']?.(join(folder, 'file'), { offset: 3 }) ?? [];
    };
    const headers = { TE: 'trailers', Connection: 'TE' };
    const response = createClient(application).get('/', { headers });
    expect(response.text()).toBe('tent');
    expect(response.interim).toEqual([{ status: 103, headers: [['Link', '</a.css>']] }]);
    expect(response.trailers).toEqual([['Server-Timing', 'x']]);
    expect(createClient(application, { extensions: false }).get('/', { headers }).text()).toBe('');
    rmSync(folder, { recursive: true });
  });
});

describe('createAsyncClient', () => {
  let client: AsyncClient | undefined;
  afterEach(async () => {
    await client?.close();
    client = undefined;
  });

  const later: AsyncApplication = async (environ, startResponse) => {
    const sizes: number[] = [];
    for await (const chunk of environ['tsgi.async_input'] ?? []) sizes.push(chunk.byteLength);
    startResponse('200 OK', [
      ['X-Sizes', sizes.join(' ')],
      ['Set-Cookie', 'a=1'],
    ]);
    return [octets(environ['HTTP_COOKIE'] ?? '')];
  };

  test('lets the body arrive in pieces', async () => {
    client = createAsyncClient(later);
    const response = await client.post('/', { body: 'twelve chars', input: { split: 5 } });
    expect(response).toHaveHeader('X-Sizes', '5 5 2');
    expect((await client.get('/')).text()).toBe('a=1');
  });

  test('lets the client be gone in the middle of its body', async () => {
    client = createAsyncClient(later);
    const response = await client.post('/', { body: 'abc', input: { failAfter: 2 } });
    expect(response.errors).toContain('ERR_TSGI_INPUT_ABORTED');
  });

  test('goes through a real server by one option', async () => {
    client = createAsyncClient(later, { via: serve, scriptName: '/m' });
    const response = await client.post('/m/', {
      body: 'abc',
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
    });
    expect(response).toHaveHeader('x-sizes', '3');
    expect((await client.get('/m/')).text()).toBe('a=1');
    expect((await client.get('/elsewhere')).status).toBe(404);
  });

  test('goes through a server that runs already', async () => {
    const server = await serve(site, { port: 0 });
    client = createAsyncClient(later, { via: server.url });
    expect((await client.get('/status/418')).status).toBe(418);
    expect((await client.get('/go/302', { follow: true })).json()).toEqual(['GET', null, null, '']);
    await server.close();
  });

  test('tells on the wire what it tells in process', async () => {
    const failing: AsyncApplication = (_environ, startResponse) => {
      startResponse('200 OK', [['Content-Length', '5']]);
      return (function* () {
        yield octets('ab');
        throw new Error('half way');
      })();
    };
    client = createAsyncClient(failing, { via: serve });
    const response = await client.get('/');
    expect([response.aborted, response.text(), response.errors.includes('half way')]).toEqual([
      true,
      'ab',
      true,
    ]);
    const wrong = createAsyncClient((() => 'text') as never, { via: serve });
    await expect(wrong.get('/')).rejects.toThrow(/breaks rules:\nAPP-/);
    await wrong.close();
  });
});

describe('environFrom', () => {
  test('makes the environ of a request', () => {
    const environ = environFrom('/a%2fb?x=1', {
      method: 'POST',
      form: { a: 'b' },
      query: { y: '2' },
      scheme: 'https',
    });
    expect(environ).toMatchObject({
      REQUEST_METHOD: 'POST',
      PATH_INFO: '/a%2Fb',
      QUERY_STRING: 'x=1&y=2',
      CONTENT_LENGTH: '3',
      SERVER_PORT: '443',
      'tsgi.async': false,
    });
    expect(new TextDecoder().decode(environ['tsgi.input'].read())).toBe('a=b');
    expect(() => environ['tsgi.on_finish'](() => {})).not.toThrow();
  });

  test('takes entries and the profile', async () => {
    const environ = environFrom('/', {
      profile: 'async',
      body: 'abc',
      method: 'PUT',
      input: { split: 2 },
      environ: { 'x.y': 1 },
    });
    const sizes: number[] = [];
    for await (const chunk of environ['tsgi.async_input'] ?? []) sizes.push(chunk.byteLength);
    expect([sizes, environ['x.y']]).toEqual([[2, 1], 1]);
  });

  test('throws what a server would refuse', () => {
    expect(() => environFrom('/a\\b')).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('matchers', () => {
  const response = createClient(site).get('/status/418');

  test('say what they found', () => {
    expect(response).not.toHaveStatus(200);
    expect(response).toHaveText(/^w/);
    expect(response).not.toHaveHeader('X-None');
    expect(() => expect(response).toHaveStatus(200)).toThrow(
      'expected the response to have the status 200; got 418 Told, 3 octets',
    );
    expect(() => expect(response).toHaveHeader('X-A', '1')).toThrow(
      'to have X-A with 1, found none',
    );
    expect(() => expect(response).toHaveText('x')).toThrow('to have the text x, found "why"');
    expect(() => expect(response).not.toBeCompleteAndClosed()).toThrow(
      'found complete, closed without close()',
    );
  });
});
