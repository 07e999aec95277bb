/** A quantity measured once in each round. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** What each round gave, in order. */
  readonly rounds: readonly number[];
}

/** The middle value, or the mean of the two in the middle. Throws a RangeError for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) {
    throw new RangeError('the median of no values');
  }
  return (lower + upper) / 2;
}

/** Sums up what the rounds gave. Throws a RangeError for no rounds. */
export function figureOf(rounds: readonly number[]): Figure {
  return {
    median: median(rounds),
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    rounds,
  };
}

/**
 * The ratio of two quantities measured in the same rounds, taken round by round: what slows the
 * whole machine for a while falls out. Undefined where a round of the reference is not above 0.
 */
export function ratioOf(
  rounds: readonly number[],
  reference: readonly number[],
): Figure | undefined {
  if (rounds.length !== reference.length) {
    throw new RangeError(`${rounds.length} rounds against ${reference.length}`);
  }
  return reference.every((value) => value > 0)
    ? figureOf(rounds.map((value, round) => value / (reference[round] ?? Number.NaN)))
    : undefined;
}
