import { DIRECT, type DoorCost, type DoorsReport } from './door-report.ts';
import { renderFacts, warningOf } from './document.ts';
import { renderMarkdown, renderText, type Table } from './tables.ts';

const NOTHING = '–';

/** The table of a report, in the order in which the doors were measured. */
export function tableOfDoors({ doors }: DoorsReport): Table {
  const direct = doors.find(({ door }) => door === DIRECT);
  return {
    title:
      'doors: CPU time for a request and requests per second, hello world, one core for front and server',
    headings: ['way', 'front µs', 'server µs', 'together µs', '÷ direct', 'requests/s'],
    rows: doors.map((cost) => [
      nameOf(cost),
      cost.door === DIRECT ? NOTHING : digits(cost.front.median),
      digits(cost.backend.median),
      digits(cost.total.median),
      direct === undefined ? NOTHING : digits(cost.total.median / direct.total.median),
      cost.rate.median.toFixed(0),
    ]),
  };
}

function nameOf({ door, failures }: DoorCost): string {
  const name = door === DIRECT ? 'no front, HTTP' : door;
  return failures > 0 ? `${name} (${failures} requests failed)` : name;
}

function digits(value: number): string {
  return value.toFixed(value < 1000 ? 1 : 0);
}

/** What a run gave, for a terminal. */
export function renderDoors(report: DoorsReport): string {
  const skipped = report.skipped.map(({ door, reason }) => `skipped ${door}: ${reason}\n`);
  return [...warningOf(report), ...skipped, renderText(tableOfDoors(report))].join('');
}

/** What a run gave, in Markdown. */
export function renderDoorsDocument(report: DoorsReport): string {
  const skipped = report.skipped.map(({ door, reason }) => `- Left out: ${door}: ${reason}\n`);
  return [
    ...renderFacts(report),
    ...(skipped.length > 0 ? [skipped.join('')] : []),
    renderMarkdown(tableOfDoors(report)),
  ].join('\n');
}
