import { readFileSync } from 'node:fs';
import { ATOMS, FIELD_ATOMS, JSON_FIELDS } from '@tsgi/middleware/access-log';
import { describe, expect, test } from 'vitest';

const REFERENCE = readFileSync(
  new URL('../../../../docs/reference/logging.md', import.meta.url),
  'utf8',
);

/** The rows of the table with that head. */
function rows(head: string): string[] {
  const table = REFERENCE.split(`| ${head} | value |\n|---|---|\n`)[1] ?? '';
  return (table.split('\n\n', 1)[0] ?? '').split('\n');
}

describe('docs/reference/logging.md', () => {
  test('has every atom', () => {
    expect(rows('atom')).toEqual([
      ...Object.entries(ATOMS).map(([letter, { text }]) => `| \`%${letter}\` | ${text} |`),
      ...Object.entries(FIELD_ATOMS).map(
        ([letter, { text }]) => `| \`%{NAME}${letter}\` | ${text} |`,
      ),
    ]);
  });

  test('has every member of the JSON format', () => {
    expect(rows('member')).toEqual(
      JSON_FIELDS.map(({ name, text }) => `| \`${name}\` | ${text} |`),
    );
  });
});
