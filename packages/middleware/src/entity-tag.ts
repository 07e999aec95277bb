// RFC 9110, 8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
const TAG = /(?:W\/)?"[\x21\x23-\x7E\x80-\xFF]*"/y;

/**
 * The entity tags of If-Match or If-None-Match, `*` for any; `undefined` where the field is
 * malformed.
 */
export function parseTags(field: string): readonly string[] | '*' | undefined {
  const text = field.trim();
  if (text === '*') {
    return '*';
  }
  const tags: string[] = [];
  for (let position = 0; position < text.length; ) {
    TAG.lastIndex = position;
    const tag = TAG.exec(text)?.[0];
    if (tag === undefined) {
      return undefined;
    }
    tags.push(tag);
    const rest = /^[ \t]*(?:(?:,[ \t]*)+|$)/.exec(text.slice(position + tag.length));
    if (rest === null) {
      return undefined;
    }
    position += tag.length + rest[0].length;
  }
  return tags;
}

/** Whether a value is one entity tag. */
export function isTag(value: string): boolean {
  TAG.lastIndex = 0;
  return TAG.exec(value)?.[0] === value;
}

/** Whether two tags are of the same octets: both strong and equal (RFC 9110, 8.8.3.2). */
export function isSameStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith('W/');
}

/** Whether two tags are of the same meaning: equal but for `W/`. */
export function isSameWeakly(one: string, other: string): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '');
}
