import type { Header, HeaderList } from '@tsgi/types';

const named = (name: string): ((header: Header) => boolean) => {
  const wanted = name.toLowerCase();
  return ([given]) => given.toLowerCase() === wanted;
};

/** The values of every field of a name, in order; names compare without case (RFC 9110, 5.1). */
export function fieldValues(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(named(name)).map(([, value]) => value);
}

/** The value of a field, several lines joined by `, ` (RFC 9110, 5.3); `undefined` without one. */
export function fieldValue(headers: HeaderList, name: string): string | undefined {
  const values = fieldValues(headers, name);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The list with one field of that name, at the place of the first one or at the end. */
export function withField(headers: HeaderList, name: string, value: string): HeaderList {
  const first = headers.findIndex(named(name));
  if (first === -1) {
    return [...headers, [name, value]];
  }
  const isNamed = named(name);
  return headers.flatMap((header, index): readonly Header[] => {
    if (index === first) {
      return [[name, value]];
    }
    return isNamed(header) ? [] : [header];
  });
}

/** The list without any field of those names. */
export function withoutFields(headers: HeaderList, ...names: readonly string[]): HeaderList {
  const unwanted = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !unwanted.has(name.toLowerCase()));
}

/** The list whose Vary field names another request field (RFC 9110, 12.5.5); `*` stays alone. */
export function withVary(headers: HeaderList, name: string): HeaderList {
  const given = fieldValue(headers, 'vary');
  if (given === undefined) {
    return [...headers, ['Vary', name]];
  }
  const members = new Set(given.split(',').map((member) => member.trim().toLowerCase()));
  return members.has('*') || members.has(name.toLowerCase())
    ? headers
    : withField(headers, 'Vary', `${given}, ${name}`);
}
