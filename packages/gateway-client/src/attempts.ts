import type { CancelSignal, Environ } from '@tsgi/types';
import type { Balancer } from './balancer.ts';
import { type Connecting, connect } from './connect.ts';
import type { Conversation, UpstreamHead } from './conversation.ts';
import { GATEWAY_ERRORS, GatewayError, toGatewayError } from './errors.ts';
import type { UpstreamEvent } from './events.ts';
import { Exchange, type ExchangeEvents } from './exchange.ts';
import type { ForwardSettings } from './settings.ts';
import type { RequestContent } from './request-content.ts';
import type { Upstream } from './upstream.ts';
import type { Wire } from './wire.ts';

/** Methods of which a second try changes nothing: RFC 9110 section 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
]);

/** A request that is to be passed on. */
export interface OutgoingRequest {
  readonly environ: Environ;
  readonly content: RequestContent;
  /** Makes its conversation with an upstream. Throws a GatewayError for what cannot be said. */
  readonly converse: (upstream: Upstream) => Conversation;
  readonly events: ExchangeEvents;
}

/** A response that has begun. */
export interface Answered {
  readonly upstream: Upstream;
  readonly exchange: Exchange;
  readonly head: UpstreamHead;
}

/** What all requests share. */
export interface AttemptSettings {
  readonly balancer: Balancer;
  readonly settings: ForwardSettings;
  readonly now: () => number;
}

/** The tries to get one request answered. */
export class Attempts {
  readonly #shared: AttemptSettings;
  readonly #request: OutgoingRequest;
  readonly #signal: CancelSignal | undefined;
  #cancelled = false;
  /** Gives up what is under way. */
  #giveUp: () => void = () => {};

  constructor(request: OutgoingRequest, shared: AttemptSettings) {
    this.#shared = shared;
    this.#request = request;
    this.#signal = request.environ['tsgi.signal'];
  }

  /** Asks upstreams until one answers. Rejects with a GatewayError. */
  async run(): Promise<Answered> {
    const onAbort = (): void => {
      this.#cancelled = true;
      this.#giveUp();
    };
    this.#cancelled = this.#signal?.aborted ?? false;
    this.#signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.#askInTurn();
    } finally {
      this.#signal?.removeEventListener('abort', onAbort);
    }
  }

  async #askInTurn(): Promise<Answered> {
    const { balancer, now } = this.#shared;
    const tried = new Set<Upstream>();
    let last = new GatewayError('ERR_GATEWAY_UNAVAILABLE');
    for (;;) {
      const upstream = balancer.pick(now(), tried);
      if (upstream === undefined) {
        throw last;
      }
      if (tried.size > 0) {
        this.tell(upstream, { type: 'passed-on' });
      }
      tried.add(upstream);
      try {
        return await this.#ask(upstream);
      } catch (error) {
        last = this.#judge(error, upstream);
      }
    }
  }

  // Gives the failure where another upstream may be asked, and throws it where none may
  #judge(thrown: unknown, upstream: Upstream): GatewayError {
    upstream.end();
    const error = this.#cancelled
      ? new GatewayError('ERR_GATEWAY_CANCELLED')
      : toGatewayError(thrown);
    if (this.#cancelled) {
      this.tell(upstream, { type: 'cancelled' });
      throw error;
    }
    if (!GATEWAY_ERRORS[error.code].upstream) {
      throw error;
    }
    this.#noteFailure(upstream, error);
    const unsent =
      error.code === 'ERR_GATEWAY_CONNECT' || error.code === 'ERR_GATEWAY_CONNECT_TIMEOUT';
    if (!unsent && !this.#isRepeatable()) {
      throw error;
    }
    return error;
  }

  #noteFailure(upstream: Upstream, error: GatewayError): void {
    this.tell(upstream, { type: 'failed', error });
    this.#request.environ['tsgi.errors'].write(
      `forward: ${upstream.settings.url}: ${error.code}: ${error.message}\n`,
    );
    if (upstream.fail(this.#shared.now()) && !this.#shared.balancer.alone) {
      this.tell(upstream, { type: 'down' });
    }
  }

  #isRepeatable(): boolean {
    const { environ, content } = this.#request;
    return IDEMPOTENT.has(environ.REQUEST_METHOD) && content.isWhole;
  }

  // An idle connection may be closing: RFC 9112 section 9.3.1. What could not be sent again then goes
  // over a new one.
  #risksNothing(): boolean {
    return this.#isRepeatable() && this.#request.content.isHeld;
  }

  async #ask(upstream: Upstream): Promise<Answered> {
    upstream.begin(this.#shared.now());
    // what cannot be said needs no connection
    const conversation = this.#request.converse(upstream);
    const idle = this.#risksNothing() ? upstream.pool.take() : undefined;
    if (idle === undefined) {
      return this.#askAnew(upstream, conversation);
    }
    this.tell(upstream, { type: 'reused' });
    const exchange = this.#exchange(idle, conversation);
    try {
      return await this.#open(upstream, exchange);
    } catch (error) {
      const isStale = toGatewayError(error).code === 'ERR_GATEWAY_CLOSED' && !exchange.received;
      if (!isStale || this.#cancelled) {
        throw error;
      }
    }
    this.tell(upstream, { type: 'stale' });
    return this.#askAnew(upstream, this.#request.converse(upstream));
  }

  async #askAnew(upstream: Upstream, conversation: Conversation): Promise<Answered> {
    const wire = await this.#connect(upstream);
    return this.#open(upstream, this.#exchange(wire, conversation));
  }

  async #connect(upstream: Upstream): Promise<Wire> {
    const { connectTimeout } = this.#shared.settings;
    const connecting: Connecting = connect(upstream.settings.address, connectTimeout);
    this.#giveUp = () => connecting.cancel();
    if (this.#cancelled) {
      connecting.cancel();
    }
    const wire = await connecting.wire;
    this.tell(upstream, { type: 'connected' });
    return wire;
  }

  #exchange(wire: Wire, conversation: Conversation): Exchange {
    const { content, events } = this.#request;
    return new Exchange({ wire, conversation, content, limits: this.#shared.settings, events });
  }

  async #open(upstream: Upstream, exchange: Exchange): Promise<Answered> {
    this.#giveUp = () => exchange.cancel();
    try {
      if (this.#cancelled) {
        throw new GatewayError('ERR_GATEWAY_CANCELLED');
      }
      const head = await exchange.open();
      this.tell(upstream, { type: 'responded', status: head.status });
      if (upstream.succeed() && !this.#shared.balancer.alone) {
        this.tell(upstream, { type: 'up' });
      }
      return { upstream, exchange, head };
    } catch (error) {
      exchange.cancel();
      throw error;
    }
  }

  /** Tells the listener, and counts. */
  tell(upstream: Upstream, event: Omit<UpstreamEvent, 'upstream'>): void {
    const { onUpstreamEvent: listener } = this.#shared.settings;
    upstream.tell(event, { listener, errors: this.#request.environ['tsgi.errors'] });
  }
}
