/** Milliseconds between two looks. */
const INTERVAL = 100;

/** Measures by how much the event loop is late. */
export class DelayMeter {
  #due = performance.now() + INTERVAL;
  #sum = 0;
  #looks = 0;
  #most = 0;

  constructor() {
    setInterval(() => this.#look(), INTERVAL).unref();
  }

  #look(): void {
    const now = performance.now();
    const late = Math.max(0, now - this.#due);
    this.#due = now + INTERVAL;
    this.#sum += late;
    this.#looks += 1;
    this.#most = Math.max(this.#most, late);
  }

  /** Mean and maximum since the last call, in seconds. */
  take(): { readonly delayMean: number; readonly delayMax: number } {
    const delayMean = this.#looks === 0 ? 0 : this.#sum / this.#looks / 1000;
    const delayMax = this.#most / 1000;
    this.#sum = 0;
    this.#looks = 0;
    this.#most = 0;
    return { delayMean, delayMax };
  }
}
