import { describe, expect, test } from 'vitest';
import {
  DIRECTION_TRANSITIONS,
  type DirectionEvent,
  type DirectionState,
  Http1Client,
  Http1Error,
  Http1Server,
} from '../../src/http1/index.ts';
import { DIRECTIONS, isOpen } from '../../src/http1/states.ts';
import { octets } from './notation.ts';

const STATES: readonly DirectionState[] = ['idle', 'body', 'done', 'closed', 'broken'];
const EVENTS = ['interim', 'head', 'data', 'end', 'next-cycle', 'close', 'fault'] as const;

/** One row for each state, one column for each event; '-' is not allowed. */
const EXPECTED = `
            interim  head   data   end   next-cycle  close   fault
  idle      idle     body   -      -     -           closed  broken
  body      -        -      body   done  -           broken  broken
  done      -        -      -      -     idle        closed  broken
  closed    -        -      -      -     -           closed  broken
  broken    -        -      -      -     -           broken  broken
`;

function cells(): [DirectionState, DirectionEvent, DirectionState | undefined][] {
  const [columns = [], ...rows] = EXPECTED.trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/));
  return rows.flatMap(([state, ...targets]) =>
    columns.map((event, at): [DirectionState, DirectionEvent, DirectionState | undefined] => {
      const target = targets[at];
      return [
        state as DirectionState,
        event as DirectionEvent,
        target === '-' ? undefined : (target as DirectionState),
      ];
    }),
  );
}

describe('DIRECTION_TRANSITIONS', () => {
  test('has the states and events that this table has, and no others', () => {
    expect(Object.keys(DIRECTION_TRANSITIONS)).toEqual(STATES);
    const known = Object.values(DIRECTION_TRANSITIONS).flatMap((row) => Object.keys(row));
    expect(EVENTS).toEqual(expect.arrayContaining(known));
    expect(cells()).toHaveLength(STATES.length * EVENTS.length);
  });

  test.each(cells())('%s, then %s: %s', (state, event, target) => {
    expect(DIRECTION_TRANSITIONS[state][event]).toBe(target);
    expect(DIRECTIONS[state][event]?.state).toBe(target);
  });
});

describe('isOpen', () => {
  test.each<[DirectionState, boolean, boolean]>([
    ['idle', true, true],
    ['body', true, true],
    ['done', true, false],
    ['closed', false, false],
    ['broken', false, false],
  ])('%s: %s on a connection that is kept, else %s', (state, kept, notKept) => {
    expect(isOpen(state, true)).toBe(kept);
    expect(isOpen(state, false)).toBe(notKept);
  });
});

const RESPONSE = { status: 200, reason: 'OK', headers: [], contentLength: 1, hasContent: true };
const REQUEST = { method: 'POST', target: '/', headers: ['Host', 'a'], contentLength: 1 };

/** What sends an event, for an engine in its own direction. */
const SERVER_SENDS: Readonly<Partial<Record<DirectionEvent, (engine: Http1Server) => unknown>>> = {
  interim: (engine) => engine.sendInterim(103, 'Early Hints'),
  head: (engine) => engine.sendHead(RESPONSE),
  data: (engine) => engine.sendData(1),
  end: (engine) => engine.sendEnd(),
  'next-cycle': (engine) => engine.nextCycle(),
};

const CLIENT_SENDS: Readonly<Partial<Record<DirectionEvent, (engine: Http1Client) => unknown>>> = {
  head: (engine) => engine.sendHead(REQUEST),
  data: (engine) => engine.sendData(1),
  end: (engine) => engine.sendEnd(),
  'next-cycle': (engine) => engine.nextCycle(),
};

/** An engine whose peer has sent a whole message, and which itself has come to a state. */
function serverIn(state: DirectionState): Http1Server {
  const engine = new Http1Server();
  engine.receive(octets('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  engine.next();
  engine.next();
  if (state !== 'idle') {
    engine.sendHead(RESPONSE);
    engine.sendData(1);
  }
  if (state === 'done') {
    engine.sendEnd();
  }
  return engine;
}

function clientIn(state: DirectionState): Http1Client {
  const engine = new Http1Client();
  if (state !== 'idle') {
    engine.sendHead(REQUEST);
    engine.receive(octets('HTTP/1.1 204 No Content\r\n\r\n'));
    engine.next();
    engine.next();
    engine.sendData(1);
  }
  if (state === 'done') {
    engine.sendEnd();
  }
  return engine;
}

function attempt(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Http1Error ? `${error.code} ${error.blame}` : String(error);
  }
}

const SENDING = STATES.slice(0, 3).flatMap((state) =>
  (['interim', 'head', 'data', 'end', 'next-cycle'] as const).map(
    (event): [DirectionState, DirectionEvent] => [state, event],
  ),
);

describe('Http1Server', () => {
  test.each(SENDING)('in %s it sends %s where the table allows it', (state, event) => {
    const engine = serverIn(state);
    const target = DIRECTION_TRANSITIONS[state][event];
    const send = SERVER_SENDS[event];
    // one octet of content was sent already: a second one is too many, whatever the state
    const declared = state === 'body' && event === 'data' ? 'ERR_HTTP1_LENGTH caller' : undefined;
    const outcome = target === undefined ? 'ERR_HTTP1_STATE caller' : declared;
    expect(attempt(() => send?.(engine))).toBe(outcome);
    expect(engine.ourState).toBe(target ?? state);
  });

  test('a cycle that is not over on both sides is left as it is', () => {
    const engine = new Http1Server();
    engine.receive(octets('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'));
    engine.next();
    engine.sendHead({ ...RESPONSE, contentLength: 0 });
    engine.sendEnd();
    expect(attempt(() => engine.nextCycle())).toBe('ERR_HTTP1_STATE caller');
    expect([engine.theirState, engine.ourState]).toEqual(['body', 'done']);
    engine.receive(octets('hello'));
    expect(engine.next()).toMatchObject({ type: 'data' });
    expect(engine.next()).toMatchObject({ type: 'end' });
    engine.nextCycle();
    expect([engine.theirState, engine.ourState]).toEqual(['idle', 'idle']);
  });

  test('what it receives leads where the table says', () => {
    const engine = new Http1Server();
    const states: string[] = [];
    const step = (text: string): void => {
      engine.receive(octets(text));
      engine.next();
      states.push(engine.theirState);
    };
    step('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n');
    step('x');
    step('G');
    expect(states).toEqual(['body', 'body', 'done']);
    engine.sendHead({ ...RESPONSE, contentLength: 0 });
    engine.sendEnd();
    engine.nextCycle();
    expect(engine.theirState).toBe('idle');
    engine.receive(new Uint8Array(0));
    expect(attempt(() => engine.next())).toBe('ERR_HTTP1_TRUNCATED peer');
    expect(engine.theirState).toBe('broken');
  });

  test('an end of the connection between requests closes its direction', () => {
    const engine = new Http1Server();
    engine.receive(new Uint8Array(0));
    expect(engine.next()).toBe('closed');
    expect(engine.theirState).toBe('closed');
    expect(engine.next()).toBe('closed');
  });
});

describe('Http1Client', () => {
  test.each(SENDING.filter(([, event]) => event !== 'interim'))(
    'in %s it sends %s where the table allows it',
    (state, event) => {
      const engine = clientIn(state);
      const target = DIRECTION_TRANSITIONS[state][event];
      const send = CLIENT_SENDS[event];
      const declared = state === 'body' && event === 'data' ? 'ERR_HTTP1_LENGTH caller' : undefined;
      const outcome = target === undefined ? 'ERR_HTTP1_STATE caller' : declared;
      expect(attempt(() => send?.(engine))).toBe(outcome);
      expect(engine.ourState).toBe(target ?? state);
    },
  );

  test('an interim response leaves its direction idle', () => {
    const engine = new Http1Client();
    engine.sendHead(REQUEST);
    engine.receive(octets('HTTP/1.1 100 Continue\r\n\r\n'));
    expect(engine.next()).toMatchObject({ type: 'response', status: 100 });
    expect(engine.theirState).toBe('idle');
  });

  test('an end of the connection between cycles closes its direction', () => {
    const engine = new Http1Client();
    engine.receive(new Uint8Array(0));
    expect(engine.next()).toBe('closed');
    expect(engine.theirState).toBe('closed');
  });
});
