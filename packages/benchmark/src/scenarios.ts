import {
  BURST_SCENARIO,
  HEADERS_SCENARIO,
  PATH_SCENARIO,
  TRICKLE_SCENARIO,
} from './curve-scenarios.ts';
import {
  BROWSER_SCENARIO,
  DOWNLOAD_SCENARIO,
  ECHO_SCENARIO,
  HELLO_SCENARIO,
} from './load-scenarios.ts';
import {
  DOWNLOAD_MEMORY_SCENARIO,
  IDLE_SCENARIO,
  UPLOAD_MEMORY_SCENARIO,
} from './memory-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { STALLED_SCENARIO } from './stalled-scenario.ts';

/** The names of all scenarios, in the order of a run. */
export const SCENARIO_NAMES = [
  'hello',
  'browser',
  'echo',
  'download',
  'burst',
  'headers',
  'path',
  'trickle',
  'idle',
  'upload-memory',
  'download-memory',
  'stalled',
] as const;

/** The name of a scenario on the command line and in the report. */
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Everything there is to measure. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  hello: HELLO_SCENARIO,
  browser: BROWSER_SCENARIO,
  echo: ECHO_SCENARIO,
  download: DOWNLOAD_SCENARIO,
  burst: BURST_SCENARIO,
  headers: HEADERS_SCENARIO,
  path: PATH_SCENARIO,
  trickle: TRICKLE_SCENARIO,
  idle: IDLE_SCENARIO,
  'upload-memory': UPLOAD_MEMORY_SCENARIO,
  'download-memory': DOWNLOAD_MEMORY_SCENARIO,
  stalled: STALLED_SCENARIO,
};
