import type { Environ } from '@tsgi/types';
import type { OutgoingRequest } from './attempts.ts';
import type { Conversation } from './conversation.ts';
import { GatewayError } from './errors.ts';
import type { ExchangeEvents } from './exchange.ts';
import { FastCgiConversation } from './fastcgi-conversation.ts';
import { HttpConversation } from './http-conversation.ts';
import { httpRequest } from './http-request.ts';
import type { ForwardSettings } from './settings.ts';
import { findScript, type PhpScript } from './php-script.ts';
import { contentOf, type RequestContent } from './request-content.ts';
import { responseFields } from './response-fields.ts';
import { SingleConversation } from './single-conversation.ts';
import type { Upstream } from './upstream.ts';
import { decode, variablesRequest } from './variables-request.ts';

/** Makes requests to upstreams of requests of a site. */
export class OutgoingRequests {
  readonly #settings: ForwardSettings;
  readonly #streamsUnknown: boolean;

  constructor(settings: ForwardSettings) {
    this.#settings = settings;
    // which upstream gets the request is not known when its body is looked at
    this.#streamsUnknown = settings.upstreams.every(({ address }) => address.protocol === 'http');
  }

  /** Makes a request. `slash`: the client is to ask for the folder itself. Rejects with a GatewayError. */
  async prepare(environ: Environ): Promise<OutgoingRequest | 'slash'> {
    const script = await this.#findScript(environ);
    if (script === 'slash') {
      return script;
    }
    const content = await contentOf(environ, {
      streamsUnknown: this.#streamsUnknown,
      most: this.#settings.bufferBody,
    });
    return {
      environ,
      content,
      events: eventsOf(environ, this.#settings),
      converse: (upstream) => this.#converse(upstream, environ, { content, script }),
    };
  }

  async #findScript(environ: Environ): Promise<PhpScript | 'slash' | undefined> {
    const { php } = this.#settings;
    if (php === undefined) {
      return undefined;
    }
    const script = await findScript(decode(environ.PATH_INFO, this.#settings), php);
    if (script === undefined) {
      throw new GatewayError('ERR_GATEWAY_NOT_FOUND', environ.PATH_INFO);
    }
    return script;
  }

  #converse(
    { settings: upstream, pool }: Upstream,
    environ: Environ,
    { content, script }: { content: RequestContent; script: PhpScript | undefined },
  ): Conversation {
    const { address } = upstream;
    const limits = { maxHeaderSize: this.#settings.maxHeaderSize, keep: pool.keeps };
    if (address.protocol === 'http') {
      const contentLength = content.length;
      const request = httpRequest(environ, this.#settings, { address, contentLength });
      return new HttpConversation(request, limits);
    }
    const none = content.length === 0 && environ.CONTENT_LENGTH === undefined;
    const facts = { contentLength: none ? undefined : content.length, script };
    const request = variablesRequest(environ, this.#settings, facts);
    if (address.protocol === 'fastcgi') {
      return new FastCgiConversation(request, limits);
    }
    try {
      return new SingleConversation(address.protocol, request, limits.maxHeaderSize);
    } catch (error) {
      // what the variables hold is valid, so that it is their size
      throw new GatewayError('ERR_GATEWAY_HEAD_TOO_LARGE', String(error), error);
    }
  }
}

function eventsOf(environ: Environ, { fileFields }: ForwardSettings): ExchangeEvents {
  const decoder = new TextDecoder();
  return {
    onInterim(status, headers) {
      if (status === 103) {
        passHints(environ, responseFields(headers, fileFields));
      }
    },
    onStderr: (octets) => environ['tsgi.errors'].write(decoder.decode(octets, { stream: true })),
  };
}

// A hint is a favour: one that no server may send is dropped
function passHints(environ: Environ, headers: ReturnType<typeof responseFields>): void {
  try {
    environ['tsgi.early_hints']?.(headers);
  } catch (error) {
    environ['tsgi.errors'].write(`forward: early hints: ${String(error)}\n`);
  }
}
