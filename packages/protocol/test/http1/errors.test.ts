import { describe, expect, test } from 'vitest';
import {
  HTTP1_ERRORS,
  Http1Client,
  Http1Error,
  type Http1ErrorCode,
  Http1Server,
} from '../../src/http1/index.ts';
import { loadGoldenCases } from './golden-case.ts';
import { octets } from './notation.ts';

const CODES = Object.keys(HTTP1_ERRORS) as Http1ErrorCode[];

/** What a caller does wrong, by the code that it gets. */
const MISUSE: Readonly<Partial<Record<Http1ErrorCode, () => unknown>>> = {
  ERR_HTTP1_STATE: () => new Http1Server().sendData(1),
  ERR_HTTP1_LENGTH: () => {
    const engine = new Http1Client();
    engine.sendHead({ method: 'PUT', target: '/', headers: ['Host', 'a'], contentLength: 1 });
    engine.sendData(2);
  },
};

describe('HTTP1_ERRORS', () => {
  test('each error of a peer comes up in a golden case, each of a caller here', () => {
    const logged = loadGoldenCases().flatMap(({ log }) =>
      log.filter((line) => line.startsWith('error ')).map((line) => line.split(' ')[1]),
    );
    const misused = Object.entries(MISUSE).map(([code, misuse]) => {
      expect(misuse).toThrow(expect.objectContaining({ code, blame: 'caller' }));
      return code;
    });
    expect([...new Set([...logged, ...misused])].toSorted()).toEqual(CODES.toSorted());
  });

  test.each(CODES)(
    '%s has a status that fits its blame, and a text that names its rule',
    (code) => {
      const { blame, status, text } = HTTP1_ERRORS[code];
      expect(status >= 500 && status !== 501 && status !== 505 && status !== 502).toBe(
        blame === 'caller',
      );
      expect(text).toMatch(blame === 'peer' ? /\(91\d\d, [\d.]+\)$/ : /^[a-z ]+$/);
    },
  );
});

describe('Http1Error', () => {
  test('has the name, code, blame and status of its entry', () => {
    const error = new Http1Error('ERR_HTTP1_HOST');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'Http1Error',
      code: 'ERR_HTTP1_HOST',
      blame: 'peer',
      status: 400,
    });
    expect(error.message).toBe(HTTP1_ERRORS.ERR_HTTP1_HOST.text);
  });

  test('shows what it got in ASCII, without control characters', () => {
    const { message } = new Http1Error('ERR_HTTP1_FIELD', 'a\r\n\x00\x1b\x7f\xe9"');
    expect(message).toMatch(/; got "a\\r\\n\\u0000\\u001b\\u007f\\u00e9\\""$/);
  });

  test('of a head that came whole shows the lines up to the bare LF', () => {
    const engine = new Http1Server();
    engine.receive(octets('GET / HTTP/1.1\r\nHost: a\r\nB: c\nD: e\r\n\r\n'));
    expect(() => engine.next()).toThrow(/; got "Host: a\\r\\nB: c\\n"$/);
  });

  test('shows the first eighty octets of what it got', () => {
    const { message } = new Http1Error('ERR_HTTP1_FIELD', 'x'.repeat(100_000));
    expect(message.endsWith(`"${'x'.repeat(80)}\\u2026"`)).toBe(true);
  });
});
