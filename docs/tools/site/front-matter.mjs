// @ts-check
// The front matter that pages of this site have: one `key: value` in each line.

/** @typedef {Readonly<Record<string, string>>} FrontMatter */

/**
 * Splits a page into its front matter and the rest.
 * @param {string} text
 * @returns {{ data: FrontMatter, body: string }}
 */
export function splitFrontMatter(text) {
  const [whole = '', block = ''] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
  const entries = [...block.matchAll(/^(\w+): *(.*)$/gm)].map(([, key = '', value = '']) => [
    key,
    unquote(value.trim()),
  ]);
  return { data: Object.fromEntries(entries), body: text.slice(whole.length) };
}

/** @param {string} value */
function unquote(value) {
  if (/^".*"$/.test(value)) return /** @type {string} */ (JSON.parse(value));
  return /^'.*'$/.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}
