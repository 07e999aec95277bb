/**
 * Rule 1: one application stands for the applications of all checks; which one it is at the moment,
 * its channel says. It runs in any runtime and imports no `node:` module.
 */
import type { AsyncApplication, Environ, StartResponse } from '@tsgi/types';
import { serverSuite } from '../suites/server/suite.ts';
import { hostApplication, readRun, watchProperties } from './hosted-application.ts';
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
  /** The run with a nonce, or else that of the moment; the same object for the same run. */
  armed(nonce?: string): ArmedRun | undefined;
  /** Where the application of that run reports, and where it waits. */
  backstage(run: ArmedRun): Backstage;
  /** Answers the kit's own requests; undefined for a request to the application. */
  control?(environ: Environ, startResponse: StartResponse): Uint8Array[] | undefined;
}

/** The application of a run and where it reports. */
interface Hosted {
  readonly application: AsyncApplication;
  readonly stage: Backstage;
}

/** An application that behaves as the one of the check does that a request belongs to. */
export function createProbeApplication(channel: ProbeChannel): AsyncApplication {
  const known = new WeakMap<ArmedRun, Hosted>();
  const follow = (nonce?: string): Hosted | undefined => {
    const run = channel.armed(nonce);
    if (run === undefined) return undefined;
    const hosted = known.get(run);
    if (hosted !== undefined) return hosted;
    const check = serverSuite.find(({ id }) => id === run.check);
    if (check === undefined) throw new Error(`the probe application knows no check ${run.check}`);
    const stage = channel.backstage(run);
    const made = { application: hostApplication(check, run.nonce, stage), stage };
    known.set(run, made);
    return made;
  };
  const application: AsyncApplication = (environ, startResponse) => {
    const answer = channel.control?.(environ, startResponse);
    if (answer !== undefined) return answer;
    const now = follow(readRun(environ));
    if (now !== undefined) return now.application(environ, startResponse);
    startResponse('503 Service Unavailable', [['Content-Type', 'text/plain']]);
    return [new TextEncoder().encode('No check is armed.\n')];
  };
  return watchProperties(application, (key) => {
    follow()?.stage.report('touch', key);
  });
}
