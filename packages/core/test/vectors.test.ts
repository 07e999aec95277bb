import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { StreamedInput } from '../src/async-input.ts';
import { environKey } from '../src/request-fields.ts';
import { TsgiError } from '../src/errors.ts';
import { checkHeaders } from '../src/header-list.ts';
import { BufferedInput, memorySource } from '../src/input.ts';
import { checkRequestHead, type Protocol } from '../src/request-head.ts';
import { ResponseStart } from '../src/start-response.ts';
import { checkStatus, reasonPhrase, statusCode } from '../src/status.ts';
import { octets, run, text } from './gateway-fixture.ts';

interface Vector<Input, Output> {
  readonly name: string;
  readonly input: Input;
  readonly output?: Output;
  readonly error?: { readonly status?: number | number[]; readonly code?: string };
}

type Pairs = ReadonlyArray<readonly [string, string]>;
type Start = (status: string, headers: unknown, error?: unknown) => void;

function load<Input, Output>(file: string): Vector<Input, Output>[] {
  const url = new URL(`../../../spec/vectors/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Vector<Input, Output>[] }).cases;
}

/** Runs what may throw; gives the result or the error with its code and status. */
function attempt<Output>(action: () => Output): { output: Output } | { error: TsgiError } {
  try {
    return { output: action() };
  } catch (error) {
    expect(error).toBeInstanceOf(TsgiError);
    return { error: error as TsgiError };
  }
}

function expectVector(vector: Vector<unknown, unknown>, action: () => unknown): void {
  const result = attempt(action);
  if (vector.error === undefined) {
    expect(result).toEqual({ output: vector.output });
    return;
  }
  const { code, status } = vector.error;
  const error = 'error' in result ? result.error : undefined;
  expect(error).toBeDefined();
  if (code !== undefined) {
    expect(error?.code).toBe(code);
  }
  if (status !== undefined) {
    expect([status].flat()).toContain(error?.status);
  }
}

interface PathInput {
  readonly method: string;
  readonly target: string;
  readonly mount: string;
  readonly host?: string;
}

function environOf(
  head: { method: string; target: string; headers: string[] },
  scriptName: string,
) {
  let seen: Record<string, unknown> = {};
  run(
    (environ: Record<string, unknown>, start: Start) => {
      seen = { ...environ };
      start('200 OK', []);
      return [];
    },
    { head: { ...head, protocol: 'HTTP/1.0' }, scriptName },
  );
  return seen;
}

describe('vectors of the canonical path', () => {
  test.each(load<PathInput, Record<string, string>>('canonical-path'))('$name', (vector) => {
    const { method, target, mount, host } = vector.input;
    const headers = host === undefined ? [] : ['Host', host];
    expectVector(vector, () => {
      const environ = environOf({ method, target, headers }, mount);
      const keys = ['SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING', 'HTTP_HOST'];
      return Object.fromEntries(
        keys.filter((key) => key in environ).map((key) => [key, environ[key]]),
      );
    });
  });
});

describe('vectors of the header mapping', () => {
  test.each(load<{ fields: Pairs }, Record<string, string>>('header-mapping'))(
    '$name',
    (vector) => {
      expectVector(vector, () => {
        // the framing of these requests is no matter here
        const fields = vector.input.fields.filter(
          ([name]) => !/^(content-length|transfer-encoding)$/i.test(name),
        );
        const environ = environOf({ method: 'GET', target: '/', headers: fields.flat() }, '');
        const mapped = Object.entries(environ).filter(([key]) => /^(HTTP_|CONTENT_TYPE)/.test(key));
        return Object.fromEntries(mapped);
      });
    },
  );

  test('leave framing fields unmapped', () => {
    expect(environKey('content-LENGTH')).toBeUndefined();
    expect(environKey('Transfer-Encoding')).toBeUndefined();
  });
});

describe('vectors of the request framing', () => {
  test.each(load<{ protocol: Protocol; fields: Pairs }, unknown>('request-framing'))(
    '$name',
    (vector) => {
      const { protocol, fields } = vector.input;
      expectVector(vector, () => {
        const head = { method: 'POST', target: '/', protocol, headers: fields.flat() };
        const { contentLength, declared } = checkRequestHead(head);
        if (declared) {
          return { body: 'length', length: contentLength };
        }
        return { body: contentLength === undefined ? 'chunked' : 'none' };
      });
    },
  );
});

describe('vectors of the status line', () => {
  test.each(load<{ status: unknown }, unknown>('status-line'))('$name', (vector) => {
    expectVector(vector, () => {
      const status: unknown = vector.input.status;
      checkStatus(status);
      return { code: statusCode(status), reason: reasonPhrase(status) };
    });
  });
});

describe('vectors of header values', () => {
  test.each(load<{ headers: unknown }, unknown>('header-values'))('$name', (vector) => {
    expectVector(vector, () => ({
      contentLength: checkHeaders(vector.input.headers).contentLength ?? null,
    }));
  });
});

interface Step {
  readonly do: 'start' | 'commit' | 'end';
  readonly arguments?: readonly unknown[];
}

function take(response: ResponseStart, step: Step): unknown {
  const given = step.arguments ?? [];
  try {
    if (step.do === 'start') {
      response.start(given[0], given[1], given[2]);
    } else {
      response[step.do]();
    }
    return { returns: true };
  } catch (error) {
    return error instanceof TsgiError ? { code: error.code } : { throws: error };
  }
}

describe('vectors of startResponse', () => {
  test.each(load<{ steps: Step[] }, unknown>('start-response'))('$name', ({ input, output }) => {
    const response = new ResponseStart();
    const steps = input.steps.map((step) => take(response, step));
    const { flat } = response.headers;
    const headers = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []));
    const stored = response.status === '' ? null : { status: response.status, headers };
    expect({ steps, state: response.state, stored }).toEqual(output);
  });
});

interface ResponseInput {
  readonly method: string;
  readonly protocol: Protocol;
  readonly status: string;
  readonly headers: Pairs;
  readonly body: { readonly kind: 'array' | 'iterable'; readonly chunks: readonly number[] };
}

interface ResponseOutput {
  readonly framings: ReadonlyArray<{ readonly contentLength: string | null }>;
  readonly sent: number;
  readonly complete: boolean;
  readonly logged: string | null;
  readonly returned?: boolean;
}

function respond(input: ResponseInput) {
  let returned = false;
  const chunks = input.body.chunks.map((length) => new Uint8Array(length));
  const iterable = {
    [Symbol.iterator]() {
      const inner = chunks[Symbol.iterator]();
      return {
        next: () => inner.next(),
        return() {
          returned = true;
          return { done: true, value: undefined };
        },
      };
    },
  };
  const { sink, faults } = run(
    (_environ: unknown, start: Start) => {
      start(input.status, input.headers);
      return input.body.kind === 'array' ? chunks : iterable;
    },
    { head: { method: input.method, protocol: input.protocol } },
  );
  const flat = sink.head?.headers ?? [];
  const at = flat.findIndex((name, index) => index % 2 === 0 && /^content-length$/i.test(name));
  return {
    contentLength: at === -1 ? null : (flat[at + 1] ?? null),
    sent: sink.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    complete: sink.trace.at(-1) === 'end',
    logged: faults.map((fault) => (fault as TsgiError).code)[0] ?? null,
    ...(input.body.kind === 'iterable' ? { returned } : {}),
  };
}

describe.each(['content-length', 'bodiless'])('vectors of %s', (file) => {
  test.each(load<ResponseInput, ResponseOutput>(file))('$name', ({ input, output }) => {
    const { contentLength, ...seen } = respond(input);
    const { framings, ...expected } = output as ResponseOutput;
    expect(seen).toEqual(expected);
    expect(framings.map((framing) => framing.contentLength)).toContain(contentLength);
  });
});

interface InputCall {
  readonly call: 'read' | 'iterate';
  readonly arguments: readonly unknown[];
}

interface InputCase {
  readonly body: string;
  readonly ends: 'complete' | 'aborted' | 'too-large';
  readonly calls: readonly InputCall[];
}

function callInput(input: BufferedInput, { call, arguments: given }: InputCall): unknown {
  try {
    const chunks = call === 'read' ? [input.read(...(given as [number]))] : [...input];
    return { octets: text(chunks) };
  } catch (error) {
    return { throws: (error as Error).name };
  }
}

describe('vectors of the input', () => {
  const cases = load<InputCase, { results: unknown[] }>('input-read');

  test.each(cases.filter(({ input }) => input.ends === 'complete'))(
    '$name',
    ({ input, output }) => {
      const body = new BufferedInput(memorySource([octets(input.body)]), { reader: undefined });
      expect(input.calls.map((call) => callInput(body, call))).toEqual(output?.results);
    },
  );

  test('a body that does not end well fails every read of a streamed input', async () => {
    for (const code of ['ERR_TSGI_INPUT_ABORTED', 'ERR_TSGI_INPUT_TOO_LARGE'] as const) {
      const stream = new StreamedInput({ pull() {} }, { reader: undefined });
      const iterator = stream[Symbol.asyncIterator]();
      stream.fail(new TsgiError(code));
      await expect(iterator.next()).rejects.toMatchObject({ code });
      await expect(iterator.next()).rejects.toMatchObject({ code });
    }
  });
});

describe('vectors of chunk brands', () => {
  const cases = load<{ as: 'chunk' | 'body'; expression: string }, { byteLength: number }>(
    'chunk-brands',
  );

  test.each(cases)('$name as $input.as', ({ input, output, error }) => {
    const value: unknown = vm.runInThisContext('(Buffer, vm) => (expression) => eval(expression)')(
      Buffer,
      vm,
    )(`(${input.expression})`);
    const { sink, faults } = run((_environ: unknown, start: Start) => {
      start('200 OK', []);
      return input.as === 'chunk' ? [value] : value;
    });
    expect(faults.map((fault) => (fault as TsgiError).code).slice(0, 1)).toEqual(
      error ? [error.code] : [],
    );
    expect(sink.head?.status).toBe(error ? 500 : 200);
    if (output?.byteLength !== undefined) {
      expect(text(sink.chunks)).toHaveLength(output.byteLength);
    }
  });
});
