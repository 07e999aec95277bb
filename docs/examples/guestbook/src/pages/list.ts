import { html, type Markup } from '../html.ts';
import type { Listing } from '../listing.ts';
import { entryCard } from './entry.ts';
import { layout } from './layout.ts';
import { signForm } from './sign.ts';

/** The list, newest first; its first page starts with the form. */
export function listPage(base: string, listing: Listing): Markup {
  const { entries, search, page, total } = listing;
  const isFront = page === 1 && search === '';
  const main = html`
<h1>${describePage(isFront, search)}</h1>
${isFront && signForm(base)}
<section class="entries" aria-labelledby="entries">
<div class="bar">
<h2 id="entries">${describeTotal(search, total)}</h2>
${(total > 0 || search !== '') && searchForm(base, search)}
</div>
${total === 0 && emptyNote(base, search)}
${entries.map((entry) => entryCard(base, entry))}
</section>
${pageLinks(base, listing)}`;
  const title = search === '' ? `Page ${page}` : `Search for “${search}”, page ${page}`;
  return layout({ base, title: isFront ? 'All entries' : title, main, current: 'entries' });
}

function listAddress(base: string, search: string, page: number): string {
  const parts = [
    search === '' ? '' : `q=${encodeURIComponent(search)}`,
    page === 1 ? '' : `page=${page}`,
  ].filter((part) => part !== '');
  return `${base}/${parts.length === 0 ? '' : `?${parts.join('&')}`}`;
}

function describePage(isFront: boolean, search: string): string {
  if (isFront) return 'Leave a few words';
  return search === '' ? 'Earlier entries' : 'Search';
}

function describeTotal(search: string, total: number): string {
  const number = total.toLocaleString('en');
  const noun = total === 1 ? 'entry' : 'entries';
  return search === '' ? `${number} ${noun}` : `${number} ${noun} with “${search}”`;
}

function searchForm(base: string, search: string): Markup {
  return html`<form class="search" role="search" action="${base}/">
<label class="visually-hidden" for="q">Search the entries</label>
<input type="search" id="q" name="q" value="${search}" maxlength="100" placeholder="Search" dir="auto">
<button type="submit">Search</button>
${search !== '' && html`<a href="${base}/">Show all</a>`}
</form>`;
}

function emptyNote(base: string, search: string): Markup {
  return search === ''
    ? html`<p class="empty">Nobody has signed yet. You can be the first.</p>`
    : html`<p class="empty">No entry contains these words. <a href="${base}/">Show all entries</a></p>`;
}

function pageLinks(base: string, listing: Listing): Markup | false {
  const { search, page, pages } = listing;
  if (pages === 1) return false;
  const to = (target: number): string => listAddress(base, search, target);
  return html`<nav class="pages" aria-label="Pages">
${page > 2 && html`<a href="${to(1)}">Newest</a>`}
${page > 1 && html`<a rel="prev" href="${to(page - 1)}">← Newer</a>`}
<span>Page ${page.toLocaleString('en')} of ${pages.toLocaleString('en')}</span>
${page < pages && html`<a rel="next" href="${to(page + 1)}">Older →</a>`}
${page < pages - 1 && html`<a href="${to(pages)}">Oldest</a>`}
</nav>`;
}
