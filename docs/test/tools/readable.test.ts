import { createMarkdownRenderer } from 'vitepress';
import { describe, expect, test } from 'vitest';
import { fillMissingPage, MISSING } from '../../.vitepress/missing-page.ts';
import { readable } from '../../.vitepress/readable.ts';

const md = await createMarkdownRenderer('.', { highlight: (code) => code });
md.use(readable);

/** Each heading of a text as `h4 3`: its tag, and the level that it says where it says one. */
function levelsOf(text: string): string[] {
  return [...md.render(text).matchAll(/<(h\d)[^>]*?(?:aria-level="(\d)")?[^>]*>/g)].map(
    ([tag, name]) => `${name} ${/aria-level="(\d)"/.exec(tag)?.[1] ?? ''}`.trim(),
  );
}

describe('readable', () => {
  test('lets a heading that leaves out a level say which one it has', () => {
    expect(levelsOf('# a\n\n## b\n\n#### c\n\n#### d\n\n### e\n\n#### f\n')).toEqual([
      'h1',
      'h2',
      'h4 3',
      'h4 3',
      'h3',
      'h4',
    ]);
  });

  test('makes no head of what has no words', () => {
    const html = md.render('| | a |\n| --- | --- |\n| b | c |\n');
    expect(html).toMatch(/<tr>\s*<td><\/td>\s*<th>a<\/th>/);
  });

  test('keeps names with hyphens whole, and lets long ones break', () => {
    expect(md.render('`--workers 2`')).toContain('<span class="whole">--workers</span> 2</code>');
    expect(md.render('`workers`')).not.toContain('whole');
    expect(md.render(`\`${'a-'.repeat(40)}\``)).not.toContain('whole');
  });

  test('keeps what code says', () => {
    const text = md.render('`<a-b> & "c-d"`').replaceAll(/<\/?span[^>]*>/g, '');
    expect(text).toContain('>&lt;a-b&gt; &amp; &quot;c-d&quot;</code>');
  });
});

describe('fillMissingPage', () => {
  test('says without scripts what the page says with them', () => {
    const html = fillMissingPage('<title>404</title><div id="app"></div>', '/docs/');
    expect(html).toContain(`<title>${MISSING.title} · TSGI</title>`);
    expect(html).toMatch(/<noscript>.*<h1>There is no such page<\/h1>.*href="\/docs\/rules\/"/s);
  });
});
