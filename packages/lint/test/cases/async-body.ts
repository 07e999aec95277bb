// Servers that break a rule of asynchronous bodies, each in one way.

import type { AsyncApplication, AsyncBody } from '@tsgi/types';
import type { Exchange } from '../gateway.ts';
import { type AsyncCase, generated, responding } from './async-case.ts';

const asyncBody = async (linted: AsyncApplication, exchange: Exchange): Promise<AsyncBody> =>
  (await linted(exchange.environ, exchange.start.call)) as AsyncBody;

const closable = responding(() => ({
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
  close: async () => {},
}));

/** Every server that the lint has to catch by what it does with an asynchronous body. */
export const ASYNC_BODY_CASES: readonly AsyncCase[] = [
  {
    name: 'asks an asynchronous body for two iterators',
    rule: 'ASYNC-ITERATE',
    blame: 'server',
    got: 'another iterator asked for',
    application: generated,
    act: async (linted, exchange) => {
      const body = await asyncBody(linted, exchange);
      body[Symbol.asyncIterator]();
      body[Symbol.asyncIterator]();
    },
  },
  {
    name: 'asks for another iterator while it waits for a chunk',
    rule: 'ASYNC-ITERATE',
    blame: 'server',
    got: 'another iterator asked for',
    application: generated,
    act: async (linted, exchange) => {
      const body = await asyncBody(linted, exchange);
      const waiting = body[Symbol.asyncIterator]().next();
      body[Symbol.asyncIterator]();
      await waiting;
    },
  },
  {
    name: 'closes an asynchronous body while it waits for a chunk, without return()',
    rule: 'ASYNC-RETURN',
    blame: 'server',
    got: 'close() in the state "pulling"',
    application: generated,
    act: async (linted, exchange) => {
      const body = await asyncBody(linted, exchange);
      const waiting = body[Symbol.asyncIterator]().next();
      await body.close?.();
      await waiting;
    },
  },
  {
    name: 'calls next() while an earlier call is unsettled',
    rule: 'ASYNC-SEQ',
    blame: 'server',
    got: 'next() in the state "pulling"',
    application: generated,
    act: async (linted, exchange) => {
      const iterator = (await asyncBody(linted, exchange))[Symbol.asyncIterator]();
      await Promise.all([iterator.next(), iterator.next()]);
    },
  },
  {
    name: 'pulls an asynchronous body after its end',
    rule: 'BODY-NEXT-AFTER-END',
    blame: 'server',
    got: 'next() in the state "exhausted"',
    application: generated,
    act: async (linted, exchange) => {
      const iterator = (await asyncBody(linted, exchange))[Symbol.asyncIterator]();
      while ((await iterator.next()).done !== true);
      await iterator.next();
    },
  },
  {
    name: 'closes an asynchronous body without return() of its iterator',
    rule: 'ASYNC-RETURN',
    blame: 'server',
    got: 'close() in the state "open"',
    application: generated,
    act: async (linted, exchange) => {
      const body = await asyncBody(linted, exchange);
      await body[Symbol.asyncIterator]().next();
      await body.close?.();
    },
  },
  {
    name: 'closes an asynchronous body twice',
    rule: 'ASYNC-CLOSE',
    blame: 'server',
    got: 'close() in the state "closed"',
    application: closable,
    act: async (linted, exchange) => {
      const body = await asyncBody(linted, exchange);
      await body.close?.();
      await body.close?.();
    },
  },
  {
    name: 'forgets close() of an asynchronous body',
    rule: 'ASYNC-CLOSE',
    blame: 'server',
    got: 'callbacks without a close() of the body',
    application: closable,
    act: async (linted, exchange) => {
      await (await asyncBody(linted, exchange))[Symbol.asyncIterator]().next();
      exchange.finish({ status: 200, bytesSent: 0, aborted: false });
    },
  },
  {
    name: 'iterates a body asynchronously that is synchronous as well',
    rule: 'ASYNC-SYNC-FIRST',
    blame: 'server',
    got: 'an asynchronous iterator asked of a body that is synchronous as well',
    application: responding(() => ({
      *[Symbol.iterator]() {},
      async *[Symbol.asyncIterator]() {},
    })),
    act: async (linted, exchange) => {
      for await (const chunk of await asyncBody(linted, exchange)) {
        throw new Error(`no chunk was yielded; got ${chunk.byteLength} octets`);
      }
    },
  },
  ...(['dispose', 'asyncDispose'] as const).map(
    (name): AsyncCase => ({
      name: `calls Symbol.${name} of an asynchronous iterator`,
      rule: 'CLOSE-NODISPOSE',
      blame: 'server',
      got: `a call of Symbol.${name}`,
      application: closable,
      act: async (linted, exchange) => {
        const body = await asyncBody(linted, exchange);
        const iterator = body[Symbol.asyncIterator]();
        Reflect.apply(Reflect.get(iterator, Reflect.get(Symbol, name)), iterator, []);
      },
    }),
  ),
  {
    name: 'pulls on for HEAD, asynchronously',
    rule: 'FRAME-HEAD-STOP',
    blame: 'server',
    got: 'another pull after the first chunk for HEAD',
    application: generated,
    request: () => ({ method: 'HEAD' }),
    act: async (linted, exchange) => {
      const iterator = (await asyncBody(linted, exchange))[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.next();
    },
  },
  {
    name: 'pulls after it has abandoned the response',
    rule: 'ASYNC-ABANDON',
    blame: 'server',
    got: 'next() after tsgi.signal was aborted',
    application: generated,
    request: () => ({ environ: { 'tsgi.signal': AbortSignal.abort() } }),
    act: async (linted, exchange) => {
      await (await asyncBody(linted, exchange))[Symbol.asyncIterator]().next();
    },
  },
];
