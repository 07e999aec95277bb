/** The key under which only this module can place text that is already HTML. */
const MARKUP: unique symbol = Symbol('markup');

/** Text that needs no more escaping; made by {@link html} and by nothing else. */
export interface Markup {
  readonly [MARKUP]: string;
}

/** What may stand in a template: text is escaped, markup is not, `undefined` and `false` vanish. */
export type HtmlValue = Markup | string | number | undefined | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The tag of HTML templates: every interpolated string is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) {
    text += renderValue(value) + (parts[index + 1] ?? '');
  }
  return { [MARKUP]: text };
}

/** The text of a finished template. */
export function renderHtml(markup: Markup): string {
  return markup[MARKUP];
}

function renderValue(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(renderValue).join('');
  return value[MARKUP];
}

function isList(value: Markup | readonly HtmlValue[]): value is readonly HtmlValue[] {
  return Array.isArray(value);
}
