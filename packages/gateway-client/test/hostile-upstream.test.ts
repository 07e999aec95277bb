import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, atEnd, octets, startSite, startSocket, untilReceived } from './fixtures.ts';

// Each protocol with what its server has when the head of a request has come
const REQUEST_MARKS = {
  http: '\r\n\r\n',
  fastcgi: 'REQUEST_METHOD',
  scgi: 'REQUEST_METHOD',
  uwsgi: 'REQUEST_METHOD',
} as const;
type Protocol = keyof typeof REQUEST_MARKS;
const PROTOCOLS = Object.keys(REQUEST_MARKS) as Protocol[];

function record(type: number, content: string, requestId = 1): string {
  const size = content.length;
  return String.fromCharCode(1, type, 0, requestId, size >> 8, size & 255, 0, 0) + content;
}

const END = record(3, '\0\0\0\0\0\0\0\0');

/** An answer in each protocol, all of it. */
const WHOLE: Readonly<Record<Protocol, (headAndBody: string) => string>> = {
  http: (text) => `HTTP/1.1 200 OK\r\n${text}`,
  fastcgi: (text) => record(6, `Status: 200 OK\r\n${text}`) + record(6, '') + END,
  scgi: (text) => `Status: 200 OK\r\n${text}`,
  uwsgi: (text) => `HTTP/1.1 200 OK\r\n${text}`,
};
const whole = (protocol: Protocol, headAndBody: string): string => WHOLE[protocol](headAndBody);

async function siteAt(
  protocol: Protocol,
  script: (socket: Socket) => void,
  options: { responseTimeout?: number; idleTimeout?: number } = {},
): Promise<Awaited<ReturnType<typeof startSite>>> {
  const { host } = await startSocket(async (socket) => {
    await untilReceived(socket, REQUEST_MARKS[protocol]);
    script(socket);
  });
  return startSite({ upstreams: [`${protocol}://${host}`], ...options });
}

const write = (text: string) => (socket: Socket) => void socket.write(octets(text));
const finish = (text: string) => (socket: Socket) => void socket.end(octets(text));
const reset = (text: string) => (socket: Socket) =>
  void socket.write(octets(text), () => socket.resetAndDestroy());

describe.each(PROTOCOLS)('a hostile upstream that speaks %s', (protocol) => {
  const answer = whole(protocol, 'Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello');

  test('does no harm with an answer in single octets', async () => {
    const site = await siteAt(protocol, (socket) => {
      socket.setNoDelay(true);
      for (const octet of octets(answer)) {
        socket.write(Uint8Array.of(octet));
      }
      socket.end();
    });
    expect(await ask(site.url)).toMatchObject({ status: 200, body: 'hello', complete: true });
  });

  test('that sends nothing and closes is a 502', async () => {
    const site = await siteAt(protocol, finish(''));
    const { status, body } = await ask(site.url);
    expect(status).toBe(502);
    expect(body).toBe('502 Bad Gateway\nThe upstream closed the connection too early.\n');
    expect(site.events).toEqual(['connected', 'failed']);
    expect(site.log.join('')).toMatch(/^forward: .*ERR_GATEWAY_CLOSED/);
  });

  test('that resets the connection is a 502', async () => {
    const site = await siteAt(protocol, reset(''));
    expect((await ask(site.url)).status).toBe(502);
  });

  test('that never answers is a 504', async () => {
    const site = await siteAt(protocol, () => {}, { responseTimeout: 20 });
    const { status, body } = await ask(site.url);
    expect(status).toBe(504);
    expect(body).toContain('did not answer in time');
  });

  test('whose head never ends is a 504', async () => {
    const site = await siteAt(protocol, write(answer.slice(0, 20)), { responseTimeout: 20 });
    expect((await ask(site.url)).status).toBe(504);
  });

  test('that closes at any octet before the content ends is seen to do so', async () => {
    const end = protocol === 'fastcgi' ? answer.length - 24 : answer.length;
    const { host } = await startSocket(async (socket, connection) => {
      await untilReceived(socket, REQUEST_MARKS[protocol]);
      finish(answer.slice(0, connection - 1))(socket);
    });
    const site = await startSite({ upstreams: [`${protocol}://${host}`] });
    for (let cut = 0; cut < end; cut += 1) {
      const { status, complete } = await ask(site.url);
      const isSeen = status === 502 || (status === 200 && !complete);
      expect([cut, isSeen]).toEqual([cut, true]);
    }
    expect((await ask(site.url)).complete).toBe(true);
  });

  test('that falls silent in the content aborts the response', async () => {
    const cut = answer.slice(0, answer.indexOf('hello') + 2);
    // of FastCGI, a whole record
    const said = protocol === 'fastcgi' ? record(6, cut.slice(8)) : cut;
    const site = await siteAt(protocol, write(said), { idleTimeout: 20 });
    const { status, complete } = await ask(site.url);
    expect({ status, complete }).toEqual({ status: 200, complete: false });
    expect(site.events.at(-1)).toBe('truncated');
  });

  test.each([
    ['garbage', '\xff\xfe\x00garbage\r\n\r\n'],
    ['zeros', '\0'.repeat(100)],
    ['empty lines', '\r\n\r\n\r\n\r\n'],
    ['another protocol', '220 mail.test ESMTP\r\n'],
  ])('that sends %s is a 502', async (_name, text) => {
    const site = await siteAt(protocol, finish(text));
    expect((await ask(site.url)).status).toBe(502);
  });

  test.each([
    ['a field without a colon', 'Content-Type: a\r\nnonsense\r\n\r\n'],
    ['a NUL in a value', 'Content-Type: a\0b\r\n\r\n'],
    ['a space in a name', 'Content-Type: a\r\nX Y: 1\r\n\r\n'],
    ['two lengths', 'Content-Type: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length that is none', 'Content-Type: a\r\nContent-Length: -1\r\n\r\n'],
    ['an endless head', `Content-Type: a\r\nX: ${'x'.repeat(70_000)}`],
    ['endlessly many fields', `Content-Type: a\r\n${'X: y\r\n'.repeat(2000)}\r\n`],
  ])('that sends %s is a 502', async (_name, head) => {
    const text =
      protocol === 'fastcgi' && head.length > 60_000
        ? record(6, head.slice(0, 60_000)) + record(6, head.slice(60_000))
        : whole(protocol, head);
    const site = await siteAt(protocol, finish(text));
    expect((await ask(site.url)).status).toBe(502);
  });

  test('that sends more than its Content-Length has the rest cut off', async () => {
    const site = await siteAt(
      protocol,
      finish(
        whole(protocol, 'Content-Type: a\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n'),
      ),
    );
    expect(await ask(site.url)).toMatchObject({ status: 200, body: 'ok', complete: true });
    expect(site.application.counters()[0]).toMatchObject({ active: 0, idle: 0 });
  });

  test('leaves nothing behind', async () => {
    const site = await siteAt(protocol, finish(answer.slice(0, -3)));
    await ask(site.url);
    expect(site.application.counters()[0]).toMatchObject({ active: 0, idle: 0 });
  });
});

describe('a hostile HTTP upstream', () => {
  test.each([
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['has a status above 599', 'HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['has HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['sends interim responses for ever', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
    [
      'has both framings',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['has an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    ['folds a line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
    [
      'has two lengths of no content',
      'HTTP/1.1 304 No\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
  ])('that %s is a 502', async (_name, text) => {
    const site = await siteAt('http', finish(text));
    expect((await ask(site.url)).status).toBe(502);
    expect(site.application.counters()[0]).toMatchObject({ active: 0, idle: 0 });
  });

  test.each([
    ['a bad size', '5\r\nhello\r\nzz\r\n'],
    ['no end', '5\r\nhello\r\n'],
    ['a chunk that is too long', '5\r\nhello!\r\n0\r\n\r\n'],
  ])('whose chunks have %s aborts the response', async (_name, chunks) => {
    const site = await siteAt(
      'http',
      finish(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`),
    );
    const { status, complete } = await ask(site.url);
    expect({ status, complete }).toEqual({ status: 200, complete: false });
  });

  test('that answers early and closes is heard, though the body has not gone', async () => {
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, '\r\n\r\n');
      socket.end('HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno');
    });
    const site = await startSite({ upstreams: [`http://${host}`] });
    const answer = await ask(site.url, { method: 'POST', body: 'x'.repeat(200_000) });
    expect(answer).toMatchObject({ status: 413, body: 'no' });
  });
});

describe('a hostile FastCGI upstream', () => {
  const head = 'Content-Type: a\r\n\r\n';

  test.each([
    ['is overloaded', record(3, '\0\0\0\0\x02\0\0\0'), 503],
    ['cannot multiplex', record(3, '\0\0\0\0\x01\0\0\0'), 503],
    ['knows no responder', record(3, '\0\0\0\0\x03\0\0\0'), 502],
    ['has a status that is none', record(3, '\0\0\0\0\x09\0\0\0'), 502],
    ['ends with nothing said', END, 502],
    ['answers another request', record(6, head, 2), 502],
    ['has another version', `\x02${record(6, head).slice(1)}`, 502],
    ['asks for a redirect of an unknown kind', record(6, 'X: 1\r\n\r\n') + END, 502],
    ['has a stream end twice', record(6, '') + record(6, '') + END, 502],
  ])('that %s is answered for with a status', async (_name, text, status) => {
    const site = await siteAt('fastcgi', finish(text));
    expect((await ask(site.url)).status).toBe(status);
  });

  test('what it writes to its standard error is written to tsgi.errors', async () => {
    const site = await siteAt(
      'fastcgi',
      finish(
        record(7, 'PHP Warning: ') +
          record(6, `${head}ok`) +
          record(7, 'caf\xc3') +
          record(7, '\xa9\n') +
          END,
      ),
    );
    expect(await ask(site.url)).toMatchObject({ status: 200, body: 'ok' });
    expect(site.log.join('')).toBe('PHP Warning: café\n');
  });

  test('records of no request change nothing', async () => {
    const manage = record(10, '', 0) + record(11, '\x09\0\0\0\0\0\0\0', 0);
    const site = await siteAt('fastcgi', finish(manage + record(6, `${head}ok`) + manage + END));
    expect(await ask(site.url)).toMatchObject({ status: 200, body: 'ok' });
  });
});

describe('an upstream whose connection is the end of its response', () => {
  test.each(['http', 'scgi', 'uwsgi'] as const)(
    'and that resets it, over %s, aborts the response, however much comes with the reset',
    async (protocol) => {
      const site = await siteAt(
        protocol,
        reset(whole(protocol, 'Content-Type: text/plain\r\n\r\nhalf')),
      );
      const { status, complete } = await ask(site.url);
      expect(status === 502 || !complete).toBe(true);
      expect(['failed', 'truncated']).toContain(site.events.at(-1));
    },
  );

  const ENDS: ReadonlyArray<readonly [string, (text: string) => (socket: Socket) => void]> = [
    ['its side', finish],
    ['both sides', (text) => (socket) => void socket.end(octets(text), () => socket.destroy())],
  ];

  test.each(
    (['http', 'scgi', 'uwsgi'] as const).flatMap((protocol) =>
      (['TCP', 'a Unix socket'] as const).flatMap((over) =>
        ENDS.map(([what, end]) => [what, protocol, over, end] as const),
      ),
    ),
  )('and that ends %s, with %s over %s, is whole', async (_what, protocol, over, end) => {
    const folder = over === 'TCP' ? undefined : mkdtempSync(join(tmpdir(), 'tsgi-gateway-'));
    atEnd(() => folder !== undefined && rmSync(folder, { recursive: true }));
    const path = folder === undefined ? undefined : join(folder, 'x.sock');
    const { host } = await startSocket(async (socket) => {
      await untilReceived(socket, REQUEST_MARKS[protocol]);
      end(whole(protocol, 'Content-Type: text/plain\r\n\r\nall'))(socket);
    }, path);
    const url = path === undefined ? `${protocol}://${host}` : `${protocol}+unix:${path}`;
    const site = await startSite({ upstreams: [url] });
    expect(await ask(site.url)).toMatchObject({ status: 200, body: 'all', complete: true });
    expect(site.events.at(-1)).toBe('ended');
  });
});
