/** Rule 1: what the order of events on both sides of a middleware may be is rows of this table. */
import type { LoggedEvent } from '../../engine/event-log.ts';
import type { Violation } from '../../memory/served.ts';
import type { Declares } from '../../target/load-module.ts';

/** Two names of a rule: for synchronous bodies, and for asynchronous ones where they differ. */
interface Named {
  readonly rule: string;
  readonly asyncRule?: string;
  /** A declaration that lifts the rule. */
  readonly unless?: keyof Declares;
}

type Row = Named &
  (
    | { readonly atMost: number; readonly of: string; readonly since?: string }
    | { readonly no: string; readonly before: string }
    | { readonly no: string; readonly after: string }
    | { readonly never: string }
    | {
        readonly needs: string;
        /** All of these have come. */
        readonly where: readonly string[];
        /** None of these has. */
        readonly butNot?: readonly string[];
      }
  );

/** An event of the trace by type, or by type and data: `inner iterator true`. */
const ROWS: readonly Row[] = [
  { rule: 'MW-CALL-ONCE', atMost: 1, of: 'inner call', unless: 'retries' },
  { rule: 'MW-LAZY', no: 'inner pull', before: 'outer pull', unless: 'buffers' },
  { rule: 'MW-NOBLOCK', atMost: 1, of: 'inner chunk', since: 'outer pull', unless: 'buffers' },
  { rule: 'MW-SR-FORWARD', no: 'inner start', after: 'outer start', unless: 'retries' },
  { rule: 'MW-SR-ONCE', atMost: 1, of: 'outer start' },
  { rule: 'MW-ERROR', no: 'inner error accepted late', after: 'outer commit' },
  { rule: 'MW-CLOSE-EARLY', no: 'inner pull', after: 'inner close', unless: 'retries' },
  {
    rule: 'MW-CLOSE',
    needs: 'inner close',
    where: ['inner closable'],
    butNot: ['outer client leaves', 'outer return', 'inner return'],
  },
  {
    rule: 'MW-CLOSE-ABORT',
    needs: 'inner close',
    where: ['inner closable', 'outer client leaves'],
  },
  {
    rule: 'MW-CLOSE-ABORT',
    needs: 'inner close',
    where: ['inner closable', 'outer return'],
    butNot: ['outer client leaves'],
  },
  {
    rule: 'MW-BREAK',
    asyncRule: 'ASYNC-MW-RETURN',
    needs: 'inner return',
    where: ['inner iterator true'],
    butNot: ['inner end', 'inner threw'],
  },
  {
    rule: 'MW-BREAK',
    needs: 'inner close',
    where: ['inner closable', 'inner return'],
    butNot: ['outer client leaves', 'outer return'],
  },
  { rule: 'MW-FINISH', needs: 'inner finish', where: ['inner registered'] },
  { rule: 'MW-FINISH', atMost: 1, of: 'inner finish', unless: 'retries' },
  { rule: 'FLUSH-MW', never: 'inner flush threw' },
  {
    rule: 'SIGNAL-MW',
    needs: 'inner aborted',
    where: ['inner signalled', 'inner listening', 'outer client leaves'],
  },
];

/** The rules that are judged by the trace alone, since a lint sees less of what came before. */
export const TRACE_RULES: ReadonlySet<string> = new Set([
  'MW-CLOSE',
  'MW-CLOSE-ABORT',
  'MW-BREAK',
  'ASYNC-MW-RETURN',
]);

/** What a middleware declares, and whether the inner body was an asynchronous one. */
export interface TraceFacts {
  readonly declares: Declares;
  readonly asynchronous: boolean;
}

/** What in a trace is not in order. */
export function judgeTrace(
  trace: readonly LoggedEvent[],
  { declares, asynchronous }: TraceFacts,
): readonly Violation[] {
  const events = trace.map(({ type, data }) =>
    data === undefined ? [type] : [type, `${type} ${String(data as boolean)}`],
  );
  return ROWS.flatMap((row) => {
    if (row.unless !== undefined && declares[row.unless] === true) return [];
    const got = findFault(row, events);
    const rule = asynchronous ? (row.asyncRule ?? row.rule) : row.rule;
    return got === undefined ? [] : [{ rule, got }];
  });
}

type Names = readonly (readonly string[])[];

function findFault(row: Row, events: Names): string | undefined {
  const first = (name: string): number => events.findIndex((names) => names.includes(name));
  const last = (name: string): number => events.findLastIndex((names) => names.includes(name));
  if ('atMost' in row) return findExcess(row, events);
  if ('never' in row) return first(row.never) < 0 ? undefined : `"${row.never}"`;
  if ('before' in row) {
    const [at, limit] = [first(row.no), first(row.before)];
    return at >= 0 && (limit < 0 || at < limit)
      ? `"${row.no}" before the first "${row.before}"`
      : undefined;
  }
  if ('after' in row) {
    const limit = first(row.after);
    return limit >= 0 && last(row.no) > limit ? `"${row.no}" after "${row.after}"` : undefined;
  }
  const applies =
    row.where.every((name) => first(name) >= 0) &&
    (row.butNot ?? []).every((name) => first(name) < 0);
  return applies && first(row.needs) < 0 ? `no "${row.needs}"` : undefined;
}

function findExcess(
  row: { readonly atMost: number; readonly of: string; readonly since?: string },
  events: Names,
): string | undefined {
  let count = 0;
  let isCounting = row.since === undefined;
  for (const names of events) {
    if (row.since !== undefined && names.includes(row.since)) {
      count = 0;
      isCounting = true;
    }
    if (names.includes(row.of)) count += 1;
    if (isCounting && count > row.atMost) {
      const place = row.since === undefined ? '' : ` after one "${row.since}"`;
      return `${count} times "${row.of}"${place}`;
    }
  }
  return undefined;
}
