import type { Site } from './sites.ts';

/** A rule is broken: something else came than what the check expects. */
export class CheckFailure extends Error {
  override readonly name: string = 'CheckFailure';
  readonly expected: string;
  readonly got: string;
  /** The assertion that failed, where the self-test keeps a record. */
  site: Site | undefined;

  /** `what` names the thing looked at; the message must hold no port, time or nonce. */
  constructor(what: string, expected: string, got: string) {
    super(`${what}: expected ${expected}, got ${got}`);
    this.expected = `${what}: ${expected}`;
    this.got = got;
  }

  /** Names the assertion that failed. */
  at(site: Site | undefined): this {
    this.site = site;
    return this;
  }
}

/** A connection has ended where a response was to come on it: the server's doing, or its death. */
export class ConnectionLost extends CheckFailure {
  override readonly name: string = 'ConnectionLost';
}

/** Nobody listens where a connection was to be made. */
export class NoListener extends ConnectionLost {
  override readonly name: string = 'NoListener';

  /** `got` is what the system says of it, without the address. */
  constructor(got: string) {
    super('connection', 'to be accepted', got);
  }
}

/** The harness or the kit is at fault, so that nothing is known about any rule. */
export class HarnessFault extends Error {
  override readonly name: string = 'HarnessFault';
}

/** There is no server: the adapter's start() rejected, or the command that starts it has ended. */
export class StartRejected extends HarnessFault {
  override readonly name: string = 'StartRejected';
  readonly reason: string;

  /** `prefix` says who has given the reason. */
  constructor(reason: string, prefix = 'start() rejected: ') {
    super(`${prefix}${reason}`);
    this.reason = reason;
  }
}
