import { describe, expect, test } from 'vitest';
import { Http1Server, type RequestEvent, type SentHead } from '../../src/http1/index.ts';
import { octets } from './notation.ts';

const OK: SentHead = {
  status: 200,
  reason: 'OK',
  headers: [],
  contentLength: undefined,
  hasContent: true,
};

const caller = (code: string): unknown => expect.objectContaining({ code, blame: 'caller' });

/** A server that has read a whole request. */
function serverAfter(version: string, ...fields: readonly string[]): Http1Server {
  const engine = new Http1Server();
  const lines = [`GET / ${version}`, 'Host: a', ...fields, '', ''];
  engine.receive(octets(lines.join('\r\n')));
  expect(engine.next()).toMatchObject({ type: 'request' });
  expect(engine.next()).toMatchObject({ type: 'end' });
  return engine;
}

describe('Http1Server.sendHead', () => {
  test('writes status, reason, fields in order, and an empty line', () => {
    const head = { ...OK, status: 404, reason: 'Not Found', contentLength: 0 };
    const headers = ['Content-Length', '0', 'B', '1', 'a', '', 'B', '\xe9'];
    expect(serverAfter('HTTP/1.1').sendHead({ ...head, headers })).toBe(
      'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nB: 1\r\na: \r\nB: \xe9\r\n\r\n',
    );
  });

  test('writes the space before a reason that is empty', () => {
    expect(serverAfter('HTTP/1.1').sendHead({ ...OK, reason: '', contentLength: 0 })).toBe(
      'HTTP/1.1 200 \r\n\r\n',
    );
  });

  test('writes lines of the caller after the fields', () => {
    const head = { ...OK, headers: ['A', 'b'] };
    expect(serverAfter('HTTP/1.1').sendHead(head, 'Date: now\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nA: b\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
  });

  test('writes lines of the caller before a Content-Length that is the last field', () => {
    const headers = ['A', 'b', 'Content-Length', '5'];
    expect(serverAfter('HTTP/1.1').sendHead({ ...OK, headers, contentLength: 5 }, 'D: e\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nA: b\r\nD: e\r\nContent-Length: 5\r\n\r\n',
    );
  });

  test.each<[string, string, readonly string[], Partial<SentHead>, string]>([
    ['a known length', 'HTTP/1.1', [], { contentLength: 5 }, ''],
    ['no length', 'HTTP/1.1', [], {}, 'Transfer-Encoding: chunked\r\n'],
    ['no content', 'HTTP/1.1', [], { hasContent: false }, ''],
    ['no content of known length', 'HTTP/1.1', [], { hasContent: false, contentLength: 5 }, ''],
    [
      'a known length to a client that closes',
      'HTTP/1.1',
      ['Connection: close'],
      { contentLength: 5 },
      'Connection: close\r\n',
    ],
    [
      'no length to a client that closes',
      'HTTP/1.1',
      ['Connection: close'],
      {},
      'Transfer-Encoding: chunked\r\nConnection: close\r\n',
    ],
    ['a known length to HTTP/1.0', 'HTTP/1.0', [], { contentLength: 5 }, 'Connection: close\r\n'],
    ['no length to HTTP/1.0', 'HTTP/1.0', [], {}, 'Connection: close\r\n'],
    [
      'a known length to HTTP/1.0 with keep-alive',
      'HTTP/1.0',
      ['Connection: keep-alive'],
      { contentLength: 5 },
      'Connection: keep-alive\r\n',
    ],
    [
      'no length to HTTP/1.0 with keep-alive',
      'HTTP/1.0',
      ['Connection: keep-alive'],
      {},
      'Connection: close\r\n',
    ],
    [
      'no content to HTTP/1.0 with keep-alive',
      'HTTP/1.0',
      ['Connection: keep-alive'],
      { hasContent: false },
      'Connection: keep-alive\r\n',
    ],
    ['no length to HTTP/1.2', 'HTTP/1.2', [], {}, 'Transfer-Encoding: chunked\r\n'],
  ])('frames %s', (_what, version, fields, head, lines) => {
    const engine = serverAfter(version, ...fields);
    expect(engine.sendHead({ ...OK, ...head })).toBe(`HTTP/1.1 200 OK\r\n${lines}\r\n`);
    expect(engine.keepAlive).toBe(!lines.includes('close'));
  });

  test('says close after an error of the client, and frames without a request to go by', () => {
    const engine = new Http1Server();
    engine.receive(octets('GET /\r\n'));
    expect(() => engine.next()).toThrow('version');
    expect(engine.sendHead({ ...OK, status: 400, reason: 'Bad Request', contentLength: 0 })).toBe(
      'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
    );
  });

  test('does not go by the request of an earlier cycle', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead({ ...OK, contentLength: 0 });
    engine.sendEnd();
    engine.nextCycle();
    engine.receive(octets('GET /\r\n'));
    expect(() => engine.next()).toThrow('version');
    expect(engine.sendHead(OK)).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
    expect(engine.closeDelimited).toBe(true);
  });

  test('is refused a second time', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead(OK);
    expect(() => engine.sendHead(OK)).toThrow(caller('ERR_HTTP1_STATE'));
  });
});

describe('Http1Server.sendInterim', () => {
  test('writes a head of its own, as often as wanted', () => {
    const engine = serverAfter('HTTP/1.1');
    expect(engine.sendInterim(100, 'Continue')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(engine.sendInterim(103, 'Early Hints', ['Link', '</a>', 'Link', '</b>'])).toBe(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n',
    );
    expect(engine.ourState).toBe('idle');
  });

  test('writes nothing to HTTP/1.0, and nothing without a request', () => {
    expect(serverAfter('HTTP/1.0').sendInterim(100, 'Continue')).toBe('');
    expect(new Http1Server().sendInterim(100, 'Continue')).toBe('');
  });

  test('is refused after the head', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead(OK);
    expect(() => engine.sendInterim(100, 'Continue')).toThrow(caller('ERR_HTTP1_STATE'));
  });
});

describe('Http1Server.sendData', () => {
  test('writes nothing around content of known length', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead({ ...OK, contentLength: 5 });
    expect([engine.sendData(3), engine.afterData]).toEqual(['', '']);
    expect([engine.sendData(2), engine.afterData]).toEqual(['', '']);
    expect(engine.sendEnd()).toBe('');
  });

  test('writes a size in hexadecimal before each chunk, and CR LF after it', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead(OK);
    expect(engine.closeDelimited).toBe(false);
    expect([engine.sendData(1), engine.afterData]).toEqual(['1\r\n', '\r\n']);
    expect([engine.sendData(65_535), engine.afterData]).toEqual(['ffff\r\n', '\r\n']);
    expect(engine.sendEnd()).toBe('0\r\n\r\n');
  });

  test('writes nothing around content that the end of the connection delimits', () => {
    const engine = serverAfter('HTTP/1.0');
    engine.sendHead(OK);
    expect(engine.closeDelimited).toBe(true);
    expect([engine.sendData(5), engine.afterData, engine.sendEnd()]).toEqual(['', '', '']);
  });

  test.each<[string, Partial<SentHead>, string]>([
    ['of known length', { contentLength: 5 }, 'HTTP/1.1'],
    ['in chunks', {}, 'HTTP/1.1'],
    ['until the close', {}, 'HTTP/1.0'],
    ['that is none', { hasContent: false }, 'HTTP/1.1'],
    ['of length 0', { contentLength: 0 }, 'HTTP/1.1'],
  ])('refuses a piece of no octets, or of fewer, for content %s', (_what, head, version) => {
    const engine = serverAfter(version);
    engine.sendHead({ ...OK, ...head });
    for (const length of [0, -1, Number.NaN]) {
      expect(() => engine.sendData(length)).toThrow(caller('ERR_HTTP1_LENGTH'));
    }
  });

  test('refuses content where there is none', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead({ ...OK, hasContent: false, contentLength: 5 });
    expect(() => engine.sendData(1)).toThrow(caller('ERR_HTTP1_LENGTH'));
    expect(engine.sendEnd()).toBe('');
  });

  test('refuses more than the declared length, and the rest is still due', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead({ ...OK, contentLength: 5 });
    engine.sendData(3);
    expect(() => engine.sendData(3)).toThrow('1 octets after 5');
    expect(() => engine.sendEnd()).toThrow('2 octets less than 5');
    engine.sendData(2);
    expect(engine.sendEnd()).toBe('');
  });
});

describe('Http1Server.sendEnd', () => {
  test('refuses less than the declared length', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead({ ...OK, contentLength: 5 });
    expect(() => engine.sendEnd()).toThrow(caller('ERR_HTTP1_LENGTH'));
    expect(engine.ourState).toBe('body');
  });

  test('writes trailers after the last chunk', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead(OK);
    expect(engine.sendEnd(['A', 'b', 'C', ''])).toBe('0\r\nA: b\r\nC: \r\n\r\n');
  });

  test.each<[string, Partial<SentHead>, string]>([
    ['content of known length', { contentLength: 5 }, 'HTTP/1.1'],
    ['no content', { hasContent: false }, 'HTTP/1.1'],
    ['content until the close', {}, 'HTTP/1.0'],
  ])('refuses trailers after %s', (_what, head, version) => {
    const engine = serverAfter(version);
    engine.sendHead({ ...OK, ...head });
    expect(() => engine.sendEnd(['A', 'b'])).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('is refused before a head and after an end', () => {
    const engine = serverAfter('HTTP/1.1');
    expect(() => engine.sendEnd()).toThrow(caller('ERR_HTTP1_STATE'));
    engine.sendHead(OK);
    engine.sendEnd();
    expect(() => engine.sendEnd()).toThrow(caller('ERR_HTTP1_STATE'));
  });
});

describe('Http1Server.nextCycle', () => {
  test('forgets how the response before was framed', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.sendHead(OK);
    expect(engine.afterData).toBe('\r\n');
    engine.sendEnd();
    engine.nextCycle();
    expect(engine.afterData).toBe('');
  });
});

describe('Http1Server.closeAfter', () => {
  test('makes the next head say close, and ends the connection after this cycle', () => {
    const engine = serverAfter('HTTP/1.1');
    expect(engine.next()).toBe('paused');
    engine.closeAfter();
    expect(engine.sendHead({ ...OK, contentLength: 0 })).toContain('Connection: close\r\n');
    engine.sendEnd();
    expect(engine.next()).toBe('closed');
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('holds for a request that has not come yet', () => {
    const engine = new Http1Server();
    engine.closeAfter();
    engine.receive(octets('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect(engine.next()).toMatchObject({ type: 'request', keepAlive: true });
    engine.next();
    expect(engine.keepAlive).toBe(false);
    expect(engine.sendHead({ ...OK, contentLength: 0 })).toContain('Connection: close\r\n');
  });
});

describe('Http1Server.receive', () => {
  test('drops what comes after a request that closes', () => {
    const engine = serverAfter('HTTP/1.1', 'Connection: close');
    engine.receive(octets('GET / HTTP/1.1\r\n'));
    expect([engine.unread, engine.next()]).toEqual([0, 'closed']);
  });

  test('drops what comes after an error, and what had come before it', () => {
    const engine = new Http1Server();
    engine.receive(octets(`GET /\r\n${'x'.repeat(1000)}`));
    expect(() => engine.next()).toThrow('version');
    expect(engine.unread).toBe(0);
    engine.receive(octets('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect([engine.unread, engine.next(), engine.next()]).toEqual([0, 'closed', 'closed']);
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('keeps what comes while a response is due', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.receive(octets('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect([engine.next(), engine.unread]).toEqual(['paused', 28]);
    engine.sendHead({ ...OK, contentLength: 0 });
    engine.sendEnd();
    engine.nextCycle();
    expect(engine.next()).toMatchObject({ type: 'request', target: '/2' });
    expect(engine.unread).toBe(0);
  });

  test('takes an end of the connection while a response is due', () => {
    const engine = serverAfter('HTTP/1.1');
    engine.receive(new Uint8Array(0));
    expect(engine.next()).toBe('paused');
    engine.sendHead({ ...OK, contentLength: 0 });
    engine.sendEnd();
    engine.nextCycle();
    expect(engine.next()).toBe('closed');
  });

  test('counts the octets of a head as unread until it is whole', () => {
    const engine = new Http1Server();
    const head = 'GET / HTTP/1.1\r\nHost: a\r\n\r';
    for (let at = 0; at < head.length; at += 1) {
      engine.receive(octets(head.charAt(at)));
      expect(engine.next()).toBe('need-data');
      expect(engine.unread).toBe(at + 1);
    }
  });
});

describe('Http1Server.next', () => {
  const ask = (engine: Http1Server, text: string): RequestEvent => {
    engine.receive(octets(text));
    const event = engine.next() as RequestEvent;
    engine.next();
    engine.sendHead({ ...OK, contentLength: 0 });
    engine.sendEnd();
    engine.nextCycle();
    return event;
  };

  test('gives the very fields of the last request where the next one repeats its section', () => {
    const engine = new Http1Server();
    const first = ask(engine, 'GET /1 HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n');
    const second = ask(engine, 'PUT /2 HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n');
    expect([second.method, second.target]).toEqual(['PUT', '/2']);
    expect(second.headers).toBe(first.headers);
    const third = ask(engine, 'GET /3 HTTP/1.1\r\nHost: a\r\nB: d\r\n\r\n');
    expect(third.headers).toEqual(['Host', 'a', 'B', 'd']);
  });

  test('reads a section that repeats by the version of its own request', () => {
    const engine = new Http1Server();
    const kept = 'Connection: keep-alive\r\n\r\n';
    expect(ask(engine, `GET / HTTP/1.0\r\n${kept}`).keepAlive).toBe(true);
    engine.receive(octets(`GET / HTTP/1.1\r\n${kept}`));
    expect(() => engine.next()).toThrow('0 Host fields');
  });

  test('forgets the section when it is told to', () => {
    const engine = new Http1Server();
    const first = ask(engine, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    engine.forget();
    const second = ask(engine, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(second.headers).not.toBe(first.headers);
    expect(second.headers).toEqual(first.headers);
  });
});
