import type { AsyncApplication, Environ } from '@tsgi/types';
import type { CheckId, PlainData, Probe, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { buildChunked } from '../../wire/request-bytes.ts';
import { answering, describeThrown, thrownBy } from './applications.ts';
import { pattern } from './pattern.ts';
import { assertResponse } from './tables.ts';

const CHUNKED = ['Transfer-Encoding', 'chunked'] as const;

/** `tsgi.async_input` of an environ that has it. */
export function inputOf(environ: Environ): AsyncIterable<Uint8Array> {
  const input = environ['tsgi.async_input'];
  if (input === undefined) throw new TypeError('tsgi.async_input is absent');
  return input;
}

/** Everything that is left, or what reading it throws. */
async function readAll(environ: Environ): Promise<PlainData> {
  const parts: string[] = [];
  try {
    for await (const part of inputOf(environ)) parts.push(fromBytes(part));
  } catch (error) {
    return describeThrown(error);
  }
  return { body: parts.join(''), hasEmpty: parts.includes('') };
}

function recordBody(probe: Probe): AsyncApplication {
  return async (environ, startResponse) => {
    probe.record('read', await readAll(environ));
    return answering(probe)(environ, startResponse);
  };
}

/** A whole body, read asynchronously. */
const WHOLE: readonly (readonly [id: CheckId, title: string, size: number, chunked: boolean])[] = [
  ['ASYNC-INPUT-END.content-length', 'A body with a length', 200_000, false],
  ['ASYNC-INPUT-END.chunked', 'A chunked body', 200_000, true],
  ['ASYNC-INPUT-CHUNK.non-empty', 'A body of five octets', 5, false],
];

const whole = WHOLE.map(
  ([id, title, size, chunked]): ServerCheck => ({
    id,
    title: `${title} is delivered whole, in non-empty chunks`,
    requires: chunked ? ['chunkedRequest'] : undefined,
    app: recordBody,
    run: async (driver) => {
      const body = pattern(size);
      const parts = body.match(/.{1,30000}/gs) ?? [];
      await driver.exchange(
        chunked
          ? { method: 'POST', headers: [CHUNKED], body: buildChunked(parts) }
          : { method: 'POST', body },
      );
      const { data } = await driver.event('read');
      const read = data as { readonly body?: string; readonly hasEmpty?: boolean };
      driver.assert.equal('octets read', read.body?.length, body.length);
      driver.assert.equal('body is unchanged', read.body === body, true);
      driver.assert.equal('an empty chunk was delivered', read.hasEmpty, false);
    },
  }),
);

/** Uses of both inputs, and what each throws. */
interface LockCase {
  readonly id: CheckId;
  readonly title: string;
  readonly use: (environ: Environ) => PlainData;
  readonly buffered: boolean;
  readonly expect: PlainData;
}

const begin = (environ: Environ) => thrownBy(() => inputOf(environ)[Symbol.asyncIterator]()).code;
const read = (environ: Environ) => thrownBy(() => environ['tsgi.input'].read()).code;
const iterate = (environ: Environ) => thrownBy(() => environ['tsgi.input'][Symbol.iterator]()).code;

const locks: readonly LockCase[] = [
  {
    id: 'ASYNC-INPUT-LOCK.second-iterator',
    title: 'A second iterator is refused',
    use: (environ) => [begin(environ), begin(environ)],
    buffered: true,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.async-after-sync',
    title: 'tsgi.async_input is refused after tsgi.input was used',
    use: (environ) => [read(environ), begin(environ)],
    buffered: true,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.sync-after-async',
    title: 'tsgi.input is refused after tsgi.async_input was used',
    use: (environ) => [begin(environ), read(environ)],
    buffered: true,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.second-iterator-streamed',
    title: 'A second iterator is refused while the body is on its way',
    use: (environ) => [begin(environ), begin(environ)],
    buffered: false,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.async-after-sync-iterator',
    title: 'An iterator of tsgi.input is a use of it, before its first step',
    use: (environ) => [iterate(environ), begin(environ)],
    buffered: true,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.sync-iterator-after-async',
    title: 'No iterator of tsgi.input is given after tsgi.async_input was used',
    use: (environ) => {
      const first = begin(environ);
      return [first, thrownBy(() => void [...environ['tsgi.input']]).code];
    },
    buffered: true,
    expect: [undefined, 'ERR_TSGI_INPUT_LOCKED'],
  },
  {
    id: 'ASYNC-INPUT-LOCK.refused-read',
    title: 'A read that throws is no use of tsgi.input',
    use: (environ) => {
      const { kind } = thrownBy(() => environ['tsgi.input'].read(-1));
      return [kind, begin(environ)];
    },
    buffered: true,
    expect: ['RangeError', undefined],
  },
  {
    id: 'ASYNC-INPUT-LOCK.sync-again',
    title: 'A use of tsgi.input does not lock out the next one',
    use: (environ) => [read(environ), iterate(environ), read(environ)],
    buffered: true,
    expect: [undefined, undefined, undefined],
  },
  {
    id: 'ASYNC-INPUT-UNBUFFERED.read',
    title: 'tsgi.input is refused while the body is not buffered, and this is no use of it',
    use: (environ) => {
      const { code } = thrownBy(() => environ['tsgi.input'][Symbol.iterator]().next());
      return [environ['tsgi.input_buffered'], read(environ), code, begin(environ)];
    },
    buffered: false,
    expect: [false, 'ERR_TSGI_INPUT_UNBUFFERED', 'ERR_TSGI_INPUT_UNBUFFERED', undefined],
  },
];

/** Without a body the input is buffered; with one that is held back it is not. */
const locked = locks.map(
  ({ id, title, use, buffered, expect }): ServerCheck => ({
    id,
    title,
    app: (probe) => (environ, startResponse) => {
      probe.record('use', use(environ));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['Content-Length', '5']] as const;
      const connection = await driver.begin(buffered ? {} : { method: 'POST', headers });
      const { data } = await driver.event('use');
      driver.assert.equal('results', data, expect);
      if (!buffered) await connection.send(toBytes('abcde'));
    },
  }),
);

/** `tsgi.async_input`. */
export const asyncInputChecks: readonly ServerCheck[] = [
  ...whole,
  ...locked,
  {
    id: 'ASYNC-INPUT-PRESENT.no-body',
    title: 'The input of a request without a body ends at once',
    app: recordBody,
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('read');
      driver.assert.equal('what was read', data, { body: '', hasEmpty: false });
    },
  },
  {
    id: 'ASYNC-INPUT-NONE.buffered',
    title: 'tsgi.input_buffered is true without a body, and tsgi.input can be read',
    app: (probe) => (environ, startResponse) => {
      const length = environ['tsgi.input'].read().length;
      probe.record('input', [environ['tsgi.input_buffered'], length]);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('buffered, length', (await driver.event('input')).data, [true, 0]);
    },
  },
  {
    id: 'ASYNC-INPUT-STREAM.first-part',
    title: 'Octets that have arrived are delivered before the end of the body',
    app: (probe) => async (environ, startResponse) => {
      let text = '';
      for await (const part of inputOf(environ)) {
        text += fromBytes(part);
        if (text === 'first') probe.record('first');
      }
      probe.record('all', text);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['Content-Length', '10']] as const;
      const connection = await driver.begin({ method: 'POST', headers, body: 'first' });
      await driver.event('first');
      await connection.send(toBytes('-last'));
      assertResponse(driver, await connection.response('POST'), {});
      driver.assert.equal('body read', (await driver.event('all')).data, 'first-last');
    },
  },
  {
    id: 'ASYNC-INPUT-PULL.unread-body',
    title: 'A body that the application does not take is not read without end',
    requires: ['chunkedRequest'],
    gates: ['sent'],
    app: (probe) => async (environ, startResponse) => {
      await probe.holdAsync('sent');
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.begin({ method: 'POST', headers: [CHUNKED] });
      await driver.event('hold sent');
      const chunk = toBytes(`100000\r\n${'x'.repeat(1_048_576)}\r\n`);
      const taken = await connection.flood(chunk, 64, () => driver.ping());
      driver.release('sent');
      driver.assert.holds('mebibytes taken by the system and the server', taken < 64, {
        expected: 'fewer than 64',
        got: String(taken),
      });
    },
  },
  {
    id: 'ASYNC-INPUT-LIMIT.chunked',
    title: 'A chunked body of 16 MiB is delivered whole, or found too large',
    requires: ['chunkedRequest'],
    app: (probe) => async (environ, startResponse) => {
      let length = 0;
      try {
        for await (const part of inputOf(environ)) length += part.length;
        probe.record('read', length);
      } catch (error) {
        probe.record('read', describeThrown(error).code);
      }
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const connection = await driver.begin({ method: 'POST', headers: [CHUNKED] });
      const chunk = toBytes(`100000\r\n${'x'.repeat(1_048_576)}\r\n`);
      connection.offer([...Array.from({ length: 16 }, () => chunk), toBytes('0\r\n\r\n')]);
      const { data } = await driver.event('read');
      driver.assert.oneOf('result of reading', data, [16 * 1_048_576, 'ERR_TSGI_INPUT_TOO_LARGE']);
    },
  },
  {
    id: 'ASYNC-INPUT-ABORT.cut-short',
    title: 'A body that is cut short rejects every next()',
    app: recordRejections,
    run: async (driver) => {
      const headers = [['Content-Length', '10']] as const;
      const connection = await driver.begin({ method: 'POST', headers, body: 'abcde' });
      await driver.event('part');
      await connection.abort('rst');
      const { data } = await driver.event('rejections');
      const code = 'ERR_TSGI_INPUT_ABORTED';
      driver.assert.equal('codes of two calls of next()', data, [code, code]);
    },
  },
  {
    id: 'ASYNC-INPUT-ABORT.malformed',
    title: 'A malformed body rejects every next()',
    requires: ['chunkedRequest'],
    app: recordRejections,
    run: async (driver) => {
      const connection = await driver.begin({
        method: 'POST',
        headers: [CHUNKED],
        body: '5\r\nabcde\r\n',
      });
      await driver.event('part');
      await connection.send(toBytes('zz\r\n\r\n'));
      const { data } = await driver.event('rejections');
      const code = 'ERR_TSGI_INPUT_ABORTED';
      driver.assert.equal('codes of two calls of next()', data, [code, code]);
    },
  },
  {
    id: 'ASYNC-INPUT-DUPLEX.echo',
    title: 'The body goes on arriving after the response was committed',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return inputOf(environ);
    },
    run: async (driver) => {
      const headers = [['Content-Length', '6']] as const;
      const connection = await driver.begin({ method: 'POST', headers, body: 'abc' });
      await connection.received('abc');
      await connection.send(toBytes('def'));
      assertResponse(driver, await connection.response('POST'), { body: 'abcdef' });
    },
  },
  {
    id: 'ASYNC-INPUT-ENDED.pending-next',
    title: 'A next() that is pending when the response ends is rejected',
    app: (probe) => (environ, startResponse) => {
      const pending = inputOf(environ)[Symbol.asyncIterator]().next();
      pending.then(
        () => probe.record('next', 'fulfilled'),
        (error: unknown) => probe.record('next', describeThrown(error).code),
      );
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const headers = [['Content-Length', '5']] as const;
      await driver.begin({ method: 'POST', headers });
      const { data } = await driver.event('next');
      driver.assert.equal('code of the rejection', data, 'ERR_TSGI_INPUT_ABORTED');
    },
  },
];

/** Takes one part, and then what two further calls of next() reject with. */
export function recordRejections(probe: Probe): AsyncApplication {
  return async (environ, startResponse) => {
    const iterator = inputOf(environ)[Symbol.asyncIterator]();
    let text = '';
    while (text.length < 5) {
      const step = await iterator.next();
      text += fromBytes(step.value as Uint8Array);
    }
    probe.record('part', text);
    const codes: PlainData[] = [];
    for (let call = 0; call < 2; call += 1) {
      codes.push(
        await iterator.next().then(
          () => 'none',
          (error: unknown) => describeThrown(error).code,
        ),
      );
    }
    probe.record('rejections', codes);
    return answering(probe)(environ, startResponse);
  };
}
