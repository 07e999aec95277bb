import { headerPairs, HOP_BY_HOP } from '@tsgi/core';
import type { HeaderList, StatusLine } from '@tsgi/types';
import type { UpstreamHead } from './conversation.ts';
import { connectionOptions } from './request-fields.ts';

// Orders to a server in front, which an upstream that is not trusted with its files must not give
const FILE_FIELDS: ReadonlySet<string> = new Set([
  'x-accel-redirect',
  'x-sendfile',
  'x-sendfile-temporary',
  'x-lighttpd-send-file',
  'x-reproxy-file',
  'x-reproxy-url',
]);

/** The status of a response as startResponse takes it. */
export function statusLine({ status, reason }: UpstreamHead): StatusLine {
  return `${status} ${reason}`;
}

/** The end-to-end fields of a response, in their order. */
export function responseFields(
  headers: readonly string[],
  fileFields: 'drop' | 'pass',
): HeaderList {
  const pairs = headerPairs(headers);
  const connection = pairs.filter(([name]) => name.toLowerCase() === 'connection');
  const dropped = connectionOptions(connection.map(([, value]) => value).join(','));
  return pairs.filter(([name]) => {
    const lower = name.toLowerCase();
    const isFile = fileFields === 'drop' && FILE_FIELDS.has(lower);
    // "status" is a field of CGI, which startResponse refuses
    const kept = !HOP_BY_HOP.has(lower) && !dropped.has(lower) && lower !== 'status' && !isFile;
    // a length is no option of a connection, and without it a cut response looks whole
    return kept || lower === 'content-length';
  });
}
