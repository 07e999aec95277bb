import { buildErrorPage } from '@tsgi/middleware/dev-errors';
import type { Application } from '@tsgi/types';

const encoder = new TextEncoder();

/** An application that shows why there is none, until a change brings another worker. */
export function failurePage(error: unknown, title: string): Application {
  return (environ, startResponse) => {
    const page = buildErrorPage(error, environ['HTTP_ACCEPT'] ?? '', { title });
    const octets = encoder.encode(page.content);
    startResponse('500 Internal Server Error', [
      ['Content-Type', page.type],
      ['Content-Length', String(octets.byteLength)],
      ['Cache-Control', 'no-store'],
      ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'"],
      ['X-Content-Type-Options', 'nosniff'],
    ]);
    return [octets];
  };
}
