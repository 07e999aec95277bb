import type { Entry, GuestbookStore } from './store.ts';

const ROWS_PER_QUERY = 250;
const CHUNK_CHARACTERS = 16 * 1024;
const encoder = new TextEncoder();

/**
 * The guestbook as CSV: RFC 4180 with a header line, in UTF-8.
 * @yields chunks of some 16 KiB of text, whatever the number of entries
 */
export function* exportCsv(store: GuestbookStore): Generator<Uint8Array, void, undefined> {
  let text = 'id,name,message,signed_at\r\n';
  for (const batch of store.export(ROWS_PER_QUERY)) {
    for (const entry of batch) {
      text += buildRow(entry);
      if (text.length < CHUNK_CHARACTERS) continue;
      yield encoder.encode(text);
      text = '';
    }
  }
  if (text !== '') yield encoder.encode(text);
}

function buildRow(entry: Entry): string {
  const { id, name, message, signedAt } = entry;
  return `${id},${buildField(name)},${buildField(message)},${signedAt}\r\n`;
}

/**
 * RFC 4180 section 2: escaped = DQUOTE *(TEXTDATA / COMMA / CR / LF / 2DQUOTE) DQUOTE.
 * A leading apostrophe keeps spreadsheets from taking a visitor's text for a formula.
 */
export function buildField(text: string): string {
  const guard = /^[=+\-@\t\r＝＋－＠]/u.test(text) ? "'" : '';
  return `"${guard}${text.replaceAll('"', '""')}"`;
}
