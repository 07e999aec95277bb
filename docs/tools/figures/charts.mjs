// @ts-check
// Bars and curves as SVG. Colours are the variables of the theme, text is text, and every chart has a
// title and a description; the numbers stand in a table beside it.

import { escapeHtml } from '../site/html.mjs';

/** @typedef {{ label: string, value: number, low: number, high: number, own: boolean }} Bar */
/** @typedef {{ label: string, own: boolean, values: readonly number[] }} Curve */
/** @typedef {{ id: string, title: string, unit: string }} Chart */

const WIDTH = 720;
const LABELS = 210;
const VALUES = 64;
const ROW = 26;

/**
 * One bar for each row, with a whisker from the lowest to the highest round.
 * @param {Chart & { bars: readonly Bar[] }} chart
 */
export function barChart({ id, title, unit, bars }) {
  const most = Math.max(...bars.map(({ high }) => high));
  const scale = (WIDTH - LABELS - VALUES) / most;
  const rows = bars.map(({ label, value, low, high, own }, index) => {
    const top = index * ROW + 4;
    const middle = top + 9;
    const x = (/** @type {number} */ number) => round(LABELS + number * scale);
    return [
      `<text class="label${own ? ' own' : ''}" x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`,
      `<rect class="bar${own ? ' own' : ''}" x="${LABELS}" y="${top}" width="${round(value * scale)}" height="18" rx="2"/>`,
      `<path class="range" d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}v8M${x(high)} ${middle - 4}v8"/>`,
      `<text class="value" x="${x(high) + 8}" y="${middle + 4}">${format(value)}</text>`,
    ].join('');
  });
  const lowest = bars.toSorted((a, b) => a.value - b.value)[0];
  const description = `${bars.length} servers, in ${unit}; the least is ${lowest?.label} with ${format(lowest?.value ?? 0)}.`;
  return frame({ id, title, description, height: bars.length * ROW + 6, content: rows.join('') });
}

const PLOT = Object.freeze({ left: 64, right: 200, top: 12, bottom: 34, height: 240 });

/**
 * A line for each row; the axis of sizes doubles from step to step, and so the lines of what is linear
 * are straight where both axes are logarithmic.
 * @param {Chart & { steps: readonly string[], curves: readonly Curve[] }} chart
 */
export function curveChart({ id, title, unit, steps, curves }) {
  const values = curves.flatMap((curve) => curve.values);
  const ticks = decades(Math.min(...values), Math.max(...values));
  const least = ticks[0] ?? 1;
  const most = ticks.at(-1) ?? 10;
  const width = WIDTH - PLOT.left - PLOT.right;
  const height = PLOT.height - PLOT.top - PLOT.bottom;
  const x = (/** @type {number} */ index) =>
    round(PLOT.left + (index * width) / Math.max(1, steps.length - 1));
  const y = (/** @type {number} */ value) =>
    round(PLOT.top + height * (1 - Math.log(value / least) / Math.log(most / least)));
  const grid = ticks.map(
    (tick) =>
      `<path class="grid" d="M${PLOT.left} ${y(tick)}H${PLOT.left + width}"/><text class="axis" x="${PLOT.left - 8}" y="${y(tick) + 4}" text-anchor="end">${format(tick)}</text>`,
  );
  const axis = steps.map(
    (step, index) =>
      `<text class="axis" x="${x(index)}" y="${PLOT.height - 12}" text-anchor="middle">${escapeHtml(step)}</text>`,
  );
  const ends = spread(curves.map((curve) => y(curve.values.at(-1) ?? least)));
  const lines = curves.map(({ label, own, values: points }, index) => {
    const path = points
      .map((value, step) => `${step === 0 ? 'M' : 'L'}${x(step)} ${y(value)}`)
      .join('');
    const dots = points.map(
      (value, step) =>
        `<circle class="dot kind-${index % 3}${own ? ' own' : ''}" cx="${x(step)}" cy="${y(value)}" r="3"/>`,
    );
    return `<path class="curve kind-${index % 3}${own ? ' own' : ''}" d="${path}"/>${dots.join('')}<text class="label${own ? ' own' : ''}" x="${PLOT.left + width + 12}" y="${(ends[index] ?? 0) + 4}">${escapeHtml(label)}</text>`;
  });
  const description = `${curves.length} servers, in ${unit}, for ${steps.join(', ')}; both axes are logarithmic.`;
  const content = [...grid, ...axis, ...lines].join('');
  return frame({ id, title, description, height: PLOT.height, content });
}

/**
 * Places at least 16 apart, as near as possible to where they were.
 * @param {readonly number[]} places
 */
function spread(places) {
  const order = places
    .map((place, index) => ({ place, index }))
    .toSorted((a, b) => a.place - b.place);
  const result = [...places];
  let last = -Infinity;
  for (const { place, index } of order) {
    last = Math.max(place, last + 16);
    result[index] = last;
  }
  return result;
}

/**
 * Ticks of a logarithmic axis that hold both values: 1, 2 and 5 of each power of ten.
 * @param {number} least
 * @param {number} most
 */
function decades(least, most) {
  const exponents = Array.from({ length: 12 }, (_none, index) => index - 4);
  const all = exponents.flatMap((exponent) => [1, 2, 5].map((digit) => digit * 10 ** exponent));
  const first = all.findLastIndex((tick) => tick <= least);
  const last = all.findIndex((tick) => tick >= most);
  return all.slice(Math.max(0, first), last + 1);
}

/** @param {{ id: string, title: string, description: string, height: number, content: string }} parts */
function frame({ id, title, description, height, content }) {
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-description"><title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-description">${escapeHtml(description)}</desc>${content}</svg>`;
}

/** @param {number} value */
function format(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
