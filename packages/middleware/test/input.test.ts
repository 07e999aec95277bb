import { createAsyncClient } from '@tsgi/testing';
import type { Application, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { bufferInput } from '../src/buffer-input.ts';
import { rewind, rewindInput } from '../src/rewind-input.ts';
import { toAsync } from '../src/to-async.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { echo, octets } from './samples.ts';

// What a server gives whose body is still on its way.
function arriving(...chunks: readonly string[]): Partial<Environ> {
  return {
    'tsgi.input_buffered': false,
    'tsgi.input': {
      read() {
        throw new Error('unbuffered');
      },
      [Symbol.iterator]() {
        throw new Error('unbuffered');
      },
    },
    'tsgi.async_input': (async function* () {
      for (const chunk of chunks) {
        yield octets(chunk);
      }
    })(),
  };
}

// What a server gives that waits for the network when it is read.
function waiting(text: string): Partial<Environ> {
  const left = octets(text);
  let position = 0;
  return {
    'tsgi.input_buffered': false,
    'tsgi.input': {
      read(size = left.byteLength) {
        const part = left.slice(position, position + size);
        position += part.byteLength;
        return part;
      },
      *[Symbol.iterator]() {
        for (let part = this.read(3); part.byteLength > 0; part = this.read(3)) {
          yield part;
        }
      },
    },
  };
}

describe.each([{ memory: 1024 }, { memory: 2 }])(
  'bufferInput with $memory octets of memory',
  ({ memory }) => {
    test('takes in a body that is still arriving', async () => {
      const client = createAsyncClient(bufferInput({ memory })(echo));
      const response = await client.post('/', { environ: arriving('one', 'two') });
      expect(response.text()).toBe('onetwo');
    });

    test('takes in a body that is read with waiting', async () => {
      const client = clientBetween(bufferInput({ memory }), echo, {
        environ: waiting('twelve octets'),
      });
      expect(client.post('/').text()).toBe('twelve octets');
    });

    test('tells the length and leaves no second reader', async () => {
      const seen: unknown[] = [];
      const application: Application = (environ, startResponse) => {
        seen.push(
          environ.CONTENT_LENGTH,
          environ['tsgi.input_buffered'],
          'tsgi.async_input' in environ,
        );
        return echo(environ, startResponse);
      };
      const client = createAsyncClient(bufferInput({ memory })(application));
      await client.post('/', { environ: arriving('abc') });
      expect(seen).toEqual(['3', true, false]);
    });

    test('answers a body that is too large with 413', async () => {
      const limited = bufferInput({ memory, maxSize: 5 });
      const client = createAsyncClient(limited(echo));
      expect((await client.post('/', { environ: arriving('abc', 'def') })).status).toBe(413);
      const told = { ...arriving('abcdef'), CONTENT_LENGTH: '6' };
      expect((await client.post('/', { environ: told })).status).toBe(413);
      expect(clientBetween(limited, echo, { environ: waiting('sixsix') }).post('/').status).toBe(
        413,
      );
    });
  },
);

describe('bufferInput', () => {
  test('leaves a body alone that the server has buffered', () => {
    const client = clientBetween(bufferInput({ maxSize: 1 }), echo);
    expect(client.post('/', { body: 'abc' }).text()).toBe('abc');
  });

  test.each([{ maxSize: -1 }, { memory: 1.5 }])('refuses %j', (options) => {
    expect(() => bufferInput(options)).toThrow(
      /^bufferInput: (maxSize|memory) must be a whole number/,
    );
  });
});

describe.each([{ memory: 1024 }, { memory: 2 }])(
  'rewindInput with $memory octets of memory',
  ({ memory }) => {
    const twice: Application = (environ, startResponse) => {
      const input = environ['tsgi.input'];
      const parts = [input.read(2), input.read(0), input.read(1)];
      rewind(environ);
      parts.push(octets('|'), ...environ['tsgi.input'], octets('|'));
      rewind(environ);
      parts.push(environ['tsgi.input'].read(), environ['tsgi.input'].read(4));
      startResponse('200 OK', []);
      return parts;
    };

    test('reads a body again', () => {
      const client = clientBetween(rewindInput({ memory }), twice);
      expect(client.post('/', { body: 'abcdef' }).text()).toBe('abc|abcdef|abcdef');
      expect(client.post('/').text()).toBe('||');
    });

    test('reads a body again that was still arriving', async () => {
      const client = asyncClientBetween(rewindInput({ memory }), twice);
      const plain = await client.post('/', { body: 'abcdef' });
      expect(plain.text()).toBe('abc|abcdef|abcdef');
      const unbuffered = createAsyncClient(rewindInput({ memory })(twice));
      const late = await unbuffered.post('/', { environ: arriving('ab', 'cdef') });
      expect(late.text()).toBe('abc|abcdef|abcdef');
    });
  },
);

describe('rewind', () => {
  test('says that rewindInput is missing', () => {
    expect(() => rewind({ 'tsgi.input': {} } as Environ)).toThrow('no rewindInput stands before');
  });
});

describe('toAsync', () => {
  test('serves a synchronous application where bodies are streamed', async () => {
    const seen: unknown[] = [];
    const application: Application = (environ, startResponse) => {
      seen.push(environ['tsgi.async'], environ['tsgi.input_buffered']);
      return echo(environ, startResponse);
    };
    const client = createAsyncClient(toAsync(application));
    expect((await client.post('/', { environ: arriving('a', 'b') })).text()).toBe('ab');
    expect(seen).toEqual([false, true]);
  });
});
