const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for elements and quoted attributes. Controls, lone surrogates and marks that change the
 * direction of the text around them become visible, as `\u` and four digits.
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(
      /(?!\n)[\p{Cc}\p{Cs}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2028}\u{2029}\u{2066}-\u{2069}\u{feff}]/gu,
      (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'),
    )
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Where the documents of the specification stand on the web. */
const SPEC = 'https://github.com/tsgi/tsgi/blob/main/spec/';

/** The address of the sentence that a rule stands in. */
export function linkToRule(anchor: string): string {
  return anchor.startsWith('docs/') ? `${SPEC}../${anchor}` : `${SPEC}${anchor}`;
}

/** A text that leads to a page of the web, where the address is one; no other scheme is followed. */
export function writeLink(text: string, url: string | undefined): string {
  const isPage = url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url);
  return isPage ? `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>` : escapeHtml(text);
}

/** A sentence of the specification, in which backquotes mark code. */
export function writeProse(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
