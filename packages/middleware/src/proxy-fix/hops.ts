import { type AddressFilter, parseAddress } from '../ip-network.ts';

/** What one forwarded element says of the side it came from. */
export interface Node {
  /** The address; undefined where the proxy does not know or does not say it. */
  readonly address: string | undefined;
  readonly port: string | undefined;
}

/** What is wrong with a forwarded field: `undefined` stands for nothing. */
export class MalformedForward extends Error {
  constructor(field: string, got: string) {
    super(`${field} is malformed: ${JSON.stringify(got)}`);
  }

  override get name(): string {
    return 'MalformedForward';
  }
}

// RFC 7239 section 6: node = nodename [ ":" node-port ]
const IPV4_NODE = /^([0-9.]+)(?::([0-9]{1,5}|_[0-9A-Za-z._-]+))?$/;
const IPV6_NODE = /^\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}|_[0-9A-Za-z._-]+))?$/;
const HIDDEN_NODE = /^(?:unknown|_[0-9A-Za-z._-]+)(?::(?:[0-9]{1,5}|_[0-9A-Za-z._-]+))?$/i;

/** Parses a node; undefined where the text is none. A bare IPv6 address is one where it may be. */
export function parseNode(text: string, bareIPv6: boolean): Node | undefined {
  if (HIDDEN_NODE.test(text)) {
    return { address: undefined, port: undefined };
  }
  if (bareIPv6 && text.indexOf(':') !== text.lastIndexOf(':') && /^[0-9A-Fa-f:.]+$/.test(text)) {
    return parseAddress(text) && { address: text.toLowerCase(), port: undefined };
  }
  const [, address = '', port] = IPV4_NODE.exec(text) ?? IPV6_NODE.exec(text) ?? [];
  if (parseAddress(address) === undefined || address.includes(':') !== text.startsWith('[')) {
    return undefined;
  }
  const numeric = port !== undefined && /^[0-9]+$/.test(port);
  if (numeric && Number(port) > 65_535) {
    return undefined;
  }
  return { address: address.toLowerCase(), port: numeric ? port : undefined };
}

/** Where a walk over the hops ended. */
export interface Client {
  readonly node: Node;
  /** How many elements lie behind the one of the client: 0 for the last one. */
  readonly distance: number;
}

/**
 * Walks from the last element, which the trusted peer has written, to the first one whose address is
 * not that of a trusted proxy: that is the client. Elements before it are the client's own words,
 * and are not looked at. Undefined where there is no element. `parse` throws for a malformed one.
 */
export function findClient(
  elements: readonly string[],
  trusts: AddressFilter,
  parse: (element: string) => Node,
): Client | undefined {
  let client: Client | undefined;
  for (let at = elements.length - 1; at >= 0; at -= 1) {
    const node = parse(elements[at] as string);
    client = { node, distance: elements.length - 1 - at };
    const address = node.address === undefined ? undefined : parseAddress(node.address);
    if (address === undefined || !trusts(address)) {
      break;
    }
  }
  return client;
}
