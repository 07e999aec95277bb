import { connect as connectSocket } from 'node:net';
import { GatewayError } from './errors.ts';
import type { UpstreamAddress } from './upstream-address.ts';
import { Wire } from './wire.ts';

/** A connection that is being made. */
export interface Connecting {
  readonly wire: Promise<Wire>;
  /** Gives it up. */
  cancel(): void;
}

/** Connects to an upstream within so many milliseconds; 0 is any time. Rejects with a GatewayError. */
export function connect({ target }: UpstreamAddress, timeout: number): Connecting {
  const socket = connectSocket({ ...target, allowHalfOpen: true, noDelay: true });
  const wire = new Promise<Wire>((resolve, reject) => {
    const timer =
      timeout === 0
        ? undefined
        : setTimeout(() => {
            socket.destroy(new GatewayError('ERR_GATEWAY_CONNECT_TIMEOUT', `${timeout} ms`));
          }, timeout);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      const message = describe(error);
      reject(
        error instanceof GatewayError
          ? error
          : new GatewayError('ERR_GATEWAY_CONNECT', message, error),
      );
    };
    const closed = (): void => fail(new GatewayError('ERR_GATEWAY_CANCELLED'));
    socket.once('error', fail);
    socket.once('close', closed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', closed);
      resolve(new Wire(socket, 'port' in target));
    });
  });
  return { wire, cancel: () => void socket.destroy() };
}

// Where a name has several addresses, each has failed for a reason of its own
function describe(error: unknown): string {
  const all = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return all.map((one) => (one instanceof Error ? one.message : String(one))).join('; ');
}
