// @ts-check
// The charts of the performance page, from the newest published report of the benchmark.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEERS } from '../../../packages/benchmark/dist/peers.js';
import { renderMarkdown, tablesOf } from '../../../packages/benchmark/dist/tables.js';
import { ROOT } from '../paths.mjs';
import { barChart, curveChart } from './charts.mjs';

/** @typedef {{ median: number, min: number, max: number }} Figure */
/** @typedef {{ peer: keyof typeof PEERS, figures: Readonly<Record<string, Figure>> }} Row */
/** @typedef {{ scenario: string, title: string, rows: readonly Row[] }} Result */

const RESULTS = 'packages/benchmark/results';

/** Which figure of a scenario is drawn as bars, and what its unit is. */
const BARS = Object.freeze(
  /** @type {Record<string, readonly [figure: string, unit: string]>} */ ({
    hello: ['cpu', 'µs of CPU time for a request'],
    browser: ['cpu', 'µs of CPU time for a request'],
    echo: ['cpu', 'µs of CPU time for a request'],
    download: ['cpu', 'µs of CPU time for a request'],
    idle: ['size', 'KiB for each connection'],
    'upload-memory': ['movement', 'MiB above rest'],
    'download-memory': ['movement', 'MiB above rest'],
  }),
);

/** What the sizes of a curve are. */
const CURVES = Object.freeze(
  /** @type {Record<string, readonly [size: string, unit: string]>} */ ({
    burst: ['KiB', 'µs of CPU time'],
    headers: ['headers', 'µs of CPU time for a request'],
    path: ['octets', 'µs of CPU time for a request'],
    trickle: ['octets', 'µs of CPU time for a body'],
  }),
);

/** The charts as Markdown, each with its table. */
export function performanceCharts() {
  const report = newestReport();
  const tables = tablesOf(report);
  const figures = /** @type {readonly Result[]} */ (report.scenarios).flatMap((result) => {
    const drawn = draw(result);
    const table = tables.find(({ title }) => title.startsWith(`${result.scenario}: `));
    if (drawn === undefined || table === undefined) return [];
    const { svg, unit } = drawn;
    return [
      `<figure class="chart-figure"><figcaption><strong>${capital(result.title)}</strong>, in ${unit}. Less is better.</figcaption>\n<div class="chart-frame" tabindex="0">${svg}</div>`,
      `<details><summary>The same as a table</summary>\n\n${tableOf(renderMarkdown(table))}\n\n</details></figure>`,
    ];
  });
  return figures.join('\n\n');
}

/**
 * Without the heading that the benchmark writes above a table.
 * @param {string} text
 */
function tableOf(text) {
  return text.slice(text.indexOf('|')).trimEnd();
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @returns {import('../../../packages/benchmark/dist/report.js').Report} */
function newestReport() {
  const reports = readdirSync(join(ROOT, RESULTS))
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(ROOT, RESULTS, file), 'utf8')))
    .filter(({ scenarios }) => Array.isArray(scenarios))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const newest = reports.at(-1);
  if (newest === undefined) throw new Error(`${RESULTS} holds no report of the benchmark`);
  return newest;
}

/**
 * @param {Result} result
 * @returns {{ svg: string, unit: string } | undefined}
 */
function draw({ scenario, title, rows }) {
  const id = `chart-${scenario}`;
  const [figure, barUnit] = BARS[scenario] ?? [];
  if (figure !== undefined && barUnit !== undefined) {
    const bars = rows.flatMap(({ peer, figures }) => {
      const value = figures[figure];
      if (value === undefined) return [];
      return [
        {
          label: PEERS[peer].label,
          value: value.median,
          low: value.min,
          high: value.max,
          own: isOwn(peer),
        },
      ];
    });
    return { svg: barChart({ id, title: capital(title), unit: barUnit, bars }), unit: barUnit };
  }
  const [size, unit] = CURVES[scenario] ?? [];
  if (size === undefined || unit === undefined) return undefined;
  const steps = Object.keys(rows[0]?.figures ?? {}).filter((name) => /^\d+$/.test(name));
  const curves = rows.map(({ peer, figures }) => ({
    label: PEERS[peer].label,
    own: isOwn(peer),
    values: steps.map((step) => figures[step]?.median ?? 0),
  }));
  const labels = steps.map((step) => `${step} ${size}`);
  return { svg: curveChart({ id, title: capital(title), unit, steps: labels, curves }), unit };
}

/** @param {string} peer */
function isOwn(peer) {
  return peer.startsWith('tsgi');
}
