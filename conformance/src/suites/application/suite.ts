import type { ModuleCheck } from '../../engine/module-check.ts';
import { comparisonChecks } from './comparisons.ts';
import { keptRuleChecks } from './kept-rules.ts';
import { lifetimeChecks } from './lifetimes.ts';
import { moduleChecks } from './module-checks.ts';
import type { ApplicationSession } from './session.ts';

/** Every check of an application. */
export const applicationSuite: readonly ModuleCheck<ApplicationSession>[] = [
  ...moduleChecks,
  ...keptRuleChecks,
  ...comparisonChecks,
  ...lifetimeChecks,
];
