/** A rule is broken: something else came than what the check expects. */
export class CheckFailure extends Error {
  override readonly name: string = 'CheckFailure';
  readonly expected: string;
  readonly got: string;

  /** `what` names the thing looked at; the message must hold no port, time or nonce. */
  constructor(what: string, expected: string, got: string) {
    super(`${what}: expected ${expected}, got ${got}`);
    this.expected = `${what}: ${expected}`;
    this.got = got;
  }
}

/** The harness or the kit is at fault, so that nothing is known about any rule. */
export class HarnessFault extends Error {
  override readonly name: string = 'HarnessFault';
}
