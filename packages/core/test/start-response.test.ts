import { describe, expect, test } from 'vitest';
import { TRANSITIONS, type ResponseEvent, type ResponseState } from '../src/response-state.ts';
import { ResponseStart } from '../src/start-response.ts';

const STATES: readonly ResponseState[] = ['unset', 'failed', 'set', 'committed', 'ended'];
const EVENTS: readonly ResponseEvent[] = ['start', 'replace', 'flush', 'commit', 'end'];
const BAD = '200';
const code = (value: string) => expect.objectContaining({ code: value });

function inState(state: ResponseState): ResponseStart {
  const response = new ResponseStart();
  if (state === 'failed') {
    expect(() => response.start(BAD, [], undefined)).toThrow(code('ERR_TSGI_STATUS'));
  } else if (state !== 'unset') {
    response.start('200 OK', [['X-A', '1']], undefined);
  }
  if (state === 'committed') {
    response.commit();
  }
  if (state === 'ended') {
    response.end();
  }
  expect(response.state).toBe(state);
  return response;
}

function fire(response: ResponseStart, event: ResponseEvent, given: unknown): void {
  switch (event) {
    case 'start':
      response.start('404 Not Found', [], undefined);
      return;
    case 'replace':
      response.start('500 Oh', [['X-B', '2']], given);
      return;
    case 'flush':
      response.flush();
      return;
    case 'commit':
      response.commit();
      return;
    case 'end':
      response.end();
  }
}

describe('TRANSITIONS', () => {
  const cells = STATES.flatMap((state) => EVENTS.map((event) => ({ state, event })));

  test.each(cells)('in $state, $event does what the table says', ({ state, event }) => {
    const response = inState(state);
    const given = new Error('given');
    const transition = TRANSITIONS[state][event];
    if ('next' in transition) {
      fire(response, event, given);
      expect(response.state).toBe(transition.next);
      return;
    }
    const expected = transition.throws === 'given' ? given : code(transition.throws);
    expect(() => fire(response, event, given)).toThrow(expected);
    expect(response.state).toBe(state);
  });
});

describe('ResponseStart', () => {
  test('keeps what it was given first', () => {
    const response = inState('set');
    expect(() => response.start('404 Not Found', [], undefined)).toThrow(
      code('ERR_TSGI_ALREADY_STARTED'),
    );
    expect(response.status).toBe('200 OK');
    expect(response.headers.flat).toEqual(['X-A', '1']);
  });

  test('replaces status and headers whole when it is given an error', () => {
    const response = inState('set');
    response.start('500 Oh', [['X-B', '2']], null);
    expect(response.status).toBe('500 Oh');
    expect(response.headers.flat).toEqual(['X-B', '2']);
  });

  test('throws the very value it was given once committed', () => {
    const response = inState('committed');
    const given = { not: 'an Error' };
    let thrown: unknown;
    try {
      response.start('500 Oh', [], given);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(given);
  });

  test('has nothing set after a call that broke a rule, but takes a replacement', () => {
    const response = inState('set');
    expect(() => response.start('500 Oh', [['a b', '']], 'e')).toThrow(
      code('ERR_TSGI_HEADER_NAME'),
    );
    expect(response.state).toBe('failed');
    expect(() => response.commit()).toThrow(code('ERR_TSGI_NOT_STARTED'));
    expect(() => response.start('200 OK', [], undefined)).toThrow(code('ERR_TSGI_ALREADY_STARTED'));
    response.start('500 Oh', [], 'e');
    expect(response.state).toBe('set');
  });

  test('checks the status before the headers', () => {
    const response = new ResponseStart();
    expect(() => response.start(200, {}, undefined)).toThrow(code('ERR_TSGI_STATUS'));
  });

  test('takes what it needs at the call', () => {
    const response = new ResponseStart();
    const headers = [['X-A', '1']];
    response.start('200 OK', headers, undefined);
    headers[0] = ['X-Evil', '2'];
    headers.push(['X-C', '3']);
    expect(response.headers.flat).toEqual(['X-A', '1']);
  });
});
