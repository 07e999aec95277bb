import { describeError } from '../../target/host-messages.ts';
import { nameRequest } from '../../memory/memory-request.ts';
import type { MemoryRequest } from '../../memory/memory-request.ts';
import { codeOfServed, contentOf } from '../../memory/served.ts';
import type { Served } from '../../memory/served.ts';
import type { ApplicationSession } from './session.ts';

/** How the application answered one request under two personalities. */
export interface Pair {
  readonly usual: Served;
  readonly other: Served;
}

/** Each request of a personality beside the same request under P0. */
export async function pairUp(
  session: ApplicationSession,
  personality: string,
): Promise<readonly Pair[]> {
  const usual = await session.served('P0');
  const others = await session.served(personality);
  return others.flatMap((other) => {
    const method = personality === 'P3' ? 'GET' : other.request.method;
    const same = usual.find((one) => isSame(one, { ...other.request, method }));
    return same === undefined ? [] : [{ usual: same, other }];
  });
}

function isSame({ request }: Served, asked: MemoryRequest): boolean {
  const { method, target, body } = request;
  return method === asked.method && target === asked.target && body === asked.body;
}

/** Whether the application answered without a fault and without an error status. */
export function succeeds(served: Served): boolean {
  return served.fault === undefined && codeOfServed(served) < 500;
}

/** What became of a request, in a few words. */
export function tell(served: Served): string {
  const { request, status, fault } = served;
  const error = fault === undefined ? '' : ` after ${describeError(fault)}`;
  return `${status === '' ? 'no status' : status}${error} for ${nameRequest(request)}`;
}

/** The value of a response field, undefined where there is none. */
export function fieldOf({ headers }: Served, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The whole response as one string, without a text that differs from request to request. */
export function fingerprint(served: Served, nonce?: string): string {
  const fields = served.headers
    .filter(([name]) => !/^(?:date|set-cookie|etag|x-request-id)$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  const whole = [served.status, ...fields, contentOf(served)].join('\n');
  return nonce === undefined ? whole : whole.replaceAll(nonce, 'NONCE');
}
