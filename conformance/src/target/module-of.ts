import type { ModuleShape, ServerSettings } from '../check.ts';
import { serverSuite } from '../suites/server/suite.ts';

/** What the module exports that a server of other processes loads for a check. */
export function moduleOf(id: string, { module, profile, variant }: ServerSettings): ModuleShape {
  if (module !== undefined) return module;
  const lifespan = serverSuite.find((check) => check.id === id)?.lifespan;
  return {
    default: 'application',
    ...(profile === 'async' ? { profile: { source: `'async'` } } : {}),
    ...(lifespan === undefined
      ? {}
      : {
          lifespan: {
            source: `stage.lifespanOf(${JSON.stringify(id)}, ${JSON.stringify(variant ?? '')})`,
          },
        }),
  };
}
