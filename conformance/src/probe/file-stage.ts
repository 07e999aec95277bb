/** Rule 1: `node:fs` is all that is imported, and only when a stage is opened. */
import type { AsyncApplication, Lifespan } from '@tsgi/types';
import { serverSuite } from '../suites/server/suite.ts';
import { toBytes } from '../wire/byte-string.ts';
import { FileChannel } from './file-channel.ts';
import { createProbe } from './hosted-application.ts';
import type { Backstage } from './hosted-application.ts';
import { createProbeApplication } from './probe-application.ts';

/** What the modules that the kit writes export. */
export interface Stage {
  /** Behaves as the application of the armed check does. */
  readonly application: AsyncApplication;
  /** An application that must not be called. */
  readonly decoy: AsyncApplication;
  /** The lifespan of a check; it reports to whatever run is armed. */
  lifespanOf(id: string, variant: string): Lifespan | undefined;
}

/** Meets the kit in a folder, so that several processes can share it. */
export async function openStage(folder: string): Promise<Stage> {
  const channel = new FileChannel(folder, await import('node:fs'));
  const now = (): Backstage => {
    const run = channel.armed();
    if (run === undefined) throw new Error('no check is armed');
    return channel.backstage(run);
  };
  const current: Backstage = {
    report: (type, data) => now().report(type, data),
    hold: (gate) => now().hold(gate),
    holdAsync: (gate) => now().holdAsync(gate),
  };
  return {
    application: createProbeApplication(channel),
    decoy: (_environ, startResponse) => {
      current.report('decoy');
      startResponse('200 OK', [['Content-Type', 'text/plain']]);
      return [toBytes('decoy')];
    },
    lifespanOf: (id, variant) => {
      const check = serverSuite.find((other) => other.id === id);
      return check?.lifespan?.(createProbe(check, '', current), variant);
    },
  };
}
