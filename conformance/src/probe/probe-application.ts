/**
 * Rule 1: one application stands for the applications of all checks; which one it is at the moment,
 * its channel says. It runs in any runtime and imports no `node:` module.
 */
import type { AsyncApplication, Environ, StartResponse } from '@tsgi/types';
import { serverSuite } from '../suites/server/suite.ts';
import { hostApplication, watchProperties } from './hosted-application.ts';
import type { Backstage } from './hosted-application.ts';

/** The run that the kit has prepared the probe application for. */
export interface ArmedRun {
  /** The id of the check. */
  readonly check: string;
  /** Proves that an answer belongs to this run. */
  readonly nonce: string;
  /** How long `hold` blocks at most, in milliseconds. */
  readonly budget: number;
}

/** How the probe application and the kit reach each other. */
export interface ProbeChannel {
  /** The run of the moment; the same object for as long as it is the same run. */
  armed(): ArmedRun | undefined;
  /** Where the application of that run reports, and where it waits. */
  backstage(run: ArmedRun): Backstage;
  /** Answers the kit's own requests; undefined for a request to the application. */
  control?(environ: Environ, startResponse: StartResponse): Uint8Array[] | undefined;
}

/** An application that behaves as the one of the armed check does. */
export function createProbeApplication(channel: ProbeChannel): AsyncApplication {
  let hosted: { run: ArmedRun; application: AsyncApplication; stage: Backstage } | undefined;
  const follow = (): typeof hosted => {
    const run = channel.armed();
    if (run === undefined) return undefined;
    if (hosted?.run === run) return hosted;
    const check = serverSuite.find(({ id }) => id === run.check);
    if (check === undefined) throw new Error(`the probe application knows no check ${run.check}`);
    const stage = channel.backstage(run);
    hosted = { run, application: hostApplication(check, run.nonce, stage), stage };
    return hosted;
  };
  const application: AsyncApplication = (environ, startResponse) => {
    const answer = channel.control?.(environ, startResponse);
    if (answer !== undefined) return answer;
    const now = follow();
    if (now !== undefined) return now.application(environ, startResponse);
    startResponse('503 Service Unavailable', [['Content-Type', 'text/plain']]);
    return [new TextEncoder().encode('No check is armed.\n')];
  };
  return watchProperties(application, (key) => {
    follow()?.stage.report('touch', key);
  });
}
