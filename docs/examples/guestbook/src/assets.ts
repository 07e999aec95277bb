import { readFileSync } from 'node:fs';
import type { Handler } from './router.ts';

/** A file of the `static` folder, read when the program starts. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** Changes with the content: the query string of the address, and the entity tag. */
  readonly version: string;
}

/** The style sheet of all pages. */
export const STYLE_ASSET: Asset = loadAsset('style.css', 'text/css; charset=utf-8');

/** The icon of the site. */
export const ICON_ASSET: Asset = loadAsset('favicon.svg', 'image/svg+xml');

/**
 * Answers with an asset. The address with its version may be kept for ever; without, the browser
 * asks each time and mostly gets 304.
 */
export function serveAsset(asset: Asset): Handler {
  const { bytes, type, version } = asset;
  const tag = `"${version}"`;
  return (environ, startResponse) => {
    const isVersioned = environ.QUERY_STRING === version;
    const lifetime = isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache';
    const headers = [
      ['etag', tag],
      ['cache-control', lifetime],
    ] as const;
    if (matchesTag(environ['HTTP_IF_NONE_MATCH'] ?? '', tag)) {
      startResponse('304 Not Modified', headers);
      return [];
    }
    startResponse('200 OK', [['content-type', type], ...headers]);
    return [bytes];
  };
}

/** RFC 9110 section 13.1.2: If-None-Match = "*" / #entity-tag, compared weakly. */
function matchesTag(field: string, tag: string): boolean {
  return (
    field.trim() === '*' ||
    field.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
  );
}

function loadAsset(name: string, type: string): Asset {
  const bytes = readFileSync(new URL(`../static/${name}`, import.meta.url));
  return { bytes, type, version: hash(bytes) };
}

/** FNV-1a, 32 bits: tells versions apart, protects nothing. */
function hash(bytes: Uint8Array): string {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
