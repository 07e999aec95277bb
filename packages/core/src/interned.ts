/**
 * The text as engines keep names of properties: quicker to set and to compare, and not a part of a
 * longer text, which it would keep in memory. For what is kept for long.
 */
export function interned(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}
