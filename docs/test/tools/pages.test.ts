import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Rule } from '../../tools/model/model.ts';
import { markRules } from '../../tools/pages/spec-pages.mjs';
import { checkLinks } from '../../tools/site/check-links.mjs';
import { splitFrontMatter } from '../../tools/site/front-matter.mjs';
import { anchorOf, inline } from '../../tools/site/html.mjs';
import { resolveLink } from '../../tools/site/routes.mjs';

describe('resolveLink', () => {
  test.each([
    ['../../spec/tsgi-1.0.md#env-fresh', 'docs/guide/a.md', '/spec/tsgi-1.0#env-fresh'],
    ['../spec/README.md', 'docs/index.md', '/spec/'],
    ['operating.md#signals', 'docs/guide/a.md', '/guide/operating#signals'],
    ['README.md', 'docs/adr/0001-half-closed-clients.md', '/adr/'],
    ['../../packages/server', 'docs/guide/a.md', '/packages/server'],
    ['docs/examples/guestbook/README.md', 'README.md', '/examples/guestbook'],
    ['rules.json', 'spec/README.md', '/spec/rules.json'],
    ['https://example.org/a.md', 'README.md', 'https://example.org/a.md'],
    ['#here', 'README.md', '#here'],
    ['/rules/ENV-FRESH', 'docs/index.md', '/rules/ENV-FRESH'],
  ])('leads from %s in %s to %s', (href, from, expected) => {
    expect(resolveLink(href, from)).toEqual({ href: expected });
  });

  test('names the file that needs a page of its own', () => {
    expect(resolveLink('../LICENSE', 'docs/index.md')).toEqual({
      href: '/source/LICENSE',
      source: 'LICENSE',
    });
  });

  test('refuses what does not exist', () => {
    expect(() => resolveLink('nowhere.md', 'docs/guide/a.md')).toThrow(
      'docs/guide/a.md: the link nowhere.md leads to docs/guide/nowhere.md, which does not exist',
    );
  });
});

describe('splitFrontMatter', () => {
  test('reads plain and quoted values', () => {
    const text = '---\ntitle: A\ndescription: "b: \\"c\\""\norder: 3\n---\n\n# A\n';
    expect(splitFrontMatter(text)).toEqual({
      data: { title: 'A', description: 'b: "c"', order: '3' },
      body: '\n# A\n',
    });
  });

  test('leaves a page without any as it is', () => {
    expect(splitFrontMatter('# A\n')).toEqual({ data: {}, body: '# A\n' });
  });
});

describe('inline', () => {
  test('makes code of what stands between backticks, and escapes all', () => {
    expect(inline('a `<b>{{c}}` <d>')).toBe(
      'a <code>&lt;b&gt;&#123;&#123;c&#125;&#125;</code> &lt;d&gt;',
    );
  });
});

describe('anchorOf', () => {
  test('keeps letters and digits', () => {
    expect(anchorOf('ENV-METHOD.token-x-')).toBe('env-method-token-x-');
  });
});

describe('markRules', () => {
  const rule: Rule = {
    id: 'ENV-FRESH',
    level: 'MUST',
    role: 'server',
    profile: 'core',
    document: 'tsgi-1.0.md',
    anchor: 'env-fresh',
    text: 'The server MUST.',
    intent: 'why',
    testable: true,
    since: '1.0',
    status: 'active',
    ofKit: false,
    checks: [],
    mutants: [],
  };
  const text = [
    'Before.',
    '#### ENV-FRESH',
    '`MUST` `server` `core`',
    'The server MUST.',
    'Intent: why',
    'After.',
  ].join('\n\n');

  test('puts a rule and its fields into a block, and facts at its end', () => {
    const marked = markRules(text, new Map([[rule.id, rule]]), () => '<p>facts</p>').split('\n\n');
    expect(marked.filter((block) => !block.startsWith('<p class="tags">'))).toEqual([
      'Before.',
      '<div class="rule">',
      '#### ENV-FRESH',
      'The server MUST.',
      '**Intent:** why',
      '<p>facts</p>',
      '</div>',
      'After.',
    ]);
  });

  test('closes the block of a rule at the end of the document', () => {
    const cut = text.replace('\n\nAfter.', '');
    expect(markRules(cut, new Map([[rule.id, rule]]), () => 'facts')).toMatch(/facts\n\n<\/div>$/);
  });
});

describe('checkLinks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tsgi-site-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'guide'));
  writeFileSync(join(folder, 'rules.json'), '{}');
  writeFileSync(join(folder, 'guide/index.html'), '<h1 id="top">G</h1><a href="./a#one">a</a>');
  const write = (html: string): void => writeFileSync(join(folder, 'guide/a.html'), html);

  test('finds nothing wrong with pages, places and files that are there', () => {
    write('<p id="one"><a class="x" href="/s/guide/#top">g</a><a href="/s/rules.json">r</a>');
    expect(checkLinks(folder, '/s/')).toEqual([]);
  });

  test('names pages and places that are not there, and what comes from other hosts', () => {
    write('<p id="one"><a href="/s/b">b</a><a href="./#low">g</a><img src="//x.test/i.png">');
    expect(checkLinks(folder, '/s/')).toEqual([
      'guide/a.html: no page at /s/b',
      'guide/a.html: nothing has the id of ./#low',
      'guide/a.html: fetches //x.test/i.png',
    ]);
  });

  test('refuses a link that leaves the path under which the site is served', () => {
    write('<p id="one"><a href="/guide/">g</a>');
    expect(checkLinks(folder, '/s/')).toEqual(['guide/a.html: no page at /guide/']);
  });
});
