import { checkTrailers, headerPairs } from '@tsgi/core';
import type { AsyncBody, Body, Environ, StartResponse } from '@tsgi/types';
import { type Answered, Attempts, type AttemptSettings } from './attempts.ts';
import { Balancer } from './balancer.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { UpstreamCounters } from './events.ts';
import type { ForwardOptions } from './options.ts';
import { type ForwardSettings, resolveOptions } from './settings.ts';
import { OutgoingRequests } from './outgoing-requests.ts';
import { answerError, redirectToFolder } from './own-answer.ts';
import { ResponseBody } from './response-body.ts';
import { responseFields, statusLine } from './response-fields.ts';
import { Upstream } from './upstream.ts';

/** An application that passes requests on, of the asynchronous profile. */
export interface ForwardApplication {
  (
    environ: Environ,
    startResponse: StartResponse,
  ): Body | AsyncBody | PromiseLike<Body | AsyncBody>;
  /** The figures of each upstream, in the order given. */
  counters(): UpstreamCounters[];
  /** Closes idle connections and keeps none from now on; requests under way go on. */
  close(): void;
}

/**
 * An application that passes each request on to one of its upstreams and streams the answer back.
 * Throws `ERR_TSGI_OPTION` for a wrong option.
 */
export function forward(options: ForwardOptions): ForwardApplication {
  const settings = resolveOptions(options);
  const gateway = new Gateway(settings);
  return Object.assign(
    (environ: Environ, startResponse: StartResponse) => gateway.handle(environ, startResponse),
    {
      counters: () => gateway.counters(),
      close: () => gateway.close(),
    },
  );
}

const now = (): number => performance.now();

class Gateway {
  readonly #settings: ForwardSettings;
  readonly #upstreams: readonly Upstream[];
  readonly #shared: AttemptSettings;
  readonly #requests: OutgoingRequests;

  constructor(settings: ForwardSettings) {
    this.#settings = settings;
    this.#upstreams = settings.upstreams.map((one) => new Upstream(one, settings.keepAliveTimeout));
    this.#shared = { settings, now, balancer: new Balancer(this.#upstreams) };
    this.#requests = new OutgoingRequests(settings);
  }

  handle(
    environ: Environ,
    startResponse: StartResponse,
  ): Body | AsyncBody | PromiseLike<Body | AsyncBody> {
    if (!environ['tsgi.async']) {
      const error = new GatewayError('ERR_GATEWAY_SYNC');
      environ['tsgi.errors'].write(`forward: ${error.message}\n`);
      return answerError(error, startResponse);
    }
    return this.#pass(environ, startResponse);
  }

  async #pass(environ: Environ, startResponse: StartResponse): Promise<Body | AsyncBody> {
    try {
      const request = await this.#requests.prepare(environ);
      if (request === 'slash') {
        return redirectToFolder(environ, startResponse);
      }
      const attempts = new Attempts(request, this.#shared);
      const answered = await attempts.run();
      return this.#respond(answered, attempts, { environ, startResponse });
    } catch (error) {
      return this.#answer(error, startResponse);
    }
  }

  #answer(thrown: unknown, startResponse: StartResponse): Body {
    const error = toGatewayError(thrown);
    switch (error.code) {
      case 'ERR_GATEWAY_CANCELLED':
        // nobody is there to be answered
        throw error;
      case 'ERR_GATEWAY_UNAVAILABLE': {
        const seconds = this.#shared.balancer.retryAfter(now());
        return answerError(error, startResponse, [['Retry-After', String(seconds)]]);
      }
      default:
        return answerError(error, startResponse);
    }
  }

  #respond(
    { upstream, exchange, head }: Answered,
    attempts: Attempts,
    { environ, startResponse }: { environ: Environ; startResponse: StartResponse },
  ): AsyncBody {
    const fail = (thrown: unknown, type: 'failed' | 'truncated'): GatewayError => {
      const error = toGatewayError(thrown);
      exchange.cancel();
      upstream.end();
      attempts.tell(upstream, { type, error });
      environ['tsgi.errors'].write(
        `forward: ${upstream.settings.url}: ${error.code}: ${error.message}\n`,
      );
      return error;
    };
    const cancel = (): void => {
      exchange.cancel();
      upstream.end();
      attempts.tell(upstream, { type: 'cancelled' });
    };
    try {
      startResponse(statusLine(head), responseFields(head.headers, this.#settings.fileFields));
    } catch (error) {
      if (environ['tsgi.signal']?.aborted === true) {
        cancel();
        throw new GatewayError('ERR_GATEWAY_CANCELLED');
      }
      // the head is not one that a TSGI server sends
      throw fail(error, 'failed');
    }
    return new ResponseBody(exchange, {
      onFault: (error) => fail(error, 'truncated'),
      onWait: () => environ['tsgi.flush_headers']?.(),
      onCancel: cancel,
      onEnd: (trailers) => {
        const wire = exchange.finish();
        if (wire !== undefined) {
          upstream.pool.put(wire);
        }
        upstream.end();
        attempts.tell(upstream, { type: 'ended' });
        passTrailers(environ, trailers);
      },
    });
  }

  counters(): UpstreamCounters[] {
    const { alone } = this.#shared.balancer;
    return this.#upstreams.map((upstream) => upstream.counters(now(), alone));
  }

  close(): void {
    for (const { pool } of this.#upstreams) {
      pool.close();
    }
  }
}

// A trailer section that no server may send is left out: it is not worth the response.
function passTrailers(environ: Environ, trailers: readonly string[]): void {
  const pass = environ['tsgi.trailers'];
  if (pass === undefined || trailers.length === 0) {
    return;
  }
  const allowed = headerPairs(trailers).filter((pair) => isTrailer(pair));
  if (allowed.length > 0) {
    pass(allowed);
  }
}

function isTrailer(pair: readonly [string, string]): boolean {
  try {
    checkTrailers([pair]);
    return true;
  } catch {
    return false;
  }
}
