// Servers that break a rule of the body or of the cleanup.

import type { Application, Body } from '@tsgi/types';
import { type Exchange, octets } from '../gateway.ts';
import { HELLO, OK, quietly, run, type ServerCase, starts } from './case.ts';

const COMPLETE = { status: 200, bytesSent: 5, aborted: false };

const hello = starts(OK);

const chunks =
  (...list: readonly Uint8Array[]): Application =>
  (_environ, startResponse) => {
    startResponse(OK, []);
    return list.values();
  };

const closable: Application = (_environ, startResponse) => {
  startResponse(OK, []);
  const body: Body = { [Symbol.iterator]: () => [HELLO].values(), close() {} };
  return body;
};

const generated: Application = function* generate(_environ, startResponse) {
  startResponse(OK, []);
  yield HELLO;
  yield HELLO;
};

const pullCases: readonly ServerCase[] = [
  {
    name: 'asks for two iterators',
    rule: 'BODY-ITERATE-ONCE',
    got: 'another iterator asked for',
    application: hello,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      body[Symbol.iterator]();
      body[Symbol.iterator]();
    },
  },
  {
    name: 'asks for another iterator at the end of the first',
    rule: 'BODY-ITERATE-ONCE',
    got: 'another iterator asked for',
    application: hello,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      for (const chunk of body) {
        chunk.subarray();
      }
      body[Symbol.iterator]();
    },
  },
  {
    name: 'makes a file whose iteration gives other octets than its region has',
    rule: 'FILE-PLAIN',
    got: '5 octets where tsgi.file has 4',
    application: (environ, startResponse) => {
      startResponse(OK, []);
      return environ['tsgi.file_wrapper']?.('/srv/a') ?? [];
    },
    request: () => ({
      environ: {
        'tsgi.file_wrapper': () =>
          Object.assign(new Set([HELLO]), { 'tsgi.file': { fd: 3, offset: 0, length: 4 } }),
      },
    }),
    act: (linted, exchange) => void [...run(linted, exchange)],
  },
  {
    name: 'pulls after the end',
    rule: 'BODY-NEXT-AFTER-END',
    got: 'next() in the state "exhausted"',
    application: hello,
    act: (linted, exchange) => {
      const iterator = run(linted, exchange)[Symbol.iterator]();
      iterator.next();
      iterator.next();
      iterator.next();
    },
  },
  {
    name: 'pulls after an error',
    rule: 'BODY-NEXT-AFTER-END',
    got: 'next() in the state "threw"',
    application: function* failing() {
      yield new Uint8Array(0);
      throw new Error('broken');
    },
    act: (linted, exchange) => {
      const iterator = run(linted, exchange)[Symbol.iterator]();
      iterator.next();
      quietly(() => void iterator.next());
      iterator.next();
    },
  },
  {
    name: 'pulls after return()',
    rule: 'BODY-NEXT-AFTER-END',
    got: 'next() in the state "returned"',
    application: generated,
    act: (linted, exchange) => {
      const iterator = run(linted, exchange)[Symbol.iterator]();
      iterator.next();
      iterator.return?.();
      iterator.next();
    },
  },
  {
    name: 'pulls after close()',
    rule: 'CLOSE-ORDER',
    got: 'next() in the state "closed"',
    application: chunks(HELLO),
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      const iterator = body[Symbol.iterator]();
      body.close?.();
      iterator.next();
    },
  },
  {
    name: 'iterates after close()',
    rule: 'CLOSE-ORDER',
    got: 'another iterator asked for',
    application: hello,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      body.close?.();
      body[Symbol.iterator]();
    },
  },
  {
    name: 'pulls on for HEAD',
    rule: 'FRAME-HEAD-STOP',
    got: 'another pull after the first chunk for HEAD',
    application: generated,
    request: () => ({ method: 'HEAD' }),
    act: (linted, exchange) => void [...run(linted, exchange)],
  },
];

const immutableCases: readonly ServerCase[] = [
  {
    name: 'changes a chunk before the next pull',
    rule: 'BODY-CHUNK-IMMUTABLE',
    got: 'chunk 1 with other octets than when it was yielded',
    application: (environ, startResponse) =>
      chunks(octets('a'), octets('b'))(environ, startResponse),
    act: (linted, exchange) => {
      const iterator = run(linted, exchange)[Symbol.iterator]();
      iterator.next().value.fill(0);
      iterator.next();
    },
  },
  {
    name: 'changes a chunk before close()',
    rule: 'BODY-CHUNK-IMMUTABLE',
    got: 'chunk 2 with other octets than when it was yielded',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      return [octets('a'), octets('b')];
    },
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      [...body][1]?.fill(0);
      body.close?.();
    },
  },
  {
    name: 'detaches the memory of a chunk',
    rule: 'BODY-CHUNK-IMMUTABLE',
    got: 'chunk 1 with other octets than when it was yielded',
    application: (environ, startResponse) =>
      chunks(octets('a'), octets('b'))(environ, startResponse),
    act: (linted, exchange) => {
      const iterator = run(linted, exchange)[Symbol.iterator]();
      const { buffer } = iterator.next().value;
      structuredClone(buffer, { transfer: [buffer] });
      iterator.next();
    },
  },
];

const faultCases: readonly ServerCase[] = [
  {
    name: 'pulls on after a chunk of another kind',
    rule: 'BODY-TYPE',
    after: ['APP-CHUNK-TYPE'],
    got: 'another pull after a chunk of another kind',
    application: (environ, startResponse) => chunks('text' as never, HELLO)(environ, startResponse),
    act: pullTwice,
  },
  {
    name: 'pulls on after content with status 204',
    rule: 'FRAME-DISCARD',
    after: ['APP-NOBODY'],
    got: 'another pull after a chunk that the status does not allow',
    application: (_environ, startResponse) => {
      startResponse('204 No Content', []);
      return [HELLO, HELLO].values();
    },
    act: pullTwice,
  },
  {
    name: 'pulls on after more octets than Content-Length',
    rule: 'FRAME-CL-STOP',
    after: ['APP-CL-MATCH'],
    got: 'another pull after more octets than Content-Length',
    application: (_environ, startResponse) => {
      startResponse(OK, [['Content-Length', '3']]);
      return [HELLO, HELLO].values();
    },
    act: pullTwice,
  },
];

function pullTwice(linted: Application, exchange: Exchange): void {
  const iterator = run(linted, exchange)[Symbol.iterator]();
  iterator.next();
  iterator.next();
}

const closeCases: readonly ServerCase[] = [
  {
    name: 'closes a body twice',
    rule: 'CLOSE-ONCE',
    got: 'close() in the state "closed"',
    application: closable,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      body.close?.();
      body.close?.();
    },
  },
  {
    name: 'closes a body without return() of its iterator',
    rule: 'CLOSE-RETURN',
    got: 'close() in the state "open"',
    application: generated,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      body[Symbol.iterator]().next();
      body.close?.();
    },
  },
  {
    name: 'calls return() of an iterator that has ended',
    rule: 'CLOSE-RETURN-DONE',
    got: 'return() in the state "exhausted"',
    application: generated,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      const iterator = body[Symbol.iterator]();
      for (let step = iterator.next(); step.done !== true; step = iterator.next());
      iterator.return?.();
      body.close?.();
    },
  },
  {
    name: 'calls return() after close()',
    rule: 'CLOSE-ORDER',
    got: 'return() in the state "closed"',
    application: closable,
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      const iterator = body[Symbol.iterator]();
      body.close?.();
      iterator.return?.();
    },
  },
  ...(
    [
      ['CLOSE-CALLED', 'after a complete response', 'GET', closable, COMPLETE],
      ['CLOSE-HEAD', 'for HEAD', 'HEAD', closable, { ...COMPLETE, bytesSent: 0 }],
      ['CLOSE-ABORT', 'after a disconnect', 'GET', closable, { ...COMPLETE, aborted: true }],
    ] as const
  ).map(
    ([rule, when, method, application, outcome]): ServerCase => ({
      name: `forgets close() ${when}`,
      rule,
      got: 'callbacks without a close() of the body',
      application,
      request: () => ({ method }),
      act: (linted, exchange) => {
        const body = run(linted, exchange);
        const iterator = body[Symbol.iterator]();
        iterator.next();
        if (method === 'GET' && !outcome.aborted) {
          iterator.next();
        }
        exchange.finish(outcome);
      },
    }),
  ),
  {
    name: 'forgets close() after next() has thrown',
    rule: 'CLOSE-THROW',
    got: 'callbacks without a close() of the body',
    application: (_environ, startResponse) => {
      startResponse(OK, []);
      const next = (): never => {
        throw new Error('broken');
      };
      const body: Body = { [Symbol.iterator]: () => ({ next }), close() {} };
      return body;
    },
    act: (linted, exchange) => {
      const body = run(linted, exchange);
      quietly(() => void body[Symbol.iterator]().next());
      exchange.finish({ status: 500, bytesSent: 0, aborted: false, error: new Error('broken') });
    },
  },
  {
    name: 'forgets close() where startResponse was never called',
    rule: 'CLOSE-SR-ERROR',
    got: 'callbacks without a close() of the body',
    application: () => {
      const body: Body = { [Symbol.iterator]: () => [HELLO].values(), close() {} };
      return body;
    },
    act: (linted, exchange) => {
      run(linted, exchange);
      exchange.finish({ status: 500, bytesSent: 0, aborted: false, error: new Error('broken') });
    },
  },
  ...['body', 'iterator'].map(
    (what): ServerCase => ({
      name: `calls Symbol.dispose of ${what === 'body' ? 'a body' : 'an iterator'}`,
      rule: 'CLOSE-NODISPOSE',
      got: 'a call of Symbol.dispose',
      application: closable,
      act: (linted, exchange) => {
        const body = run(linted, exchange);
        const target = what === 'body' ? body : body[Symbol.iterator]();
        Reflect.apply(Reflect.get(target, Reflect.get(Symbol, 'dispose')), target, []);
      },
    }),
  ),
  {
    name: 'forgets return() and close()',
    rule: 'CLOSE-RETURN',
    got: 'callbacks without a return() of the iterator',
    application: generated,
    act: (linted, exchange) => {
      run(linted, exchange)[Symbol.iterator]().next();
      exchange.finish({ ...COMPLETE, aborted: true });
    },
  },
];

/** Every server that the lint has to catch by what it does with a body. */
export const SERVER_BODY_CASES: readonly ServerCase[] = [
  ...pullCases,
  ...immutableCases,
  ...faultCases,
  ...closeCases,
];
