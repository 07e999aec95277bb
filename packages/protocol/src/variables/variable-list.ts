/** How large the variables of one request may be. */
export interface VariableLimits {
  /** The number of variables. */
  readonly variables: number;
  /** One name in octets. */
  readonly name: number;
  /** One value in octets. */
  readonly value: number;
}

/** What of a list is over its limits, in words; undefined where nothing is. */
export function findExcess(list: readonly string[], limits: VariableLimits): string | undefined {
  const count = list.length / 2;
  if (count > limits.variables) {
    return `${count} variables`;
  }
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string;
    const size = (list[at + 1] as string).length;
    if (name.length > limits.name) {
      return `a name of ${name.length} octets`;
    }
    if (size > limits.value) {
      return `${size} octets of ${name}`;
    }
  }
  return undefined;
}

/** The values that a name has in a list, in its order. */
export function findValues(list: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < list.length; at += 2) {
    if (list[at] === name) {
      values.push(list[at + 1] as string);
    }
  }
  return values;
}

/**
 * The length that CONTENT_LENGTH declares, in octets; undefined where it is absent or empty; NaN
 * where it is no number, or where there are several that differ. RFC 3875 section 4.1.2.
 */
export function declaredLength(list: readonly string[]): number | undefined {
  const [value, ...more] = findValues(list, 'CONTENT_LENGTH');
  if (more.some((other) => other !== value)) {
    return Number.NaN;
  }
  return value === undefined || value === '' ? undefined : parseLength(value);
}

/** 1*DIGIT as a number; NaN for anything else, and above 2^53-1. */
export function parseLength(text: string): number {
  const length = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(length) ? length : Number.NaN;
}
