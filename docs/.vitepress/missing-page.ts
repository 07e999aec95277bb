/** What the site says where there is no page. */
export const MISSING = {
  title: 'There is no such page',
  quote: 'It may have moved. The search knows every page, and all rules are in one table.',
  linkLabel: 'go to the first page',
  linkText: 'To the first page',
} as const;

/** Says the same on the page without scripts, which VitePress leaves empty. */
export function fillMissingPage(html: string, base: string): string {
  const { title, linkLabel } = MISSING;
  return html
    .replace(/<title>[^<]*<\/title>/, `<title>${title} · TSGI</title>`)
    .replace(/(<meta name="description" content=")[^"]*/, `$1${title}.`)
    .replace(
      '<div id="app"></div>',
      `<div id="app"></div>
    <noscript><main class="vp-doc missing"><h1>${title}</h1>
      <p>It may have moved: <a href="${base}">${linkLabel}</a>, or look into
      <a href="${base}rules/">the table of all rules</a>.</p></main></noscript>`,
    );
}
