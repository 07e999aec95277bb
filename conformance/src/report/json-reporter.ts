import type { Report } from './report.ts';

/** The report as a JSON text that ends in a newline. */
export function writeJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
