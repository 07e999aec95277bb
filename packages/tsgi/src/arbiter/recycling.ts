import type { Settings } from '../settings/table.ts';
import type { WorkerReport } from './worker-report.ts';

/** Why a worker has served its time. */
export type RecycleReason = 'max-requests' | 'max-rss' | 'max-worker-lifetime';

/** The settings that bound what a worker may do before it is replaced; 0 is no bound. */
export type RecyclingSettings = Pick<
  Settings,
  'maxRequests' | 'maxRequestsJitter' | 'maxRss' | 'maxWorkerLifetime'
>;

/**
 * The number of requests after which one worker is replaced, 0 for never: `random` from 0 up to 1
 * spreads the workers over the jitter.
 */
export function requestLimit(
  { maxRequests, maxRequestsJitter }: RecyclingSettings,
  random: number,
): number {
  return maxRequests === 0 ? 0 : maxRequests + Math.floor(random * (maxRequestsJitter + 1));
}

/** Why a worker is to be replaced, by its report and its age in milliseconds; undefined: it is not. */
export function recycleReason(
  report: Pick<WorkerReport, 'begun' | 'rss'> | undefined,
  age: number,
  limits: { readonly requests: number; readonly rss: number; readonly lifetime: number },
): RecycleReason | undefined {
  if (limits.requests > 0 && (report?.begun ?? 0) >= limits.requests) {
    return 'max-requests';
  }
  if (limits.rss > 0 && (report?.rss ?? 0) > limits.rss) {
    return 'max-rss';
  }
  return limits.lifetime > 0 && age >= limits.lifetime ? 'max-worker-lifetime' : undefined;
}
