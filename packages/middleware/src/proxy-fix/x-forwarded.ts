import type { AddressFilter } from '../ip-network.ts';
import { trimSpace } from '../trim-space.ts';
import { type Client, findClient, MalformedForward, type Node, parseNode } from './hops.ts';

/** What forwarded fields say of a request; undefined stands for nothing said. */
export interface Forward {
  readonly client: Node | undefined;
  readonly scheme: string | undefined;
  readonly host: string | undefined;
}

/** The values of the X-Forwarded fields that are believed; undefined where one was not sent. */
export interface XForwardedFields {
  readonly for: string | undefined;
  readonly proto: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** Reads X-Forwarded-For, -Proto, -Host and -Port. Throws MalformedForward. */
export function readXForwarded(fields: XForwardedFields, trusts: AddressFilter): Forward {
  const hops = fields.for === undefined ? [] : splitList(fields.for);
  const client = findClient(hops, trusts, parseHop);
  const pick = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : atSameHop(splitList(value), hops.length, client);
  const scheme = pick(fields.proto)?.toLowerCase();
  const host = pick(fields.host);
  const port = pick(fields.port);
  if (port !== undefined && (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535)) {
    throw new MalformedForward('X-Forwarded-Port', port);
  }
  return { client: client?.node, scheme, host: withPort(host, port) };
}

function parseHop(element: string): Node {
  const node = parseNode(element, true);
  if (node === undefined) {
    throw new MalformedForward('X-Forwarded-For', element);
  }
  return node;
}

function splitList(value: string): readonly string[] {
  return value.split(',').map(trimSpace);
}

// A proxy that appends to every field makes lists of one length: the element of the client's hop
// counts. One that replaces a field leaves one element, and of other lists the last one is its own.
function atSameHop(
  list: readonly string[],
  hops: number,
  client: Client | undefined,
): string | undefined {
  const distance = list.length === hops ? (client?.distance ?? 0) : 0;
  return list.at(-1 - distance);
}

function withPort(host: string | undefined, port: string | undefined): string | undefined {
  return host === undefined || port === undefined || /:[0-9]*$/.test(host)
    ? host
    : `${host}:${port}`;
}
