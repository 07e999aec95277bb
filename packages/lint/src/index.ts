export { type Blame, type FindingDetails, LintError } from './finding.ts';
export { lint } from './lint.ts';
export { lintAsync } from './lint-async.ts';
export {
  lintAsyncMiddleware,
  lintMiddleware,
  type MiddlewareLintOptions,
} from './lint-middleware.ts';
export type { MiddlewareLicence } from './middleware-trace.ts';
export type { LintOptions } from './reporter.ts';
export { type Rule, RULES, type RuleId } from './rules.gen.ts';
