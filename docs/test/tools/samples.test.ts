import { describe, expect, test } from 'vitest';
import { FILTERS, filterRows, readQuery, writeQuery } from '../../.vitepress/theme/rule-filter.ts';
import { readBlocks } from '../../tools/samples/read-blocks.mjs';
import { runShell } from '../../tools/samples/run-shell.mjs';
import { assignPorts, stepsOf, withPorts } from '../../tools/samples/shell-script.mjs';

const page = (...blocks: readonly string[]) => ({
  path: 'docs/guide/sample.md',
  blocks: readBlocks(blocks.join('\n\n')),
});

describe('readBlocks', () => {
  test('reads language, file, words and excuse', () => {
    const [block] = readBlocks('```ts app.ts nocheck="why not"\nlet a;\n```\n');
    expect(block).toMatchObject({ language: 'ts', file: 'app.ts', excused: 'why not', line: 2 });
    expect(block?.code).toBe('let a;\n');
  });

  test('takes the first line for the name where it is one', () => {
    expect(readBlocks('```js\n// app.mjs\nlet a;\n```')[0]?.file).toBe('app.mjs');
  });

  test('keeps fences within longer ones, and drops the indentation of a list', () => {
    const [outer] = readBlocks('````text\n```\ninner\n```\n````');
    expect(outer?.code).toBe('```\ninner\n```\n');
    expect(readBlocks('- a\n\n  ```sh run\n  ls\n  ```\n')[0]?.code).toBe('ls\n');
  });
});

describe('stepsOf', () => {
  test('ties a block that is run to the output after it', () => {
    const { blocks } = page(
      '```sh run\necho 1\n```',
      '```text output\n1\n```',
      '```sh run\nls\n```',
    );
    expect(stepsOf(blocks).map(({ output }) => output)).toEqual(['1\n', undefined]);
  });
});

describe('withPorts', () => {
  test('replaces the ports of samples and no other number', () => {
    const ports = assignPorts([40001, 40002, 40003, 40004]);
    expect(withPorts('127.0.0.1:8000 80000 1024 9000', ports)).toBe(
      '127.0.0.1:40001 80000 1024 40003',
    );
  });
});

describe('runShell', () => {
  test('runs the blocks of a page in order, in one folder with its files', async () => {
    const sample = page(
      '```text note.txt\nhello\n```',
      '```sh run\ncp note.txt copy.txt\n```',
      '```sh run\ncat copy.txt\n```',
      '```text output\nhello\n```',
    );
    expect(await runShell([sample])).toEqual({ problems: [], count: 2 });
  });

  test('starts a server, waits for it, and ends it', async () => {
    const sample = page(
      "```js server.mjs\nimport { createServer } from 'node:http';\ncreateServer((_q, r) => r.end('up')).listen(8000, '127.0.0.1');\n```",
      '```sh run\nnode server.mjs &\n```',
      '```sh run\nnode -e "fetch(\'http://127.0.0.1:8000\').then((r) => r.text()).then(console.log)"\n```',
      '```text output\nup\n```',
    );
    expect(await runShell([sample])).toEqual({ problems: [], count: 2 });
  });

  test('says which block failed, and what it printed', async () => {
    const sample = page('```sh run\ntrue\n```', '```sh run\necho no >&2\nfalse\necho never\n```');
    const { problems } = await runShell([sample]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^docs\/guide\/sample\.md:6: \(exit 1\)\n {4}no$/m);
  });

  test('tells another output than the page shows, and another exit code than it says', async () => {
    const shown = page('```sh run\necho 1\n```', '```text output\n2\n```');
    expect((await runShell([shown])).problems[0]).toContain('prints something else');
    const coded = page('```sh run exit=3\nexit_with() { return 4; }; exit_with\n```');
    expect((await runShell([coded])).problems[0]).toContain('exit 4, expected 3');
  });
});

describe('the filter of the rules', () => {
  const row = (textContent: string, dataset: Record<string, string>) => ({
    textContent,
    dataset,
    hidden: false,
  });

  test('reads what its lists offer, and writes it back', () => {
    const query = readQuery('?level=MUST&role=nobody&q=fresh');
    expect(query).toEqual({ level: 'MUST', q: 'fresh' });
    expect(writeQuery('http://a.test/rules/?x=1#y', { ...query, q: '' })).toBe(
      'http://a.test/rules/?level=MUST#y',
    );
  });

  test('hides rows that lack a word or a value', () => {
    const rows = [
      row('ENV-FRESH a new environ', { level: 'MUST' }),
      row('ENV-OLD an environ', { level: 'MAY' }),
      row('SR-LAZY startResponse', { level: 'MUST' }),
    ];
    expect(filterRows(rows, { level: 'MUST', q: 'ENV new' })).toBe(1);
    expect(rows.map(({ hidden }) => hidden)).toEqual([false, true, true]);
  });

  test('offers every list under a key of its own', () => {
    expect(new Set(FILTERS.map(({ key }) => key)).size).toBe(FILTERS.length);
  });
});
