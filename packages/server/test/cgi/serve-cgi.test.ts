import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Application, AsyncApplication, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { type CgiOptions, type RequestRecord, serveCgi } from '../../src/index.ts';
import { posted, readResponse, type Variables, variables } from '../front/front-client.ts';
import { answer, echo, octets } from '../server-fixture.ts';

interface Run {
  readonly exit: number;
  readonly response: ReturnType<typeof readResponse>;
  readonly text: string;
  readonly log: string;
}

/** Runs a program with a body on its standard input, which does not end unless told to. */
async function run(
  application: Application | AsyncApplication,
  { env = variables('/'), body = '', ended = false, ...options }: CgiOptions & Body = {},
): Promise<Run> {
  const stdin = new PassThrough();
  stdin.write(Buffer.from(body, 'latin1'));
  if (ended) {
    stdin.end();
  }
  let text = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('latin1');
      setImmediate(() => done());
    },
  });
  let log = '';
  const exit = await serveCgi(application, {
    env,
    stdin,
    stdout,
    errors: { write: (line) => void (log += line), flush() {} },
    ...options,
  });
  const head = env['REQUEST_METHOD'] === 'HEAD';
  return { exit, text, log, response: readResponse(text, { whole: true, head, uwsgi: false }) };
}

interface Body {
  readonly body?: string;
  readonly ended?: boolean;
}

describe('serveCgi', () => {
  test('answers the one request of a program', async () => {
    let seen: Environ | undefined;
    const application = answer((environ) => {
      seen = { ...environ };
      return 'hello';
    });
    const env = variables('/cgi/app/a%2Fb', {
      SCRIPT_NAME: '/cgi/app',
      PATH_INFO: '/a/b',
      PATH: '/bin',
    });
    const { exit, response, text } = await run(application, { env });
    expect(exit).toBe(0);
    expect(text).toMatch(/^Status: 200 OK\r\n/);
    expect(response).toMatchObject({ status: 200, body: 'hello', complete: true });
    expect(seen).toMatchObject({
      SCRIPT_NAME: '/cgi/app',
      PATH_INFO: '/a%2Fb',
      'tsgi.run_once': true,
      'tsgi.multiprocess': true,
      'tsgi.interleaved': false,
      'tsgi.multithread': false,
    });
    expect(seen).not.toHaveProperty('PATH');
  });

  const echoAsync: AsyncApplication = async (environ, startResponse) => {
    const parts: Uint8Array[] = [];
    for await (const part of environ['tsgi.async_input'] ?? []) {
      parts.push(part);
    }
    startResponse('200 OK', []);
    return parts;
  };

  test.each([
    ['sync', echo],
    ['async', echoAsync],
  ] as const)(
    'reads as much as CONTENT_LENGTH says, in the %s profile',
    async (profile, application) => {
      const env = posted('/', 5);
      const ran = await run(application, { env, body: 'abcdefgh', profile, bodyMemory: 2 });
      expect(ran).toMatchObject({ exit: 0, response: { body: 'abcde', complete: true } });
    },
  );

  test('reads to the end where the front has removed a transfer coding', async () => {
    const env = variables('/', { REQUEST_METHOD: 'POST', HTTP_TRANSFER_ENCODING: 'chunked' });
    const { response } = await run(echo, { env, body: 'abc', ended: true });
    expect(response.body).toBe('abc');
  });

  test.each<readonly [status: number, env: Variables, body: string]>([
    [400, posted('/', 5), 'abc'],
    [400, variables('/', { CONTENT_LENGTH: 'x' }), ''],
    [400, variables('/', { REQUEST_URI: '/\\' }), ''],
    [413, posted('/', 11), 'x'.repeat(11)],
  ])('answers with %i what it cannot take', async (status, env, body) => {
    const { response, exit } = await run(echo, { env, body, ended: true, maxBodySize: 10 });
    expect(response).toMatchObject({ status, complete: true });
    expect(exit).toBe(0);
  });

  test('always writes a Status, so that no redirect is followed by the front', async () => {
    const application: Application = (_environ, startResponse) => {
      startResponse('302 Found', [['Location', '/elsewhere']]);
      return [];
    };
    const { text } = await run(application);
    expect(text).toBe('Status: 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n');
  });

  test('writes no Location beside 200, which Apache would follow itself', async () => {
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', [
        ['X-A', 'location'],
        ['location', '/elsewhere'],
        ['X-B', '2'],
      ]);
      return [];
    };
    const { text } = await run(application);
    expect(text).toBe('Status: 200 OK\r\nX-A: location\r\nX-B: 2\r\nContent-Length: 0\r\n\r\n');
  });

  test('writes no content for HEAD', async () => {
    const env = variables('/', { REQUEST_METHOD: 'HEAD' });
    const { text } = await run(
      answer(() => 'hello'),
      { env },
    );
    expect(text).toBe('Status: 200 OK\r\nContent-Length: 5\r\n\r\n');
  });

  test('asks for a chunk when the one before has left', async () => {
    const events: string[] = [];
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (function* () {
        for (const chunk of ['1', '2', '3']) {
          events.push(`ask ${chunk}`);
          yield octets(chunk);
        }
      })();
    };
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        const [, content = ''] = /([123]?)$/.exec(chunk.toString()) ?? [];
        setImmediate(() => {
          if (content !== '') {
            events.push(`left ${content}`);
          }
          done();
        });
      },
    });
    await run(application, { stdout });
    expect(events).toEqual(['ask 1', 'left 1', 'ask 2', 'left 2', 'ask 3', 'left 3']);
  });

  test('ends the body and exits with 1 where the front has gone', async () => {
    let closed = false;
    const application: Application = (_environ, startResponse) => {
      startResponse('200 OK', []);
      return (function* () {
        try {
          for (;;) {
            yield octets('x');
          }
        } finally {
          closed = true;
        }
      })();
    };
    const records: RequestRecord[] = [];
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        setImmediate(() => done(new Error('EPIPE')));
      },
    });
    const { exit } = await run(application, {
      stdout,
      onRequestEnd: (one) => void records.push(one),
    });
    expect(exit).toBe(1);
    expect(closed).toBe(true);
    expect(records).toMatchObject([{ status: 200, aborted: true }]);
  });

  test('runs startup and shutdown around the request', async () => {
    const events: string[] = [];
    const { exit } = await run(
      answer((environ) => {
        events.push(`call ${String(environ['tsgi.state']?.['ready'])}`);
        return '';
      }),
      {
        lifespan: {
          startup: async (state) => {
            state['ready'] = true;
            events.push('startup');
          },
          shutdown: () => void events.push('shutdown'),
        },
      },
    );
    expect(exit).toBe(0);
    expect(events).toEqual(['startup', 'call true', 'shutdown']);
  });

  test.each(['startup', 'shutdown'] as const)('exits with 1 where the %s fails', async (name) => {
    const lifespan = {
      [name]() {
        throw new Error(`no ${name}`);
      },
    };
    const { exit, log } = await run(echo, { lifespan });
    expect(exit).toBe(1);
    expect(log).toContain(`Error: no ${name}`);
  });

  test('exits with 1 and answers with 500 where the application fails', async () => {
    const { exit, response, log } = await run(() => {
      throw new Error('broken');
    });
    expect(exit).toBe(1);
    expect(response.status).toBe(500);
    expect(log).toContain('broken');
  });

  test('gives up on a body that stops arriving', async () => {
    const { response } = await run(echo, { env: posted('/', 5), body: 'ab', bodyTimeout: 20 });
    expect(response.status).toBe(408);
  });

  test.each(['port', 'tls', 'unknown'])('refuses the option %s', async (name) => {
    await expect(serveCgi(echo, { [name]: 1 })).rejects.toMatchObject({ code: 'ERR_TSGI_OPTION' });
  });

  test('leaves standard input alone when it has what it needs', async () => {
    const stdin = new PassThrough();
    stdin.write('abcde');
    const stdout = new PassThrough();
    await serveCgi(echo, { env: posted('/', 5), stdin, stdout });
    expect(stdin.listenerCount('data')).toBe(0);
    expect(stdin.isPaused()).toBe(true);
    stdout.end();
    await once(stdout.resume(), 'end');
  });
});
