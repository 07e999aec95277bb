import type { AsyncApplication } from '@tsgi/types';
import { cascade } from './cascade.ts';
import { copyEnviron } from './copy-environ.ts';
import { editStart, type Start, statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { withoutFields } from './header-list.ts';
import { optionError } from './option-error.ts';

/** The application that answers in place of a response, by its status: `404`, `4xx`, `5xx`. */
export type ErrorDocuments<A> = Readonly<Record<string, A>>;

/**
 * Shows a document of the site's own where the application answers with an error: another
 * application, called with GET and the environ of the request, writes headers of the content and
 * the content; the status and all other fields stay those of the error. An exact status wins over a
 * class. Throws a TypeError for a status that is no error.
 */
export function errorDocument(documents: ErrorDocuments<AsyncApplication>): EitherMiddleware {
  const wrong = Object.keys(documents).find((status) => !/^[45](?:\d\d|xx)$/.test(status));
  if (wrong !== undefined) {
    throw optionError('errorDocument', 'a status must be 400 to 599, 4xx or 5xx; it', wrong);
  }
  const documentOf = (status: number): AsyncApplication | undefined =>
    documents[String(status)] ?? documents[`${String(status).slice(0, 1)}xx`];
  const isShown = (status: number): boolean => documentOf(status) !== undefined;
  return either((application) => (environ, startResponse) => {
    let failed: Start | undefined;
    const watched: AsyncApplication = (inner, start) =>
      application(inner, (status, headers, ...error) => {
        start(status, headers, ...error);
        failed = { status, headers };
      });
    const instead: AsyncApplication = (inner, start) => {
      const { status, headers } = failed as Start;
      const document = documentOf(statusCode(status)) as AsyncApplication;
      return document(
        copyEnviron(inner, { REQUEST_METHOD: inner.REQUEST_METHOD === 'HEAD' ? 'HEAD' : 'GET' }),
        editStart(start, (own) => ({
          status,
          headers: [...withoutFields(headers, ...CONTENT_FIELDS), ...own.headers],
        })),
      );
    };
    return cascade([watched, instead], { pass: isShown })(environ, startResponse);
  });
}

const CONTENT_FIELDS = [
  'Content-Type',
  'Content-Length',
  'Content-Encoding',
  'Content-Language',
  'Content-Disposition',
  'ETag',
  'Last-Modified',
  'Cache-Control',
] as const;
