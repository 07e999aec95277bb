import type { Readable, Writable } from 'node:stream';
import { type Connection, TsgiError } from '@tsgi/core';
import { FrontExchange, type FrontLink, type FrontServer } from '../front/front-exchange.ts';
import { REFUSED } from '../front/front-connection.ts';
import type { FrontOutput } from '../front/front-sink.ts';
import { writeTogether } from '../front/socket-output.ts';
import { createRequestBody, type RequestBody } from '../transports/request-body.ts';

const NOTHING = new Uint8Array(0);

/** What a program has to do with. */
export interface CgiProgramHost {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly listening: Connection;
  /** The request is over and cleaned up, and its response has left, or was cut short. */
  readonly done: (whole: boolean) => void;
}

/** The one request of a CGI program: RFC 3875. */
export class CgiProgram implements FrontLink, FrontOutput {
  readonly outlet: Writable;
  readonly listening: Connection;
  readonly output: FrontOutput = this;
  readonly #host: CgiProgramHost;
  readonly #settings: FrontServer['settings'];
  readonly #exchange: FrontExchange;
  #left = Number.POSITIVE_INFINITY;
  #running = 0;
  #answered = false;
  #flushed = false;
  #whole = true;

  constructor(server: Omit<FrontServer, 'onBegin' | 'onEnd'>, host: CgiProgramHost) {
    this.outlet = host.stdout;
    this.listening = host.listening;
    this.#host = host;
    this.#settings = server.settings;
    this.#exchange = new FrontExchange(
      {
        ...server,
        onBegin: () => void (this.#running += 1),
        onEnd: () => {
          this.#running -= 1;
          this.#checkDone();
        },
      },
      this,
    );
  }

  start(variables: readonly string[]): void {
    // the front has gone: EPIPE
    this.outlet.on('error', this.#gone);
    const contentLength = declaredLength(variables);
    this.#exchange.begin({ variables, contentLength });
    this.#left = contentLength ?? this.#left;
    if (!this.#answered) {
      this.#read();
    }
  }

  // RFC 3875 section 4.2: as many octets as CONTENT_LENGTH says, whether or not an end follows
  #read(): void {
    const { stdin } = this.#host;
    if (this.#left === 0) {
      this.#exchange.takeEnd();
      return;
    }
    stdin.on('data', this.#take);
    stdin.once('end', this.#end);
    stdin.once('error', this.#end);
  }

  readonly #take = (octets: Uint8Array): void => {
    const mine = octets.subarray(0, this.#left);
    this.#left -= mine.byteLength;
    this.#exchange.takeData(mine);
    if (this.#left === 0) {
      this.#stopReading();
      this.#exchange.takeEnd();
    }
  };

  readonly #end = (): void => {
    this.#stopReading();
    if (Number.isFinite(this.#left)) {
      this.#exchange.broken(new TsgiError('ERR_TSGI_INPUT_ABORTED', `${this.#left} missing`), 400);
    } else {
      this.#exchange.takeEnd();
    }
  };

  #stopReading(): void {
    const { stdin } = this.#host;
    stdin.off('data', this.#take);
    stdin.off('end', this.#end);
    stdin.off('error', this.#end);
    stdin.pause();
  }

  // Fronts write the whole body before they read the response: what is not read would stop both.
  createBody(length: number | undefined): RequestBody {
    return createRequestBody({ ...this.#settings, profile: 'sync' }, length, () => {});
  }

  balance(): void {}

  complain(error: unknown): void {
    this.#settings.errors.write(`tsgi: ${REFUSED} the server: ${String(error)}\n`);
  }

  write(octets: readonly Uint8Array[], flushed: () => void): void {
    writeTogether(this.outlet, octets, flushed);
  }

  whenFlushed(flushed: () => void): void {
    this.outlet.write(NOTHING, flushed);
  }

  end(flushed: () => void): void {
    this.outlet.write(NOTHING, () => {
      flushed();
      this.#leave();
    });
  }

  abort(): void {
    this.#whole = false;
    this.#leave();
  }

  readonly #gone = (): void => {
    this.#whole = false;
    this.#exchange.disconnect();
    this.#answered = true;
    this.#leave();
  };

  answered(): void {
    this.#answered = true;
    this.#stopReading();
    this.#checkDone();
  }

  #leave(): void {
    this.#flushed = true;
    this.#checkDone();
  }

  #checkDone(): void {
    if (this.#answered && this.#flushed && this.#running === 0) {
      this.outlet.off('error', this.#gone);
      this.outlet.on('error', ignore);
      this.#stopReading();
      this.#host.done(this.#whole);
    }
  }
}

function ignore(): void {}

/** Octets of the body; undefined where its end says how many there are. */
function declaredLength(variables: readonly string[]): number | undefined {
  const at = variables.indexOf('CONTENT_LENGTH');
  const value = at === -1 ? '' : variables[at + 1];
  // the front has removed the transfer coding of a request, and cannot know the length
  return value === '' && variables.includes('HTTP_TRANSFER_ENCODING') ? undefined : Number(value);
}
