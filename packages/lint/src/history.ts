import { Activity } from './activity.ts';
import { type Observation, outer } from './roles.ts';

/** What one lint remembers from request to request. */
export class History {
  readonly activity: Activity = new Activity();
  readonly #environs: WeakSet<object> = new WeakSet();
  #open = 0;

  /** Takes note of a call, and says what is wrong with it after those before. */
  begin(environ: object): readonly Observation[] {
    const found: Observation[] = [];
    if (this.#environs.has(environ)) {
      found.push(outer('ENV-FRESH', 'an environ that was passed before'));
    }
    if (this.#open > 0 && Reflect.get(environ, 'tsgi.interleaved') === false) {
      const got = `a call while ${this.#open} of the bodies before are not closed`;
      found.push(outer('ENV-INTERLEAVED', got));
    }
    this.#environs.add(environ);
    this.#open += 1;
    return found;
  }

  /** Takes note that a call has left nothing to clean up any more. */
  end(): void {
    this.#open -= 1;
  }
}
