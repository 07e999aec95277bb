import { describe, expect, test } from 'vitest';
import { Http1Client, type SentRequest } from '../../src/http1/index.ts';
import { octets } from './notation.ts';

const GET: SentRequest = { method: 'GET', target: '/', headers: ['Host', 'a'], contentLength: 0 };

const caller = (code: string): unknown => expect.objectContaining({ code, blame: 'caller' });

function received(engine: Http1Client, text: string): unknown[] {
  engine.receive(octets(text));
  const events: unknown[] = [];
  for (let event = engine.next(); typeof event !== 'string'; event = engine.next()) {
    events.push(event);
  }
  return events;
}

describe('Http1Client.sendHead', () => {
  test.each<[string, number | undefined, string]>([
    ['no body', 0, ''],
    ['a body of known length', 5, 'Content-Length: 5\r\n'],
    ['a chunked body', undefined, 'Transfer-Encoding: chunked\r\n'],
  ])('writes the request line, the fields, and what frames %s', (_what, contentLength, line) => {
    const engine = new Http1Client();
    const headers = ['Host', 'a', 'B', ''];
    expect(engine.sendHead({ method: 'PUT', target: '/a?b', headers, contentLength })).toBe(
      `PUT /a?b HTTP/1.1\r\nHost: a\r\nB: \r\n${line}\r\n`,
    );
  });

  test('is refused a second time in one cycle', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    expect(() => engine.sendHead(GET)).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('after close of its own there is no further cycle: RFC 9112, 9.6', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, headers: ['Host', 'a', 'CONNECTION', 'foo, Close'] });
    engine.sendEnd();
    const events = received(engine, 'HTTP/1.1 204 No Content\r\n\r\n');
    expect(events[0]).toMatchObject({ keepAlive: false });
    expect([engine.keepAlive, engine.next()]).toEqual([false, 'closed']);
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('a value of close in another field, or another option, does not close', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, headers: ['Host', 'connection', 'A', 'close', 'Connection', 'x'] });
    expect(engine.keepAlive).toBe(true);
  });
});

describe('Http1Client.sendData', () => {
  test('writes a body of known length as it is', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, contentLength: 5 });
    expect([engine.sendData(5), engine.afterData, engine.sendEnd()]).toEqual(['', '', '']);
  });

  test('writes chunks, and trailers after the last one', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, contentLength: undefined });
    expect([engine.sendData(26), engine.afterData]).toEqual(['1a\r\n', '\r\n']);
    expect(engine.sendEnd(['A', 'b'])).toBe('0\r\nA: b\r\n\r\n');
  });

  test('refuses more than the declared length, and less', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, contentLength: 5 });
    expect(() => engine.sendData(6)).toThrow(caller('ERR_HTTP1_LENGTH'));
    expect(() => engine.sendEnd()).toThrow(caller('ERR_HTTP1_LENGTH'));
  });

  test('refuses trailers without chunks', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    expect(() => engine.sendEnd(['A', 'b'])).toThrow(caller('ERR_HTTP1_STATE'));
  });

  test('refuses a body and an end before a head', () => {
    const engine = new Http1Client();
    expect(() => engine.sendData(1)).toThrow(caller('ERR_HTTP1_STATE'));
    expect(() => engine.sendEnd()).toThrow(caller('ERR_HTTP1_STATE'));
    expect(engine.afterData).toBe('');
  });
});

describe('Http1Client.nextCycle', () => {
  test('waits for the end of the request, where the response came before it', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, contentLength: 5 });
    expect(received(engine, 'HTTP/1.1 204 No Content\r\n\r\n')).toHaveLength(2);
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
    expect([engine.ourState, engine.theirState]).toEqual(['body', 'done']);
    engine.sendData(5);
    engine.sendEnd();
    engine.nextCycle();
    expect([engine.ourState, engine.theirState]).toEqual(['idle', 'idle']);
  });

  test('forgets how the request before was framed', () => {
    const engine = new Http1Client();
    engine.sendHead({ ...GET, contentLength: undefined });
    engine.sendEnd();
    expect(engine.afterData).toBe('\r\n');
    received(engine, 'HTTP/1.1 204 No Content\r\n\r\n');
    engine.nextCycle();
    expect(engine.afterData).toBe('');
  });

  test('waits for the end of the response', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    engine.sendEnd();
    received(engine, 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n');
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
    expect([engine.ourState, engine.theirState]).toEqual(['done', 'body']);
  });

  test('is refused after a response that closes', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    engine.sendEnd();
    received(engine, 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    expect(() => engine.nextCycle()).toThrow(caller('ERR_HTTP1_STATE'));
  });
});

describe('Http1Client.receive', () => {
  test('drops what comes after an error', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    engine.receive(octets('HTTP/2.0 200 OK\r\n'));
    expect(() => engine.next()).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP1_STATUS_LINE', blame: 'peer', status: 502 }),
    );
    expect(engine.unread).toBe(0);
    expect(received(engine, 'HTTP/1.1 204 No Content\r\n\r\n')).toEqual([]);
    expect([engine.next(), engine.keepAlive, engine.unread]).toEqual(['closed', false, 0]);
  });

  test('drops what comes after a response that closes', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    expect(
      received(engine, 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nHTTP/1.1 200'),
    ).toHaveLength(2);
    expect(engine.unread).toBe(0);
  });

  test('counts the octets of a head as unread until it is whole', () => {
    const engine = new Http1Client();
    engine.sendHead(GET);
    expect(received(engine, 'HTTP/1.1 200 OK\r\n')).toEqual([]);
    expect(received(engine, 'A: b')).toEqual([]);
    expect(engine.unread).toBe(21);
  });

  test('takes no response before a request was sent', () => {
    const engine = new Http1Client();
    engine.receive(octets('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    expect(() => engine.next()).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP1_UNSOLICITED', blame: 'peer' }),
    );
  });
});
