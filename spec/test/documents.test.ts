import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const SPEC = join(import.meta.dirname, '..');
const documents = readdirSync(SPEC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.replaceAll('\\', '/'));

const withoutCode = (file: string): string =>
  readFileSync(join(SPEC, file), 'utf8').replace(/^(```|~~~).*\n[\s\S]*?^\1.*$/gm, '');

/** The fragment that GitHub makes of a heading. */
const slug = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchors = new Map(
  documents.map((file) => [
    file,
    new Set(
      [...withoutCode(file).matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = '']) => slug(title)),
    ),
  ]),
);

const linksOf = (file: string): readonly string[] =>
  [
    ...withoutCode(file)
      .replace(/`[^`]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

const exists = (path: string): boolean => {
  try {
    readFileSync(join(SPEC, path));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
};

describe.each(documents)('%s', (file) => {
  test('links only to files and headings that exist', () => {
    const broken = linksOf(file).filter((link) => {
      const [path = '', fragment] = link.split('#');
      const target =
        path === '' ? file : normalize(join(dirname(file), path)).replaceAll('\\', '/');
      if (fragment === undefined) return !exists(target);
      return anchors.get(target)?.has(fragment) !== true;
    });
    expect(broken).toEqual([]);
  });
});

describe('tsgi-1.0.md', () => {
  const text = withoutCode('tsgi-1.0.md');
  const rules: readonly { id: string; document: string; testable: boolean }[] = JSON.parse(
    readFileSync(join(SPEC, 'rules.json'), 'utf8'),
  ).rules;

  test('lists in its contents every chapter, in order', () => {
    const contents = /## Contents\n\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
    const listed = [...contents.matchAll(/^- \[(.+)\]\(/gm)].map(([, title]) => title);
    const chapters = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(listed).toEqual(chapters.filter((title) => title !== 'Contents'));
  });

  test('lists exactly the rules of its own that no kit can check', () => {
    const chapter = /## Rules that no kit can check[^\n]*\n([\s\S]*?)\nChecked only in part/.exec(
      text,
    );
    const listed = [...(chapter?.[1] ?? '').matchAll(/\[([A-Z0-9-]+)\]/g)].map(([, id]) => id);
    const untestable = rules.filter(
      ({ document, testable }) => document === 'tsgi-1.0.md' && !testable,
    );
    expect(listed.toSorted()).toEqual(untestable.map(({ id }) => id).toSorted());
  });
});
