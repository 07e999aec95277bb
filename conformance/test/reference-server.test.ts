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

interface Vectors<Input, Output> {
  readonly cases: readonly { readonly name: string; readonly input: Input; readonly output: Output }[];
}

const SEAMS = new URL('../mutants/server/reference/seams.mjs', import.meta.url).href;
const { referenceSeams: seams } = (await import(SEAMS)) as { readonly referenceSeams: Seams };

function read<Input, Output>(name: string): Vectors<Input, Output>['cases'] {
  const text = readFileSync(new URL(`../../spec/vectors/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as Vectors<Input, Output>).cases;
}

type PathInput = { readonly method: string; readonly target: string; readonly mount: string };

describe('the reference server', () => {
  test.each(read<PathInput, Record<string, unknown>>('canonical-path'))(
    'splits the target of the vector "$name"',
    ({ input: { method, target, mount }, output }) => {
      let got: Record<string, unknown>;
      try {
        const resolved = seams.resolveTarget(method, target);
        seams.checkMount(resolved, mount);
        const isAsterisk = resolved.path === '*';
        got = {
          SCRIPT_NAME: isAsterisk ? '' : mount,
          PATH_INFO: isAsterisk ? '*' : resolved.path.slice(mount.length),
          QUERY_STRING: resolved.query,
          ...(resolved.authority === undefined ? {} : { HTTP_HOST: resolved.authority }),
        };
      } catch (error) {
        got = { status: Number((error as Error).message.slice(0, 3)) };
      }
      expect(got).toMatchObject(output);
    },
  );

  test.each(read<{ readonly fields: [string, string][] }, Record<string, string>>('header-mapping'))(
    'maps the fields of the vector "$name"',
    ({ input, output }) => {
      expect(seams.mapFields(input.fields)).toEqual(output);
    },
  );

  test.each(read<{ readonly status: unknown }, Record<string, unknown>>('status-line'))(
    'judges the status of the vector "$name"',
    ({ input, output }) => {
      let code: unknown;
      try {
        seams.checkStatus(input.status);
      } catch (error) {
        ({ code } = error as { code?: unknown });
      }
      expect(code).toBe('code' in output ? undefined : 'ERR_TSGI_STATUS');
    },
  );
});
