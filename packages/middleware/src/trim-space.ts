/**
 * Text without the optional white space around it (RFC 9110, 5.6.3): space and tab, which `trim()`
 * is not content with, and in one pass, which a pattern that ends in `[ \t]*$` is not.
 */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}
