import { describe, expect, inject, test } from 'vitest';

const SITE = inject('site');
const AT_ONCE = 8;

/** The whole of each page of the sitemap, by its path. */
const pages = await readAll(await readSitemap());

async function readSitemap(): Promise<string[]> {
  const text = await (await fetch(`${SITE}/sitemap.xml`)).text();
  return [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url = '']) => new URL(url).pathname);
}

async function readAll(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const waiting = paths.values();
  const reader = async (): Promise<void> => {
    for (const path of waiting) {
      const response = await fetch(SITE + path);
      texts.set(path, response.status === 200 ? await response.text() : `${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return texts;
}

/** The pages that something is wrong with, each with what it is. */
function findFaults(judge: (html: string) => string | undefined): string[] {
  return [...pages].flatMap(([path, html]) => {
    const fault = judge(html);
    return fault === undefined ? [] : [`${path}: ${fault}`];
  });
}

function textsOf(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, text = '']) => text.replaceAll(/<[^>]*>/g, '').trim());
}

function mainOf(html: string): string {
  return html.slice(html.indexOf('id="VPContent"'));
}

/** The levels of headings as they are read aloud. */
function levelsOf(html: string): number[] {
  return [...html.matchAll(/<h([1-6])( [^>]*)?>/g)].map(([, level, attributes = '']) =>
    Number(/ aria-level="(\d)"/.exec(attributes)?.[1] ?? level),
  );
}

function pageOf(path: string): string {
  return pages.get(path) ?? '';
}

describe('pages of the sitemap', () => {
  test('all are there, and there are hundreds', () => {
    expect(pages.size).toBeGreaterThan(500);
    expect(findFaults((html) => (html.startsWith('<!DOCTYPE html>') ? undefined : html))).toEqual(
      [],
    );
  });

  test('each has a title of its own', () => {
    const titles = new Map<string, string>();
    const faults = [...pages].flatMap(([path, html]) => {
      const [title = ''] = textsOf(html, /<title>([^<]*)<\/title>/g);
      const other = titles.get(title);
      titles.set(title, path);
      return title === '' || other !== undefined ? [`${path}: ${title} (${other})`] : [];
    });
    expect(faults).toEqual([]);
  });

  test('each has a description and says its language', () => {
    expect(
      findFaults((html) =>
        /<meta name="description" content="[^"]{10}/.test(html) && html.includes('<html lang="en"')
          ? undefined
          : 'no description or language',
      ),
    ).toEqual([]);
  });

  test('each has one h1 and headings that leave out no level', () => {
    const faults = findFaults((html) => {
      const levels = levelsOf(mainOf(html));
      if (levels.filter((level) => level === 1).length !== 1) return 'not exactly one h1';
      const jump = levels.findIndex((level, index) => level > (levels[index - 1] ?? 0) + 1);
      return jump === -1 ? undefined : `heading ${jump + 1} is a jump to h${levels[jump]}`;
    });
    expect(faults).toEqual([]);
  });

  test('every image has a name or is hidden from readers', () => {
    const faults = findFaults((html) => {
      const images = html.match(/<img [^>]*>/g) ?? [];
      const drawings = html.match(/<svg[ >][^>]*>/g) ?? [];
      return (
        images.find((tag) => !/ alt(?:=|[ >])/.test(tag)) ??
        drawings.find(
          (tag) => !/aria-hidden="true"|role="img"[^>]* aria-label(?:ledby)?="./.test(tag),
        )
      );
    });
    expect(faults).toEqual([]);
  });
});

describe('pages of rules', () => {
  const rules = [...pages.keys()].filter((path) => /^\/rules\/./.test(path));
  const linksOf = (path: string): string[] =>
    textsOf(mainOf(pageOf(path)), /<a [^>]*?href="([^"]+)"/g);

  test('each leads to the text of the rule, and the text leads to the page', () => {
    const faults = rules.filter((path) => {
      const anchor = `#${path.slice('/rules/'.length).toLowerCase()}`;
      const place = linksOf(path).find((link) => link.endsWith(anchor));
      return place?.startsWith('/spec/') && !pageOf(place.replace(/#.*/, '')).includes(`"${path}"`);
    });
    expect(faults).toEqual([]);
  });

  test('each leads to its mutants, and they lead to the checks on the page', () => {
    const mutants = rowsOf('/conformance/mutants');
    const faults = rules.flatMap((path) =>
      linksOf(path)
        .filter((link) => link.startsWith('/conformance/mutants#'))
        .filter((link) => !mutants.get(link.split('#')[1] ?? '')?.includes(`href="${path}#`))
        .map((link) => `${link} does not lead back to ${path}`),
    );
    expect(mutants.size).toBeGreaterThan(300);
    expect(faults).toEqual([]);
  });

  test('each leads to the results of servers, and they lead back to the page', () => {
    const faults = rules.flatMap((path) =>
      linksOf(path)
        .filter((link) => /^\/conformance\/(?!mutants)./.test(link))
        .filter((link) => !pageOf(link.replace(/#.*/, '')).includes(`href="${path}`))
        .map((link) => `${link} does not lead back to ${path}`),
    );
    expect(rules.length).toBeGreaterThan(400);
    expect(faults).toEqual([]);
  });
});

function rowsOf(path: string): ReadonlyMap<string, string> {
  const rows = [...pageOf(path).matchAll(/<tr id="([^"]+)">(.*?)<\/tr>/gs)];
  return new Map(rows.map(([, id = '', row = '']) => [id, row]));
}

describe('an address without a page', () => {
  test('is answered with 404 and a page that says so', async () => {
    const response = await fetch(`${SITE}/no/such-page`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no such page');
  });
});

describe('files for programs', () => {
  test('llms.txt lists pages that are there, with their Markdown', async () => {
    const text = await (await fetch(`${SITE}/llms.txt`)).text();
    const links = textsOf(text, /\]\((\/[^)]+\.md)\)/g);
    expect(links.length).toBeGreaterThan(50);
    const answers = await Promise.all(
      links.slice(0, AT_ONCE).map(async (link) => (await fetch(SITE + link)).status),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
  });

  test('the rules are there as data', async () => {
    const response = await fetch(`${SITE}/spec/rules.json`);
    expect(response.headers.get('content-type')).toContain('json');
    expect(await response.json()).toBeTruthy();
  });

  test('the icon is a drawing of the site itself', async () => {
    const [icon = ''] = textsOf(pageOf('/'), /<link rel="icon"[^>]* href="([^"]+)"/g);
    const response = await fetch(new URL(icon, SITE));
    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(await response.text()).toContain('<svg');
  });
});
