/** Checks in which an application looks at its environ, or tries something, and reports. */
import type { Environ, StartResponse } from '@tsgi/types';
import type { CheckId, PlainData, ServerCheck, ServerSettings } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering } from './applications.ts';

/** What an application looks at before it answers 200, and what it must have found. */
export interface SeenCase {
  readonly id: CheckId;
  readonly title: string;
  readonly request?: RequestShape;
  readonly requires?: ServerCheck['requires'];
  readonly settings?: ServerSettings;
  readonly everywhere?: boolean;
  readonly look: (environ: Environ, startResponse: StartResponse) => PlainData;
  readonly expect: PlainData;
}

/** The application looks, reports and answers. */
export function seenCheck({ look, expect, request, ...rest }: SeenCase): ServerCheck {
  return {
    ...rest,
    app: (probe) => (environ, startResponse) => {
      probe.record('seen', look(environ, startResponse));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange(request);
      const { data } = await driver.event('seen');
      driver.assert.equal('what the application sees', data, expect);
    },
  };
}

/** The data of all events of a type so far. */
export function dataOf(driver: Driver, type: string): readonly PlainData[] {
  return driver.events(type).map(({ data }) => data);
}
