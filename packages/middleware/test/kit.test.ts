import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MiddlewareSuiteOptions, runMiddlewareSuite } from '@tsgi/conformance';
import type { Application, AsyncApplication, AsyncMiddleware, Middleware } from '@tsgi/types';
import { afterAll, describe, expect, test } from 'vitest';
import { accessLog } from '../src/access-log.ts';
import { basicAuth } from '../src/basic-auth.ts';
import { bearerAuth } from '../src/bearer-auth.ts';
import { bodyLimit } from '../src/body-limit.ts';
import { bufferInput } from '../src/buffer-input.ts';
import { cascade } from '../src/cascade.ts';
import { compose } from '../src/compose.ts';
import { compress } from '../src/compress.ts';
import { conditional } from '../src/conditional.ts';
import { contentLength } from '../src/content-length.ts';
import { cors } from '../src/cors.ts';
import { csrf } from '../src/csrf.ts';
import { devErrors } from '../src/dev-errors.ts';
import { errorDocument } from '../src/error-document.ts';
import { errors } from '../src/errors.ts';
import { etag } from '../src/etag.ts';
import { forceHttps } from '../src/force-https.ts';
import { head } from '../src/head.ts';
import { health } from '../src/health.ts';
import { methodOverride } from '../src/method-override.ts';
import { metrics } from '../src/metrics.ts';
import { mount } from '../src/mount.ts';
import { proxyFix } from '../src/proxy-fix.ts';
import { range } from '../src/range.ts';
import { rateLimit } from '../src/rate-limit.ts';
import { requestId } from '../src/request-id.ts';
import { rewindInput } from '../src/rewind-input.ts';
import { securityHeaders } from '../src/security-headers.ts';
import { serverTiming } from '../src/server-timing.ts';
import { session } from '../src/session.ts';
import { staticFiles } from '../src/static-files.ts';
import { timeout } from '../src/timeout.ts';
import { toAsync } from '../src/to-async.ts';
import { traceparent } from '../src/traceparent.ts';
import { trustedHosts } from '../src/trusted-hosts.ts';
import { vhost } from '../src/vhost.ts';
import { when } from '../src/when.ts';
import { wrapBody } from '../src/wrap-body.ts';
import { xSendfile } from '../src/x-sendfile.ts';
import { answering } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsgi-kit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Requests = NonNullable<MiddlewareSuiteOptions['requests']>;

const FORM = [['Content-Type', 'application/x-www-form-urlencoded']] as const;

/** The requests of the kit with one more field each. */
const asked = (name: string, value: string): Requests => [
  { method: 'GET', target: '/probe/page?x=1', headers: [[name, value]] },
  {
    method: 'POST',
    target: '/probe/form',
    headers: [...FORM, [name, value]],
    body: 'name=tsgi&text=one+two+three',
  },
];

interface Row {
  readonly name: string;
  readonly middleware: Middleware & AsyncMiddleware;
  readonly declares?: MiddlewareSuiteOptions['declares'];
  readonly requests?: Requests;
}

const missing = answering('404 Not Found', 'missing') as Application & AsyncApplication;
const either = (make: (application: AsyncApplication) => AsyncApplication): Row['middleware'] =>
  make as unknown as Row['middleware'];
const unchanged = (chunk: Uint8Array): Uint8Array => chunk;

const ROWS: readonly Row[] = [
  { name: 'accessLog', middleware: accessLog({ write: () => {} }) },
  {
    name: 'basicAuth',
    middleware: basicAuth({ users: { ann: 'secret' } }),
    requests: asked('Authorization', `Basic ${Buffer.from('ann:secret').toString('base64')}`),
  },
  {
    name: 'bearerAuth',
    middleware: bearerAuth({ verify: (token) => token }),
    requests: asked('Authorization', 'Bearer abc'),
  },
  { name: 'bodyLimit', middleware: bodyLimit(1000) },
  { name: 'bufferInput', middleware: bufferInput() },
  { name: 'bufferInput into a file', middleware: bufferInput({ memory: 8 }) },
  {
    name: 'cascade',
    middleware: either((application) => cascade([missing, application])),
  },
  {
    name: 'cascade, first',
    middleware: either((application) => cascade([application, application])),
    declares: { retries: true, buffers: true },
  },
  {
    name: 'compose',
    middleware: compose(head(), requestId(), etag({ limit: 0 })),
    declares: { headers: ['X-Request-Id', 'ETag'], buffers: true },
  },
  {
    name: 'compress, brotli',
    middleware: compress({ minSize: 0 }),
    declares: {
      transformsBody: true,
      headers: ['Vary', 'Content-Encoding', 'ETag', 'Accept-Ranges'],
    },
  },
  {
    name: 'compress, gzip without flushing',
    middleware: compress({ minSize: 0, codings: ['gzip'], flush: false }),
    declares: {
      transformsBody: true,
      headers: ['Vary', 'Content-Encoding', 'ETag', 'Accept-Ranges'],
    },
  },
  {
    name: 'compress, not asked for',
    middleware: compress({ minSize: 0 }),
    declares: { headers: ['Vary'] },
    requests: asked('Accept-Encoding', 'identity'),
  },
  { name: 'conditional', middleware: conditional() },
  {
    name: 'conditional, asked',
    middleware: conditional(),
    requests: asked('If-None-Match', '"x"'),
  },
  {
    name: 'contentLength',
    middleware: contentLength(),
    declares: { buffers: true, headers: ['Content-Length'] },
  },
  {
    name: 'contentLength, too long',
    middleware: contentLength({ limit: 8 }),
    declares: { buffers: true, headers: ['Content-Length'] },
  },
  {
    name: 'cors',
    middleware: cors({ origins: ['https://app.example'] }),
    declares: { headers: ['Vary', 'Access-Control-Allow-Origin'] },
    requests: asked('Origin', 'https://app.example'),
  },
  { name: 'csrf', middleware: csrf(), requests: asked('Sec-Fetch-Site', 'same-origin') },
  { name: 'devErrors', middleware: devErrors({ remote: true }) },
  {
    name: 'errorDocument',
    middleware: errorDocument({ 404: missing }),
    declares: { transformsBody: true, headers: ['Content-Length', 'Content-Type'] },
  },
  { name: 'errors', middleware: errors() },
  { name: 'etag', middleware: etag(), declares: { buffers: true, headers: ['ETag'] } },
  {
    name: 'etag, too long',
    middleware: etag({ limit: 8 }),
    declares: { buffers: true, headers: ['ETag'] },
  },
  {
    name: 'forceHttps',
    middleware: compose(proxyFix({ trusted: ['*'] }), forceHttps()),
    requests: asked('X-Forwarded-Proto', 'https'),
  },
  { name: 'head', middleware: head() },
  { name: 'health', middleware: health() },
  {
    name: 'methodOverride',
    middleware: methodOverride(),
    requests: asked('X-HTTP-Method-Override', 'PUT'),
  },
  { name: 'metrics', middleware: metrics() },
  {
    name: 'mount',
    middleware: either((application) => mount({ '/': missing, '/probe': application })),
  },
  {
    name: 'proxyFix',
    middleware: proxyFix({ trusted: ['*'] }),
    requests: asked('X-Forwarded-For', '192.0.2.1'),
  },
  { name: 'range', middleware: range(), declares: { headers: ['Accept-Ranges'] } },
  {
    name: 'range, asked',
    middleware: range(),
    declares: { transformsBody: true, status: true, headers: ['Accept-Ranges', 'Content-Range'] },
    requests: asked('Range', 'bytes=1-3'),
  },
  {
    name: 'rateLimit',
    middleware: rateLimit({ limit: 100_000, window: 60_000 }),
    declares: { headers: ['RateLimit', 'RateLimit-Policy', 'Retry-After'] },
  },
  { name: 'requestId', middleware: requestId(), declares: { headers: ['X-Request-Id'] } },
  { name: 'rewindInput', middleware: rewindInput() },
  {
    name: 'securityHeaders',
    middleware: securityHeaders(),
    declares: {
      headers: [
        'Content-Security-Policy',
        'Strict-Transport-Security',
        'X-Content-Type-Options',
        'X-Frame-Options',
        'Referrer-Policy',
        'Cross-Origin-Opener-Policy',
        'Cross-Origin-Resource-Policy',
        'Origin-Agent-Cluster',
        'Permissions-Policy',
      ],
    },
  },
  { name: 'serverTiming', middleware: serverTiming(), declares: { headers: ['Server-Timing'] } },
  { name: 'session', middleware: session() },
  { name: 'staticFiles', middleware: staticFiles(folder) },
  { name: 'timeout', middleware: timeout(60_000) },
  { name: 'traceparent', middleware: traceparent({ onEnd: () => {} }) },
  {
    name: 'trustedHosts',
    middleware: trustedHosts(['*.example', '127.0.0.1']),
    requests: asked('Host', 'a.example'),
  },
  {
    name: 'vhost',
    middleware: either((application) => vhost({ 'a.example': application, '*': missing })),
    requests: asked('Host', 'a.example'),
  },
  {
    name: 'when',
    middleware: when(({ PATH_INFO }) => PATH_INFO === '/probe/page', requestId()),
    declares: { headers: ['X-Request-Id'] },
  },
  {
    name: 'wrapBody',
    middleware: either((application) => (environ, startResponse) => {
      const result = application(environ, startResponse);
      const wrap = (body: Parameters<typeof wrapBody>[0]) => wrapBody(body, { chunk: unchanged });
      return 'then' in result ? result.then(wrap) : wrap(result);
    }),
  },
  { name: 'xSendfile', middleware: xSendfile({ sendfile: [folder] }) },
];

async function failures(options: MiddlewareSuiteOptions): Promise<readonly string[]> {
  const { results } = await runMiddlewareSuite({ ...options, threshold: 'should' });
  expect(results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(15);
  return results
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'error')
    .map(({ check, message }) => `${check}: ${message}`);
}

describe('runMiddlewareSuite', () => {
  describe.each(ROWS)('of $name', ({ middleware, declares, requests }) => {
    test.each(['sync', 'async'] as const)('finds nothing, %s', async (profile) => {
      const found = await failures({ middleware, declares, requests, profile });
      expect(found).toEqual([]);
    });
  });

  test('finds nothing in toAsync, async', async () => {
    const middleware: AsyncMiddleware = (application) => toAsync(application as Application);
    // it lets the applications of the kit answer in the synchronous way, with other content
    const declares = { transformsBody: true, headers: ['X-Tsgi-Conformance'] };
    expect(await failures({ middleware, declares, profile: 'async' })).toEqual([]);
  });
});
