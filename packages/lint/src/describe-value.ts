import { isOctets, lengthOf } from './octets.ts';

const LONGEST = 80;

/** A value in a few words of printable ASCII, for messages; never throws. */
export function describeValue(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return 'an object that cannot be inspected';
  }
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value)}`;
    case 'function':
      return 'a function';
    case 'symbol':
      return quote(String(value)).slice(1, -1);
    case 'object':
      return value === null ? 'null' : describeObject(value);
    case 'undefined':
      return 'undefined';
    default:
      return `the ${typeof value} ${String(value)}`;
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) {
    return `an array of ${value.length}`;
  }
  if (isOctets(value)) {
    return `a Uint8Array of ${lengthOf(value)}`;
  }
  if (value instanceof Error) {
    return `the error ${quote(`${value.name}: ${value.message}`)}`;
  }
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return `${/^[AEIO]/.test(tag) ? 'an' : 'a'} ${quote(tag).slice(1, -1)}`;
}

/** A string in double quotes, at most 80 code units of it, in printable ASCII. */
export function quote(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return JSON.stringify(short).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
