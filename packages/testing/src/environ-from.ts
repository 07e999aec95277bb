import { Gateway, PORTABLE_SIGNALS } from '@tsgi/core';
import type { Environ, Profile } from '@tsgi/types';
import type { ClientOptions } from './client-options.ts';
import { MemorySink } from './memory-sink.ts';
import { planInput } from './planned-input.ts';
import { addQuery, buildContent, type RequestOptions, withDefaults } from './request-options.ts';

/** What an environ is made from, beside its target. */
export interface EnvironOptions
  extends RequestOptions,
    Omit<ClientOptions, 'lint' | 'headers' | 'auth' | 'environ'> {
  /** Default GET. */
  readonly method?: string | undefined;
  /** Default `sync`. */
  readonly profile?: Profile | undefined;
}

/**
 * The environ that a server would make of a request, for tests of functions that take one. Throws
 * the error of a server that would refuse the request.
 */
export function environFrom(target: string, options: EnvironOptions = {}): Environ {
  const { method = 'GET', profile = 'sync', host = 'localhost', protocol = 'HTTP/1.1' } = options;
  const { scheme = 'http', scriptName = '' } = options;
  const { headers, body } = buildContent(
    { ...options, headers: withDefaults(options.headers, []) },
    host,
  );
  let made: Environ | undefined;
  // an application that never answers: its request goes on, and so does its environ
  const gateway = new Gateway(
    (environ: Environ) => {
      made = environ;
      return new Promise(() => {});
    },
    {
      profile: 'async',
      scriptName,
      concurrency: { multithread: false, multiprocess: false, runOnce: false, interleaved: false },
      errors: { write() {}, flush() {} },
      limit: (work) => Promise.resolve(work),
      extensions: { signals: PORTABLE_SIGNALS, rawHeaders: true },
    },
  );
  const request = { method, target: addQuery(target, options.query), protocol, headers };
  gateway.handle({
    admission: gateway.admit(request),
    connection: {
      scheme,
      serverName: host.replace(/:\d*$/, ''),
      serverPort: /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : '80'),
      remoteAddress: options.remoteAddress ?? '127.0.0.1',
    },
    input: planInput(body, profile, options.input),
    sink: new MemorySink(Number.POSITIVE_INFINITY, () => {}),
    onDone: () => {},
  });
  const environ = made as Environ;
  if (profile === 'sync') {
    environ['tsgi.async'] = false;
    delete environ['tsgi.async_input'];
  }
  return Object.assign(environ, options.environ);
}
