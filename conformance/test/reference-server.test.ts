import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Seams {
  readonly resolveTarget: (method: string, target: string) => Target;
  readonly checkMount: (target: Target, mount: string) => void;
  readonly mapFields: (fields: readonly (readonly [string, string])[]) => Record<string, string>;
  readonly checkStatus: (status: unknown) => void;
}

interface Target {
  readonly path: string;
  readonly query: string;
  readonly authority?: string;
}

interface Vector<Input, Output> {
  readonly name: string;
  readonly input: Input;
  readonly output?: Output;
  readonly error?: Readonly<Record<string, unknown>>;
}

interface PathInput {
  readonly method: string;
  readonly target: string;
  readonly mount: string;
  readonly host?: string;
}

const SEAMS = new URL('../mutants/server/reference/seams.mjs', import.meta.url).href;
const { referenceSeams: seams } = (await import(SEAMS)) as { readonly referenceSeams: Seams };

function read<Input, Output>(name: string): readonly Vector<Input, Output>[] {
  const text = readFileSync(new URL(`../../spec/vectors/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly Vector<Input, Output>[] }).cases;
}

function splitTarget({ method, target, mount, host }: PathInput): Record<string, string> {
  const resolved = seams.resolveTarget(method, target);
  seams.checkMount(resolved, mount);
  const isAsterisk = resolved.path === '*';
  const named = resolved.authority ?? host;
  return {
    SCRIPT_NAME: isAsterisk ? '' : mount,
    PATH_INFO: isAsterisk ? '*' : resolved.path.slice(mount.length),
    QUERY_STRING: resolved.query,
    ...(named === undefined ? {} : { HTTP_HOST: named }),
  };
}

/** What a function returns, or how it refuses: the status or the code. */
function attempt<Output>(run: () => Output): Pick<Vector<unknown, Output>, 'output' | 'error'> {
  try {
    return { output: run() };
  } catch (error) {
    const { message, code } = error as { readonly message: string; readonly code?: string };
    return { error: code === undefined ? { status: Number(message.slice(0, 3)) } : { code } };
  }
}

describe('the reference server', () => {
  test.each(read<PathInput, Record<string, string>>('canonical-path'))(
    'splits the target of the vector "$name"',
    ({ input, output, error }) => {
      expect(attempt(() => splitTarget(input))).toEqual(error ? { error } : { output });
    },
  );

  test.each(
    read<{ readonly fields: [string, string][] }, Record<string, string>>('header-mapping'),
  )('maps the fields of the vector "$name"', ({ input, output }) => {
    expect(seams.mapFields(input.fields)).toEqual(output);
  });

  test.each(read<{ readonly status: unknown }, unknown>('status-line'))(
    'judges the status of the vector "$name"',
    ({ input, error }) => {
      expect(attempt(() => seams.checkStatus(input.status)).error).toEqual(error);
    },
  );
});
