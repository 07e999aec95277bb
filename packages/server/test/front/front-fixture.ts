import type { Application, AsyncApplication } from '@tsgi/types';
import { onTestFinished } from 'vitest';
import {
  type RequestRecord,
  serve,
  type ServeOptions,
  type ServerHandle,
} from '../../src/index.ts';
import { FrontClient, type Protocol } from './front-client.ts';

export interface StartedFront {
  readonly server: ServerHandle;
  readonly faults: unknown[];
  /** What was written to the errors of the server. */
  readonly log: string[];
  readonly records: RequestRecord[];
  readonly client: () => Promise<FrontClient>;
  /** Resolves with the records once there are so many. */
  readonly recorded: (count: number) => Promise<readonly RequestRecord[]>;
}

type Start = (
  application: Application | AsyncApplication,
  options?: ServeOptions,
) => Promise<StartedFront>;

/** What serves an application to fronts until the test ends. */
export function startFront(protocol: Protocol): Start {
  return async (application, options = {}) => {
    const faults: unknown[] = [];
    const log: string[] = [];
    const records: RequestRecord[] = [];
    let wake = (): void => {};
    const server = await serve(application, {
      protocol,
      ...(options.listen === undefined ? { port: 0 } : {}),
      errors: { write: (text) => void log.push(text), flush() {} },
      onError: (error) => void faults.push(error),
      onRequestEnd(record) {
        records.push(record);
        wake();
      },
      ...options,
    });
    onTestFinished(() => server.close());
    return {
      server,
      faults,
      log,
      records,
      async client() {
        const client = await FrontClient.open(server.url, protocol);
        onTestFinished(() => client.close());
        return client;
      },
      async recorded(count) {
        while (records.length < count) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return records;
      },
    };
  };
}
