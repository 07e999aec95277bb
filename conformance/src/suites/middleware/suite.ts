import type { ModuleCheck } from '../../engine/module-check.ts';
import { asyncChecks } from './async-checks.ts';
import { passageChecks } from './checks.ts';
import { identityChecks } from './identity.ts';
import type { MiddlewareSession } from './session.ts';

/** Every check of a middleware. */
export const middlewareSuite: readonly ModuleCheck<MiddlewareSession>[] = [
  ...identityChecks,
  ...passageChecks,
  ...asyncChecks,
];
