import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { observeEntries } from '../src/environ-entries.ts';
import { observePath } from '../src/environ-path.ts';
import { isOctets } from '../src/octets.ts';
import { isBody } from '../src/result-kind.ts';
import { checkStart } from '../src/start-arguments.ts';
import { Reporter } from '../src/reporter.ts';
import { Activity } from '../src/activity.ts';
import { StartWatch } from '../src/start-watch.ts';
import { makeExchange, Start } from './gateway.ts';

interface Vector<Input, Output> {
  readonly name: string;
  readonly input: Input;
  readonly output?: Output;
  readonly error?: { readonly code?: string; readonly status?: number };
}

function load<Input, Output>(name: string): readonly Vector<Input, Output>[] {
  const file = new URL(`../../../spec/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}

const codeOf = (status: unknown, headers: unknown): string | undefined => {
  const checked = checkStart(status, headers);
  return 'fault' in checked ? checked.fault.code : undefined;
};

describe(checkStart, () => {
  test.each(load<{ readonly status: unknown }, { readonly code: number }>('status-line'))(
    'agrees with the vector of statuses: $name',
    ({ input, output, error }) => {
      expect(codeOf(input.status, [])).toBe(error?.code);
      expect(checkStart(input.status, [])).toMatchObject(
        output === undefined ? {} : { facts: { status: output.code } },
      );
    },
  );

  test.each(
    load<{ readonly headers: unknown }, { readonly contentLength: number | null }>('header-values'),
  )('agrees with the vector of header lists: $name', ({ input, output, error }) => {
    expect(codeOf('200 OK', input.headers)).toBe(error?.code);
    expect(checkStart('200 OK', input.headers)).toMatchObject(
      output === undefined ? {} : { facts: { contentLength: output.contentLength ?? undefined } },
    );
  });
});

interface Target {
  readonly method: string;
}

interface Path {
  readonly SCRIPT_NAME: string;
  readonly PATH_INFO: string;
}

const dispatched = load<Target, Path>('canonical-path').filter(
  ({ output }) => output !== undefined,
);

describe(observePath, () => {
  test.each(dispatched)('takes what the vector of paths gives: $name', ({ input, output }) => {
    const { SCRIPT_NAME: scriptName = '', PATH_INFO: pathInfo = '' } = output ?? {};
    expect(observePath({ method: input.method, scriptName, pathInfo })).toBeUndefined();
  });
});

describe(observeEntries, () => {
  test.each(load<object, Readonly<Record<string, string>>>('header-mapping'))(
    'takes what the vector of request fields gives: $name',
    ({ output = {} }) => {
      expect(observeEntries(makeExchange({ environ: output }).environ)).toEqual([]);
    },
  );
});

type Value = { readonly as: 'chunk' | 'body'; readonly expression: string };

describe(isOctets, () => {
  const values = load<Value, object>('chunk-brands');
  test.each(values)('and isBody agree with the vector of brands: $name', (vector) => {
    const evaluate = vm.compileFunction(`return (${vector.input.expression})`, ['vm']);
    const value: unknown = evaluate(vm);
    if (value instanceof Promise) {
      value.catch(() => {});
    }
    const holds = vector.input.as === 'chunk' ? isOctets(value) : isBody(value);
    expect(holds).toBe(vector.error === undefined);
  });
});

interface Step {
  readonly do: 'start' | 'commit' | 'end';
  readonly arguments?: readonly unknown[];
}

interface Result {
  readonly returns?: true;
  readonly code?: string;
  readonly throws?: unknown;
}

interface Sequence {
  readonly steps: readonly Result[];
  readonly state: string;
}

describe(StartWatch, () => {
  test.each(load<{ readonly steps: readonly Step[] }, Sequence>('start-response'))(
    'agrees with the vector of calls, and finds nothing against the server: $name',
    ({ input, output }) => {
      const blamed: string[] = [];
      const onFinding = ({ blame }: { readonly blame: string }): void => void blamed.push(blame);
      const server = new Start();
      const watch = new StartWatch(
        (...call) => Reflect.apply(server.call, undefined, call),
        new Reporter({ onFinding }, () => {}),
        new Activity(),
      );
      const results = input.steps.map((step) => run(step, watch, server));
      expect(results).toEqual(output?.steps);
      expect(watch.state).toBe(output?.state);
      expect(blamed).not.toContain('server');
    },
  );
});

function run(step: Step, watch: StartWatch, server: Start): Result {
  const [, , error] = step.arguments ?? [];
  try {
    if (step.do === 'start') {
      watch.call(step.arguments ?? []);
    } else if (step.do === 'commit') {
      server.commit();
      watch.commit();
    } else {
      server.state = 'ended';
      watch.end();
    }
    return { returns: true };
  } catch (thrown) {
    const { code } = Object(thrown);
    return thrown === error ? { throws: thrown } : { code };
  }
}
