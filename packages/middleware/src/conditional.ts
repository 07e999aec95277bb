import type { AsyncBody, Body, StartResponse } from '@tsgi/types';
import { isHeaderList, type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { isTag } from './entity-tag.ts';
import { fieldValue, withoutFields } from './header-list.ts';
import { parseHttpDate } from './http-date.ts';
import { evaluate, type Validators, type Verdict } from './preconditions.ts';
import { mapResult } from './result.ts';
import { skipBody } from './skip-body.ts';
import { wrapBody } from './wrap-body.ts';

/**
 * Answers conditional GET and HEAD requests from the ETag and Last-Modified of the application's
 * own response (RFC 9110, 13): 304 where the client has it already, 412 where it insists on another
 * one. The application is called all the same; only the sending is saved.
 */
export function conditional(): EitherMiddleware {
  return either((application) => (environ, startResponse) => {
    if (environ.REQUEST_METHOD !== 'GET' && environ.REQUEST_METHOD !== 'HEAD') {
      return application(environ, startResponse);
    }
    const response = new Judged(startResponse, (validators) => evaluate(environ, validators));
    const result = application(environ, response.startResponse);
    return mapResult(result, (body) => response.bodyFor(body));
  });
}

const NOTHING = new Uint8Array(0);

class Judged {
  readonly #outer: StartResponse;
  readonly #evaluate: (validators: Validators) => Verdict;
  /** `undefined` until the application has begun. */
  #verdict: Verdict | undefined;

  constructor(outer: StartResponse, judge: (validators: Validators) => Verdict) {
    this.#outer = outer;
    this.#evaluate = judge;
  }

  readonly startResponse: StartResponse = (status, headers, ...error) => {
    const start = { status, headers };
    const verdict =
      isHeaderList(headers) && statusCode(status) === 200 ? this.#judge(start) : 'proceed';
    const shown = verdict === 'proceed' ? start : withoutContent(start, verdict);
    this.#outer(shown.status, shown.headers, ...error);
    this.#verdict = verdict;
  };

  #judge({ headers }: Start): Verdict {
    const tag = fieldValue(headers, 'etag');
    return this.#evaluate({
      etag: tag !== undefined && isTag(tag) ? tag : undefined,
      lastModified: parseHttpDate(fieldValue(headers, 'last-modified') ?? ''),
    });
  }

  bodyFor(body: Body | AsyncBody): Body | AsyncBody {
    if (this.#verdict === undefined) {
      return wrapBody(body, {
        chunk: (chunk) => (this.#isSent() ? chunk : NOTHING),
        isDone: () => !this.#isSent(),
      });
    }
    return this.#isSent() ? body : skipBody(body);
  }

  #isSent(): boolean {
    return this.#verdict === undefined || this.#verdict === 'proceed';
  }
}

// RFC 9110, 15.4.5: what describes the content stays away; ETag, Cache-Control, Vary and the like
// stay.
const CONTENT_FIELDS = [
  'Content-Length',
  'Content-Type',
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'Trailer',
];

function withoutContent({ headers }: Start, verdict: Verdict): Start {
  const left = withoutFields(headers, ...CONTENT_FIELDS);
  return verdict === 'not-modified'
    ? { status: '304 Not Modified', headers: left }
    : { status: '412 Precondition Failed', headers: [...left, ['Content-Length', '0']] };
}
