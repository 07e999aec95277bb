/** Rule 1: one file, no script from elsewhere, and readable without any script at all. */
import type { Matrix, MatrixRow, MatrixRule } from './matrix.ts';

/** Where the documents of the specification stand, as seen from the report. */
const SPEC = 'https://github.com/tsgi/tsgi/blob/main/spec/';

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #888; --hit: #2563eb; --bad: #dc2626 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 74rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.4rem; margin-top: 3rem } h3 { margin-top: 2rem }
code { font: 0.92em ui-monospace, monospace } small, .dim { color: var(--dim) }
.map { overflow: auto; border: 1px solid var(--line); border-radius: 6px; max-height: 70vh }
.map svg { display: block } .map rect { fill: var(--hit) } .map line { stroke: var(--line) }
details { border-bottom: 1px solid var(--line); padding: 0.35rem 0 }
summary { cursor: pointer } summary small { float: right }
li { margin: 0.15rem 0 } .chip { display: inline-block; border: 1px solid var(--line);
  border-radius: 4px; padding: 0 0.4em; margin: 0 0.3em 0.2em 0; text-decoration: none }
.wrong { color: var(--bad) } table { border-collapse: collapse } td, th { padding: 0.15rem 0.8rem 0.15rem 0;
  text-align: left; vertical-align: top }
`;

/** Pixels of one cell of the map. */
const CELL = 4;

/** What the programs of each kind are called. */
const CALLED: Readonly<Record<Matrix['role'], readonly [one: string, many: string]>> = {
  server: ['server', 'servers'],
  application: ['application', 'applications'],
  middleware: ['middleware', 'middleware'],
};

/** The kill matrices as one page. */
export function writeMatrixHtml(matrices: readonly Matrix[]): string {
  const links = matrices.map(({ role }) => `<a href="#${role}">${CALLED[role][1]}</a>`);
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>Kill matrix of the conformance kit</title><style>${STYLE}</style>`,
    '<h1>Which check catches which broken program</h1>',
    '<p>Each of these programs has one defect. It counts as caught only where exactly the checks that ',
    `are declared for it fail, with the messages declared. ${links.join(' · ')}</p>`,
    ...matrices.map(writeMatrix),
    '</html>\n',
  ].join('\n');
}

function writeMatrix({ role, rows, rules }: Matrix): string {
  const [one, many] = CALLED[role];
  const checks = rules.flatMap((rule) => rule.checks);
  const kills = rows.reduce((sum, row) => sum + row.kills.length, 0);
  const killers = groupKills(rows);
  const idle = checks.filter(({ id }) => !killers.has(id)).length;
  return [
    `<h2 id="${role}">Broken ${many}</h2>`,
    `<p>${rows.length} ${many}, ${checks.length} checks of ${rules.length} rules, ${kills} kills. `,
    idle === 0 ? 'Every check catches at least one.</p>' : `${idle} checks catch none.</p>`,
    `<p class="dim">Each row is a broken ${one}, each column a check; a mark means that the check `,
    `fails for the ${one}. Point at a mark to see both.</p>`,
    `<div class="map">${drawMap(role, rows, checks)}</div>`,
    `<h3>Rules, their checks, and the ${many} that each check catches</h3>`,
    ...rules.map((rule) => writeRule(role, rule, killers)),
    `<h3>The ${many}</h3>`,
    ...rows.map((row) => writeRow(role, row)),
  ].join('\n');
}

type Killers = ReadonlyMap<string, readonly MatrixRow[]>;

/** The programs that each check catches. */
function groupKills(rows: readonly MatrixRow[]): Killers {
  const killers = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    for (const { check } of row.kills) killers.set(check, [...(killers.get(check) ?? []), row]);
  }
  return killers;
}

function drawMap(role: string, rows: readonly MatrixRow[], checks: MatrixRule['checks']): string {
  const column = new Map(checks.map(({ id }, index) => [id, index]));
  const marks = rows.flatMap((row, line) =>
    row.kills.map(({ check }) => {
      const x = (column.get(check) ?? 0) * CELL;
      const title = `<title>${escape(`${row.id} ${row.defect}: ${check}`)}</title>`;
      return `<rect x="${x}" y="${line * CELL}" width="${CELL}" height="${CELL}">${title}</rect>`;
    }),
  );
  const [width, height] = [checks.length * CELL, rows.length * CELL];
  return `<svg width="${width}" height="${height}" role="img" aria-label="kill matrix: ${role}">${marks.join('')}</svg>`;
}

function writeRule(role: Matrix['role'], rule: MatrixRule, killers: Killers): string {
  const caught = new Set(rule.checks.flatMap(({ id }) => killers.get(id) ?? []));
  const checks = rule.checks.map(({ id, title }) => {
    const chips = (killers.get(id) ?? []).map(writeChip);
    const list = chips.length === 0 ? '<span class="dim">catches none</span>' : chips.join('');
    return `<li><code>${escape(id)}</code> ${escape(title)}<br>${list}</li>`;
  });
  const called = CALLED[role][caught.size === 1 ? 0 : 1];
  const noun = rule.checks.length === 1 ? 'check' : 'checks';
  const counts = `${rule.checks.length} ${noun}, ${caught.size} ${called}`;
  return [
    `<details id="${role}-${rule.id}"><summary><code>${rule.id}</code> `,
    `<span class="dim">${rule.level} ${rule.profile}</span> <small>${counts}</small></summary>`,
    `<p>${escape(rule.text)} <a href="${escape(linkOf(rule.anchor))}">in the specification</a></p>`,
    `<ul>${checks.join('')}</ul></details>`,
  ].join('');
}

function linkOf(anchor: string): string {
  return anchor.startsWith('docs/') ? `${SPEC}../${anchor}` : `${SPEC}${anchor}`;
}

function writeChip({ id, defect }: MatrixRow): string {
  return `<a class="chip" href="#${id}" title="${escape(defect)}">${id}</a>`;
}

function writeRow(role: string, row: MatrixRow): string {
  const kills = row.kills.map(({ check, message }) => {
    const rule = check.slice(0, check.indexOf('.'));
    return `<tr><td><a href="#${role}-${rule}"><code>${escape(check)}</code></a></td><td>${escape(message)}</td></tr>`;
  });
  const state = row.isAsDeclared ? '' : ' <strong class="wrong">not as declared</strong>';
  return [
    `<details id="${row.id}"><summary><code>${row.id}</code> ${escape(row.defect)}${state}`,
    `<small>caught by ${row.kills.length}</small></summary>`,
    row.seam === undefined
      ? ''
      : `<p class="dim">replaces the seam <code>${escape(row.seam)}</code></p>`,
    `<table>${kills.join('')}</table></details>`,
  ].join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
