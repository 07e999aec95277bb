import {
  bufferedRequestInput,
  memorySource,
  type RequestInput,
  streamedRequestInput,
  TsgiError,
} from '@tsgi/core';
import type { InputStream, Profile } from '@tsgi/types';
import type { InputPlan } from './request-options.ts';

/** The input of one request, as its plan says. */
export function planInput(body: Uint8Array, profile: Profile, plan: InputPlan = {}): RequestInput {
  if (plan.split === undefined && plan.failAfter === undefined) {
    return bufferedRequestInput(memorySource([body]));
  }
  checkPlan(plan);
  if (profile === 'async') {
    return arrivingInput(body, plan);
  }
  const whole = bufferedRequestInput(memorySource([body]));
  return { ...whole, asyncInput: whole.asyncInput, input: new PlannedInput(whole.input, plan) };
}

function checkPlan(plan: InputPlan): void {
  for (const [name, value] of Object.entries(plan)) {
    const least = name === 'split' ? 1 : 0;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      throw new TypeError(`input.${name} is a whole number from ${least}; got ${String(value)}`);
    }
  }
}

// Each chunk arrives in a turn of the event loop of its own, when somebody waits for it.
function arrivingInput(body: Uint8Array, plan: InputPlan): RequestInput {
  const { split = 65_536, failAfter = Number.POSITIVE_INFINITY } = plan;
  let position = 0;
  let isDue = false;
  const deliver = (): void => {
    isDue = false;
    if (position >= failAfter) {
      stream.fail(new TsgiError('ERR_TSGI_INPUT_ABORTED'));
    } else if (position === body.byteLength) {
      stream.end();
    } else {
      const end = Math.min(position + split, body.byteLength, failAfter);
      const chunk = body.slice(position, end);
      position = end;
      stream.push(chunk);
    }
  };
  const pull = (): void => {
    if (!isDue) {
      isDue = true;
      setTimeout(deliver, 0);
    }
  };
  const { input, stream } = streamedRequestInput({ pull }, body.byteLength);
  return input;
}

class PlannedInput implements InputStream {
  readonly #input: InputStream;
  readonly #split: number;
  #left: number;

  constructor(input: InputStream, plan: InputPlan) {
    this.#input = input;
    this.#split = plan.split ?? 65_536;
    this.#left = plan.failAfter ?? Number.POSITIVE_INFINITY;
  }

  read(size?: number): Uint8Array {
    if (this.#left === Number.POSITIVE_INFINITY) {
      return this.#input.read(size);
    }
    const octets = this.#input.read(size === undefined ? undefined : Math.min(size, this.#left));
    const isShort = size === undefined || octets.byteLength < size;
    if (octets.byteLength > this.#left || (isShort && size !== 0)) {
      this.#left = 0;
      throw new TsgiError('ERR_TSGI_INPUT_ABORTED');
    }
    this.#left -= octets.byteLength;
    return octets;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    for (;;) {
      const size = this.#left === 0 ? this.#split : Math.min(this.#split, this.#left);
      const octets = this.read(size);
      if (octets.byteLength === 0) {
        return;
      }
      yield octets;
    }
  }
}
