/** An element as it was read; text is that between its tags, joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

// XML 1.0 section 2.2
const CHARACTERS = /^[\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const OPEN = /^<([a-z][\w.-]*)((?:\s+[a-z]\w*="[^"<]*")*)\s*(\/?)>/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Reads the part of XML that reports need, and refuses everything else. */
export function parseXml(document: string): XmlElement {
  if (!CHARACTERS.test(document)) throw new Error('a character that XML does not have');
  if (!document.startsWith(DECLARATION)) throw new Error('no declaration');
  const reader = { rest: document.slice(DECLARATION.length) };
  const root = readElement(reader);
  if (reader.rest.trim() !== '') throw new Error(`after the root: ${reader.rest.slice(0, 40)}`);
  return root;
}

function readElement(reader: { rest: string }): XmlElement {
  const match = OPEN.exec(reader.rest);
  if (match === null) throw new Error(`no tag: ${reader.rest.slice(0, 80)}`);
  const [whole, name = '', list = '', empty] = match;
  reader.rest = reader.rest.slice(whole.length);
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of list.matchAll(/\s(\w+)="([^"]*)"/g)) {
    if (Object.hasOwn(attributes, key)) throw new Error(`${key} twice in ${name}`);
    attributes[key] = decode(value);
  }
  if (empty === '/') return { name, attributes, children: [], text: '' };
  const children: XmlElement[] = [];
  let text = '';
  while (!reader.rest.startsWith('</')) {
    const [part = ''] = /^[^<]*/.exec(reader.rest) ?? [];
    text += decode(part);
    reader.rest = reader.rest.slice(part.length);
    if (reader.rest === '') throw new Error(`${name} is not closed`);
    if (!reader.rest.startsWith('</')) children.push(readElement(reader));
  }
  const close = `</${name}>`;
  if (!reader.rest.startsWith(close)) throw new Error(`${reader.rest.slice(0, 40)} for ${close}`);
  reader.rest = reader.rest.slice(close.length);
  return { name, attributes, children, text };
}

function decode(text: string): string {
  return text.replaceAll(/&(\w*);?/g, (whole, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined || !whole.endsWith(';')) throw new Error(`entity ${whole}`);
    return character;
  });
}
