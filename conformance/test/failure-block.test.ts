import { describe, expect, test } from 'vitest';
import { writeFailureBlock } from '../src/report/failure-block.ts';

describe('writeFailureBlock', () => {
  test('tells rule, request, expected, got, what came, events and the way back', () => {
    const block = writeFailureBlock({
      check: 'ENV-METHOD.token',
      rule: 'ENV-METHOD',
      level: 'MUST',
      profile: 'core',
      anchor: 'tsgi-1.0.md#env-method',
      text: 'The server MUST set it.',
      title: 'The method is kept',
      outcome: 'fail',
      message: 'REQUEST_METHOD: expected "get", got "GET"',
      expected: 'REQUEST_METHOD: "get"',
      got: '"GET"',
      assertions: 2,
      durationMs: 3,
      wire: [{ sent: String.raw`get / HTTP/1.1\r\n`, received: 'HTTP/1.1 200 OK', end: 'fin' }],
      trace: [
        { seq: 1, type: 'call', data: { method: 'GET' } },
        { seq: 2, type: 'close' },
      ],
      reproduce: 'node kit server a.mjs --run ENV-METHOD.token --trace',
    });
    expect(block).toBe(
      [
        'FAIL  ENV-METHOD.token',
        '  check     The method is kept',
        '  rule      ENV-METHOD (MUST, core) tsgi-1.0.md#env-method',
        '            The server MUST set it.',
        String.raw`  request   get / HTTP/1.1\r\n`,
        '  expected  REQUEST_METHOD: "get"',
        '  got       "GET"',
        '  received  HTTP/1.1 200 OK (fin)',
        '  events    1 call { method: "GET" }',
        '            2 close',
        '  again     node kit server a.mjs --run ENV-METHOD.token --trace',
        '',
      ].join('\n'),
    );
  });
});
