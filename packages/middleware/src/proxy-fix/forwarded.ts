import type { AddressFilter } from '../ip-network.ts';
import { findClient, MalformedForward, type Node, parseNode } from './hops.ts';
import type { Forward } from './x-forwarded.ts';

// RFC 7239 section 4: forwarded-pair = token "=" value, value = token / quoted-string
const PAIR =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[^"\\]|\\.)*)")/y;
// RFC 9110 section 5.6.1: white space around the commas of a list, none around semicolons
const SEPARATOR = /[\t ]*(,)[\t ]*|(;)|[\t ]*$/y;

type Element = ReadonlyMap<string, string>;

/**
 * Reads Forwarded. Throws MalformedForward where it does not follow the grammar: a quote that a
 * client leaves open would swallow what the proxy has added, so that nothing in it can be believed.
 */
export function readForwarded(value: string, trusts: AddressFilter): Forward {
  const elements = parseForwarded(value);
  const keys = elements.map((_, index) => String(index));
  const client = findClient(keys, trusts, (key) => parseFor(elements[Number(key)], value));
  const element = elements.at(-1 - (client?.distance ?? 0));
  return {
    client: client?.node,
    scheme: element?.get('proto')?.toLowerCase(),
    host: element?.get('host'),
  };
}

function parseFor(element: Element | undefined, value: string): Node {
  const text = element?.get('for');
  // an element without it says that the proxy keeps it to itself
  const node = parseNode(text ?? 'unknown', false);
  if (node === undefined) {
    throw new MalformedForward('Forwarded', value);
  }
  return node;
}

/** Parses a value of Forwarded into its elements. Throws MalformedForward. */
export function parseForwarded(value: string): readonly Element[] {
  const elements: Element[] = [];
  let element = new Map<string, string>();
  let at = skipSpace(value, 0);
  while (at < value.length) {
    if (value[at] !== ',' && value[at] !== ';') {
      at = readPair(value, at, element);
    }
    SEPARATOR.lastIndex = at;
    const separator = SEPARATOR.exec(value);
    if (separator === null) {
      throw new MalformedForward('Forwarded', value);
    }
    at = SEPARATOR.lastIndex;
    if (separator[2] === undefined) {
      elements.push(element);
      element = new Map();
    }
  }
  // empty elements of a list do not count
  return [...elements, element].filter(({ size }) => size > 0);
}

function readPair(value: string, at: number, element: Map<string, string>): number {
  PAIR.lastIndex = at;
  const match = PAIR.exec(value);
  const name = match?.[1]?.toLowerCase();
  // section 4: each parameter at most once in an element
  if (match === null || name === undefined || element.has(name)) {
    throw new MalformedForward('Forwarded', value);
  }
  element.set(name, match[2] ?? (match[3] ?? '').replace(/\\(.)/g, '$1'));
  return PAIR.lastIndex;
}

function skipSpace(value: string, at: number): number {
  return at + (/^[\t ]*/.exec(value.slice(at))?.[0].length ?? 0);
}
