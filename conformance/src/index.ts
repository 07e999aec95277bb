export type { CheckId, PlainData, Probe, ServerCheck, ServerSettings } from './check.ts';
export type { Capability, Outcome, SkipReason } from './outcome.ts';
export type { CheckedRule, CheckedRuleId } from './rules.ts';
export type { AdapterMeta, RunningServer, ServerAdapter, StartOptions } from './target/adapter.ts';
export type { Report, ReportedResult } from './report/report.ts';
export { main } from './cli/main.ts';
export type { CheckResult, SuiteRun } from './engine/run-suite.ts';
export type { MemoryRequest, StatusRange } from './memory/memory-request.ts';
export type {
  ApplicationSuiteOptions,
  ModuleSuiteOptions,
  ModuleSuiteRun,
} from './suites/application/run-application-suite.ts';
export type { MiddlewareSuiteOptions } from './suites/middleware/run-middleware-suite.ts';
export type { Declares } from './target/load-module.ts';
export { runApplicationSuite } from './suites/application/run-application-suite.ts';
export { runMiddlewareSuite } from './suites/middleware/run-middleware-suite.ts';
export { loadApplication, loadMiddleware, ModuleUnusable } from './target/load-module.ts';
export { serverSuite } from './suites/server/suite.ts';
