import { html, type Markup } from '../html.ts';
import type { Entry } from '../store.ts';
import { layout } from './layout.ts';

const TINTS = 6;
const dateFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What the page of one entry shows beside it. */
export interface EntryPageOptions {
  /** Whether the visitor has signed with this entry a moment ago. */
  readonly thanks: boolean;
  readonly newer: Entry | undefined;
  readonly older: Entry | undefined;
}

/** The page of one entry. */
export function entryPage(base: string, entry: Entry, options: EntryPageOptions): Markup {
  const { thanks, newer, older } = options;
  const main = html`
<h1>${thanks ? 'Thank you for signing!' : `Entry ${entry.id}`}</h1>
${entryCard(base, entry)}
<nav class="pages" aria-label="Other entries">
${newer && html`<a rel="prev" href="${base}/entries/${newer.id}">← Newer</a>`}
<a href="${base}/">All entries</a>
${older && html`<a rel="next" href="${base}/entries/${older.id}">Older →</a>`}
</nav>`;
  return layout({ base, title: `Entry ${entry.id}, by ${entry.name}`, main });
}

/** One entry as a card. What visitors wrote brings its own direction, left or right. */
export function entryCard(base: string, entry: Entry): Markup {
  const date = new Date(entry.signedAt);
  return html`<article class="card entry" aria-labelledby="by-${entry.id}">
<span class="initial tint-${entry.id % TINTS}" aria-hidden="true">${initialOf(entry.name)}</span>
<header>
<h2 id="by-${entry.id}"><bdi>${entry.name}</bdi></h2>
<a href="${base}/entries/${entry.id}"><time datetime="${entry.signedAt}">${dateFormat.format(date)} UTC</time></a>
</header>
<p class="message" dir="auto">${entry.message}</p>
</article>
`;
}

function initialOf(name: string): string {
  const [first] = segmenter.segment(name);
  return (first?.segment ?? '').toUpperCase();
}
