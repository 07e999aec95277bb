import type { AsyncBody, Body, Environ, StartResponse } from '@tsgi/types';
import { BrotliCompress, constants, Gzip } from 'minizlib';
import { preferredCoding } from './accept.ts';
import { isHeaderList, type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { fieldValue, withField, withoutFields, withVary } from './header-list.ts';
import { checkCount, optionError } from './option-error.ts';
import { mapResult } from './result.ts';
import { type BodyFilter, wrapBody } from './wrap-body.ts';

/** A content coding that `compress` speaks. */
export type Coding = 'br' | 'gzip';

/** How `compress` works. */
export interface CompressOptions {
  /** What is spoken, the best first where the client likes several as well. Default br, gzip. */
  readonly codings?: readonly Coding[];
  /** Octets; a response whose Content-Length is below is left alone. Default 1024. */
  readonly minSize?: number;
  /** Which media types are worth it. Default: text, JSON, XML, JavaScript, WebAssembly, SVG, fonts. */
  readonly types?: RegExp;
  /** 1, the fastest, to 9, the smallest. Default 6. */
  readonly gzipLevel?: number;
  /** 0 to 11; at 4 about as fast as gzip at 6, and smaller. Default 4. */
  readonly brotliQuality?: number;
  /** Whether every chunk can be decoded as soon as it has arrived. Default true. */
  readonly flush?: boolean;
}

const TYPES =
  /^(?:text\/|application\/(?:json|javascript|xml|wasm|manifest\+json|rtf|x-sh)|image\/(?:svg\+xml|bmp|x-icon)|font\/(?:ttf|otf)|[^/]+\/[^;]+\+(?:json|xml|text))/i;

const DEFAULTS: Required<CompressOptions> = {
  codings: ['br', 'gzip'],
  minSize: 1024,
  types: TYPES,
  gzipLevel: 6,
  brotliQuality: 4,
  flush: true,
};

/**
 * Compresses responses with brotli or gzip, as the client asks (RFC 9110, 12.5.3), synchronously
 * and one chunk at a time, so that what streams goes on streaming. Left alone: other types, 204,
 * 205, 206, 304, what has a Content-Encoding, and no-transform. A strong ETag becomes weak. A page that shows a secret beside something the client chose can give the secret
 * away by its compressed length (BREACH): leave such pages out, or mask the secret. Throws a
 * TypeError for a wrong option.
 */
export function compress(options: CompressOptions = {}): EitherMiddleware {
  const settings = { ...DEFAULTS, ...options };
  checkSettings(settings);
  return either((application) => (environ, startResponse) => {
    const response = new Compressed(environ, startResponse, settings);
    const result = application(environ, response.startResponse);
    return mapResult(result, (body) => response.bodyFor(body));
  });
}

class Compressed {
  readonly #coding: Coding | 'identity';
  readonly #outer: StartResponse;
  readonly #settings: Required<CompressOptions>;
  #started = false;
  #isCompressed = false;

  constructor(environ: Environ, outer: StartResponse, settings: Required<CompressOptions>) {
    const offered = [...settings.codings, 'identity'];
    const coding = preferredCoding(environ['HTTP_ACCEPT_ENCODING'], offered);
    this.#coding = (coding as Coding | undefined) ?? 'identity';
    this.#outer = outer;
    this.#settings = settings;
    if (this.#coding !== 'identity') {
      // TRAILERS-MW: a digest of octets that nobody will see
      delete environ['tsgi.trailers'];
    }
  }

  readonly startResponse: StartResponse = (status, headers, ...error) => {
    const given = { status, headers };
    const isWorth = isHeaderList(headers) && isCompressible(given, this.#settings);
    const coding = isWorth ? this.#coding : 'identity';
    const start = isWorth ? { status, headers: withVary(headers, 'Accept-Encoding') } : given;
    const shown = coding === 'identity' ? start : encoded(start, coding);
    this.#outer(shown.status, shown.headers, ...error);
    this.#started = true;
    this.#isCompressed = coding !== 'identity';
  };

  bodyFor(body: Body | AsyncBody): Body | AsyncBody {
    if (this.#coding === 'identity' || (this.#started && !this.#isCompressed)) {
      return body;
    }
    // an array is there as a whole: to flush between its chunks would only make it longer
    const flush = this.#settings.flush && !Array.isArray(body);
    return wrapBody(body, this.#filter(this.#coding, flush));
  }

  #filter(coding: Coding, flush: boolean): BodyFilter {
    let encoder: Encoder | undefined;
    const open = (): Encoder => (encoder ??= makeEncoder(coding, this.#settings));
    return {
      chunk: (chunk) => {
        if (!this.#isCompressed || chunk.byteLength === 0) {
          return chunk;
        }
        open().write(chunk);
        if (flush) {
          open().flush(
            coding === 'gzip' ? constants.Z_SYNC_FLUSH : constants.BROTLI_OPERATION_FLUSH,
          );
        }
        return taken(open());
      },
      end: () => {
        if (!this.#isCompressed) {
          return undefined;
        }
        open().end();
        return taken(open());
      },
      close: () => encoder?.close(),
    };
  }
}

type Encoder = Gzip | BrotliCompress;

const NOTHING = new Uint8Array(0);

function makeEncoder(coding: Coding, settings: Required<CompressOptions>): Encoder {
  return coding === 'gzip'
    ? new Gzip({ level: settings.gzipLevel })
    : new BrotliCompress(brotliOptions(settings.brotliQuality));
}

// The library hands its options on to node:zlib, but its types know those of gzip alone.
function brotliOptions(quality: number): ConstructorParameters<typeof BrotliCompress>[0] {
  return { params: { [constants.BROTLI_PARAM_QUALITY]: quality } } as object;
}

function taken(encoder: Encoder): Uint8Array {
  return (encoder.read() as Uint8Array | null) ?? NOTHING;
}

const NOT_CODED: ReadonlySet<number> = new Set([204, 205, 206, 304]);

function isCompressible(
  { status, headers }: Start,
  { types, minSize }: Required<CompressOptions>,
): boolean {
  const length = fieldValue(headers, 'content-length');
  return (
    !NOT_CODED.has(statusCode(status)) &&
    types.test(fieldValue(headers, 'content-type') ?? '') &&
    (length === undefined || Number(length) >= minSize) &&
    fieldValue(headers, 'content-encoding') === undefined &&
    fieldValue(headers, 'content-range') === undefined &&
    !/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(fieldValue(headers, 'cache-control') ?? '')
  );
}

// What told of the octets that are not sent any more: length, ranges, digests, a strong tag.
function encoded({ status, headers }: Start, coding: Coding): Start {
  const bare = withoutFields(
    headers,
    'Content-Length',
    'Accept-Ranges',
    'Content-MD5',
    'Digest',
    'Content-Digest',
  );
  const tag = fieldValue(bare, 'etag');
  const tagged = tag?.startsWith('"') === true ? withField(bare, 'ETag', `W/${tag}`) : bare;
  return { status, headers: [...tagged, ['Content-Encoding', coding]] };
}

function checkSettings(settings: Required<CompressOptions>): void {
  checkCount('compress', 'minSize', settings.minSize);
  const wrong = settings.codings.find((coding) => coding !== 'br' && coding !== 'gzip');
  if (wrong !== undefined) {
    throw optionError('compress', 'codings must be br or gzip; one', wrong);
  }
  checkLevel('gzipLevel', settings.gzipLevel, [1, 9]);
  checkLevel('brotliQuality', settings.brotliQuality, [0, 11]);
}

function checkLevel(option: string, level: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(level) || level < least || level > most) {
    throw optionError('compress', `${option} must be ${least} to ${most}; it`, level);
  }
}
