import type { Header } from '@tsgi/types';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import type { Served } from '../../memory/served.ts';
import { fieldOf } from './answers.ts';

const DATE = 'Sat, 01 Jan 2000 00:00:00 GMT';

/**
 * A GET once more with each of the fields that make applications answer otherwise: the validators of
 * its own answer, a range, a content coding, what a proxy says of the first hop, what browsers send.
 */
export function askConditionally(
  request: MemoryRequest,
  answer: Served | undefined,
): readonly MemoryRequest[] {
  const tag = answer && fieldOf(answer, 'etag');
  const modified = answer && fieldOf(answer, 'last-modified');
  const variants: readonly (readonly Header[])[] = [
    [['If-None-Match', tag ?? '*']],
    [['If-Modified-Since', modified ?? DATE]],
    [['Range', 'bytes=1-']],
    [['Accept-Encoding', 'gzip, deflate, br']],
    [
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'proxied.test'],
    ],
    [
      ['Accept', 'application/json;q=0.9, text/html, */*;q=0.1'],
      ['Accept-Language', 'de, en;q=0.5'],
      ['Authorization', 'Basic dHNnaTp0c2dp'],
      ['Cookie', 'session=0123456789abcdef; theme=dark'],
      ['Origin', 'http://tsgi.test'],
    ],
  ];
  return variants.map((fields) => {
    const names = new Set(fields.map(([name]) => name.toLowerCase()));
    const rest = (request.headers ?? []).filter(([name]) => !names.has(name.toLowerCase()));
    return Object.assign({}, request, { headers: [...rest, ...fields] });
  });
}
