export type { CheckId, PlainData, Probe, ServerCheck, ServerSettings } from './check.ts';
export type { Capability, Outcome, SkipReason } from './outcome.ts';
export type { CheckedRule, CheckedRuleId } from './rules.ts';
export type { AdapterMeta, RunningServer, ServerAdapter, StartOptions } from './target/adapter.ts';
export type { Report, ReportedResult } from './report/report.ts';
export { main } from './cli/main.ts';
export { serverSuite } from './suites/server/suite.ts';
