import type { OutgoingHttpHeaders } from 'node:http2';

/**
 * Gives field lines to node:http2 in its form; `flat` is name, value, name, value, … Where node
 * refuses to send a field more than once, its values are sent as one line: RFC 9110 section 5.3.
 */
export function sendFields(
  flat: readonly string[],
  send: (fields: OutgoingHttpHeaders) => void,
): void {
  const lines = groupFields(flat);
  try {
    send(buildFields(lines, false));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_HTTP2_HEADER_SINGLE_VALUE') {
      throw error;
    }
    send(buildFields(lines, true));
  }
}

// RFC 9113 section 8.2: names in lower case
function groupFields(flat: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (let at = 0; at < flat.length; at += 2) {
    const name = (flat[at] as string).toLowerCase();
    const value = flat[at + 1] as string;
    const earlier = lines.get(name);
    if (earlier === undefined) {
      lines.set(name, [value]);
    } else {
      earlier.push(value);
    }
  }
  // RFC 9113 section 8.2.2 and RFC 7540 section 3.2.1: of the connection, and node refuses it
  lines.delete('http2-settings');
  return lines;
}

// RFC 6265 section 3: Set-Cookie is the one field that is never joined
function buildFields(
  lines: ReadonlyMap<string, readonly string[]>,
  joined: boolean,
): OutgoingHttpHeaders {
  // no name is to meet a property that every object has
  const fields = Object.create(null) as OutgoingHttpHeaders;
  for (const [name, values] of lines) {
    fields[name] =
      values.length === 1 || (joined && name !== 'set-cookie') ? values.join(', ') : [...values];
  }
  return fields;
}
