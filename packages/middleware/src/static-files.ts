import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Body, Environ, HeaderList, StartResponse } from '@tsgi/types';
import { preferredCoding } from './accept.ts';
import { type RangePart, rangeResponse } from './byte-range-parts.ts';
import { parseByteRanges } from './byte-ranges.ts';
import { contentTypeOf } from './content-types.ts';
import { type EitherMiddleware, either } from './either.ts';
import { decodePath, realPathBelow } from './file-path.ts';
import { writeHttpDate } from './http-date.ts';
import { OpenFile } from './open-file.ts';
import { optionError } from './option-error.ts';
import { ownAnswer } from './own-answer.ts';
import { allowsRange, evaluate } from './preconditions.ts';

/** How `staticFiles` works. */
export interface StaticFilesOptions {
  /** The file that stands for its folder; `false` for none. Default `index.html`. */
  readonly index?: string | false;
  /** Whether files and folders whose name begins with a dot are served. Default false. */
  readonly dotFiles?: boolean;
  /** Siblings, `app.js.br`, sent in place of a file where the client takes them. Default br, gzip. */
  readonly precompressed?: ReadonlyArray<'br' | 'gzip'>;
  /** Cache-Control of most files. Default `no-cache`, which means: kept, and asked for again. */
  readonly cacheControl?: string;
  /**
   * Names that change with their content, which are kept for a year and never asked for again.
   * Default: eight or more hexadecimal digits before the ending.
   */
  readonly immutable?: RegExp | false;
  /** Media types by ending, before those that are known. Default: none. */
  readonly types?: Readonly<Record<string, string>>;
}

const DEFAULTS: Required<StaticFilesOptions> = {
  index: 'index.html',
  dotFiles: false,
  precompressed: ['br', 'gzip'],
  cacheControl: 'no-cache',
  // eight or more hexadecimal digits, as bundlers write them: app.3f2a9c81.js, app-3f2a9c81.js
  immutable: /[.-](?=[a-f]*\d)[0-9a-f]{8,}\.[a-z0-9]+$/,
  types: {},
};

const ENDINGS = { br: '.br', gzip: '.gz' } as const;

/**
 * Serves the files of a folder to GET and HEAD, and lets the application answer for everything that
 * is no file there. PATH_INFO names the file by its canonical path; links that lead out of the
 * folder are not followed. Answers conditional requests and ranges, several at once included
 * (RFC 9110, 13 and 14), sends through `tsgi.file_wrapper` where there is one, and redirects a
 * folder to its path with a slash. Throws a TypeError for a wrong option or a folder that is not
 * there.
 */
export function staticFiles(root: string, options: StaticFilesOptions = {}): EitherMiddleware {
  const settings = { ...DEFAULTS, ...options };
  const folder = new Folder(root, settings);
  return either((application) => (environ, startResponse) => {
    const isRead = environ.REQUEST_METHOD === 'GET' || environ.REQUEST_METHOD === 'HEAD';
    const found = isRead ? folder.find(environ) : undefined;
    if (found === undefined) {
      return application(environ, startResponse);
    }
    if (found === 'slash') {
      return redirect(environ, startResponse);
    }
    return send(found, environ, startResponse);
  });
}

interface Found {
  readonly file: OpenFile;
  /** Fields that tell of this file. */
  readonly headers: HeaderList;
  readonly type: string;
}

class Folder {
  readonly #root: string;
  readonly #settings: Required<StaticFilesOptions>;

  constructor(root: string, settings: Required<StaticFilesOptions>) {
    try {
      this.#root = realpathSync(root);
    } catch (cause) {
      throw Object.assign(optionError('staticFiles', 'the folder must exist; it', root), { cause });
    }
    this.#settings = settings;
  }

  /** The open file that a request names; `slash` for a folder that wants one. */
  find(environ: Environ): Found | 'slash' | undefined {
    const segments = decodePath(environ.PATH_INFO, this.#settings);
    if (segments === undefined) {
      return undefined;
    }
    const { index } = this.#settings;
    const path = join(this.#root, ...segments);
    if (environ.PATH_INFO.endsWith('/')) {
      return index === false ? undefined : this.#open(join(path, index), environ);
    }
    const found = this.#open(path, environ);
    if (found !== undefined || index === false) {
      return found;
    }
    const inside = this.#openFile(join(path, index));
    inside?.close();
    return inside === undefined ? undefined : 'slash';
  }

  #openFile(path: string): OpenFile | undefined {
    const real = realPathBelow(this.#root, path);
    return real === undefined ? undefined : OpenFile.open(real);
  }

  #open(path: string, environ: Environ): Found | undefined {
    const file = this.#openFile(path);
    if (file === undefined) {
      return undefined;
    }
    const { precompressed, types, immutable, cacheControl } = this.#settings;
    const type = contentTypeOf(path, types);
    const cache =
      immutable !== false && immutable.test(path)
        ? 'public, max-age=31536000, immutable'
        : cacheControl;
    const headers: HeaderList = [
      ['Cache-Control', cache],
      ['X-Content-Type-Options', 'nosniff'],
      ...(precompressed.length === 0 ? [] : [['Vary', 'Accept-Encoding'] as const]),
    ];
    const coding = preferredCoding(environ['HTTP_ACCEPT_ENCODING'], [...precompressed, 'identity']);
    if (coding === 'br' || coding === 'gzip') {
      const sibling = this.#openSibling(path, coding);
      if (sibling !== undefined) {
        file.close();
        return { file: sibling, type, headers: [...headers, ['Content-Encoding', coding]] };
      }
    }
    return { file, type, headers };
  }

  #openSibling(path: string, coding: 'br' | 'gzip'): OpenFile | undefined {
    return this.#openFile(path + ENDINGS[coding]);
  }
}

// One slash at the beginning: two would name another host.
function redirect(environ: Environ, startResponse: StartResponse): Body {
  const path = `${environ.SCRIPT_NAME}${environ.PATH_INFO}/`.replace(/^\/+/, '/');
  const query = environ.QUERY_STRING === '' ? '' : `?${environ.QUERY_STRING}`;
  return ownAnswer(startResponse, '308 Permanent Redirect', [['Location', path + query]]);
}

function send(found: Found, environ: Environ, startResponse: StartResponse): Body {
  try {
    return answer(found, environ, startResponse);
  } catch (error) {
    found.file.close();
    throw error;
  }
}

function answer(
  { file, headers, type }: Found,
  environ: Environ,
  startResponse: StartResponse,
): Body {
  const told: HeaderList = [
    ...headers,
    ['ETag', file.etag],
    ['Last-Modified', writeHttpDate(file.lastModified)],
    ['Accept-Ranges', 'bytes'],
  ];
  const verdict = evaluate(environ, file);
  if (verdict !== 'proceed') {
    file.close();
    const isKnown = verdict === 'not-modified';
    const length: HeaderList = isKnown ? [] : [['Content-Length', '0']];
    startResponse(isKnown ? '304 Not Modified' : '412 Precondition Failed', [...told, ...length]);
    return [];
  }
  const field = environ.REQUEST_METHOD === 'GET' ? environ['HTTP_RANGE'] : undefined;
  const ranges =
    field !== undefined && allowsRange(environ, file)
      ? parseByteRanges(field, file.size)
      : undefined;
  if (ranges === undefined) {
    startResponse('200 OK', [
      ...told,
      ['Content-Type', type],
      ['Content-Length', String(file.size)],
    ]);
    return file.body({ start: 0, end: file.size }, environ);
  }
  const [first, ...others] = ranges;
  if (first === undefined) {
    file.close();
    const unsatisfied: HeaderList = [
      ['Content-Range', `bytes */${file.size}`],
      ['Content-Length', '0'],
    ];
    startResponse('416 Range Not Satisfiable', [...told, ...unsatisfied]);
    return [];
  }
  const { fields, parts } = rangeResponse([first, ...others], { size: file.size, type });
  startResponse('206 Partial Content', [...told, ...fields]);
  return others.length === 0 ? file.body(first, environ) : partsBody(file, parts);
}

function partsBody(file: OpenFile, parts: readonly RangePart[]): Body {
  return {
    *[Symbol.iterator]() {
      for (const part of parts) {
        yield part.head;
        yield* file.chunks(part);
        yield part.tail;
      }
    },
    close: () => file.close(),
  };
}
