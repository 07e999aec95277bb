// @ts-check
// Text as HTML, for pages that are made. Vue reads what comes out, so that braces are escaped too.

/**
 * @param {string} text
 * @returns {string}
 */
export function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('{', '&#123;')
    .replaceAll('}', '&#125;');
}

/**
 * One line of Markdown as HTML: code between backticks, everything else as it is.
 * @param {string} text
 * @returns {string}
 */
export function inline(text) {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part)
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part).replaceAll('*', '&#42;').replaceAll('_', '&#95;'),
    )
    .join('');
}

/**
 * A name as the fragment of a URL, and as an id in HTML.
 * @param {string} name
 */
export function anchorOf(name) {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/**
 * A number and a noun: `1 check`, `2 checks`.
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * The front matter of a page that is made.
 * @param {Readonly<Record<string, string | number | boolean | object>>} entries
 */
export function frontMatter(entries) {
  const lines = Object.entries(entries).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n`;
}
