// @ts-check
// Diagrams as SVG, laid out by Graphviz: who may import whom, from the manifests of the packages; the
// states of a response, from the table that the server runs on; and the ways and the path of a request,
// from docs/figures. The colours are the theme's.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '@viz-js/viz';
import { TRANSITIONS } from '../../../packages/core/dist/response-state.js';
import { DOCS, ROOT } from '../paths.mjs';
import { escapeHtml } from '../site/html.mjs';

/** @typedef {{ id: string, title: string, description: string, dot: string }} Diagram */

const ATTRIBUTES = `
  bgcolor="transparent"
  fontname="Helvetica" fontsize=13
  node [shape=box style=rounded fontname="Helvetica" fontsize=13 margin="0.16,0.09"]
  edge [fontname="Helvetica" fontsize=11 arrowsize=0.7]
`;

/**
 * Every diagram as a piece of a page, by the name of its file.
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
export async function drawDiagrams() {
  const viz = await instance();
  const diagrams = [layers(), responseStates(), requestPath(), ways()];
  return Object.fromEntries(
    diagrams.map((diagram) => {
      const dot = diagram.dot.replace('{', `{${ATTRIBUTES}`);
      return [`${diagram.id}.md`, toFigure(viz.renderString(dot, { format: 'svg' }), diagram)];
    }),
  );
}

/**
 * An SVG of Graphviz without its colours and with words for those who do not see it.
 * @param {string} svg
 * @param {Diagram} diagram
 */
function toFigure(svg, { id, title, description }) {
  const [, width = '', height = ''] = /width="(\d+)pt" height="(\d+)pt"/.exec(svg) ?? [];
  const body = svg
    .slice(svg.indexOf('<svg'))
    .replace(/<svg[^>]*?(viewBox="[^"]+")[^>]*>/, (_tag, box) =>
      [
        `<svg ${box} width="${Math.round((Number(width) * 4) / 3)}" height="${Math.round((Number(height) * 4) / 3)}"`,
        ` role="img" aria-labelledby="${id}-title ${id}-description">`,
        `<title id="${id}-title">${escapeHtml(title)}</title>`,
        `<desc id="${id}-description">${escapeHtml(description)}</desc>`,
      ].join(''),
    )
    .replaceAll(/<title>[^<]*<\/title>/g, '')
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/ (?:fill|stroke|font-family)="[^"]*"/g, '')
    .replaceAll(/ id="(?:graph|node|edge|clust)\d+"/g, '')
    .replaceAll('{', '&#123;')
    .replaceAll(/\n\s*/g, ' ');
  return `<figure class="diagram" tabindex="0">${body.trim()}</figure>`;
}

/** @returns {Diagram} */
function layers() {
  const folders = readdirSync(join(ROOT, 'packages'))
    .map((name) => `packages/${name}`)
    .concat('conformance');
  const manifests = folders
    .map((folder) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')))
    .filter((manifest) => manifest.private !== true);
  const names = new Set(manifests.map(({ name }) => name));
  const edges = manifests.flatMap(({ name, dependencies = {} }) =>
    Object.keys(dependencies)
      .filter((dependency) => names.has(dependency))
      .map((dependency) => ({ name, dependency })),
  );
  const nodes = [...names].map(
    (name) => `  "${name}"${name === 'tsgi' || name === '@tsgi/types' ? ' [class="own"]' : ''}`,
  );
  const arrows = edges
    .filter((edge) => !follows(edge, edges))
    .map(({ name, dependency }) => `  "${name}" -> "${dependency}"`);
  const told = edges.map(({ name, dependency }) => `${name} on ${dependency}`).join(', ');
  return {
    id: 'layers',
    title: 'Which package depends on which',
    description: `At run time, ${told}.`,
    dot: `digraph {\n  rankdir=TB\n  nodesep=0.35\n${[...nodes, ...arrows].join('\n')}\n}`,
  };
}

/**
 * Whether one dependency follows from others.
 * @param {{ name: string, dependency: string }} edge
 * @param {readonly { name: string, dependency: string }[]} edges
 * @returns {boolean}
 */
function follows({ name, dependency }, edges) {
  const next = edges.filter((edge) => edge.name === name && edge.dependency !== dependency);
  return next.some(({ dependency: between }) => reaches(between, dependency, edges));
}

/**
 * @param {string} from
 * @param {string} to
 * @param {readonly { name: string, dependency: string }[]} edges
 * @returns {boolean}
 */
function reaches(from, to, edges) {
  return edges.some(
    ({ name, dependency }) =>
      name === from && (dependency === to || reaches(dependency, to, edges)),
  );
}

/** What the events of a response are, for readers. */
const EVENTS = Object.freeze({
  start: 'startResponse',
  replace: 'startResponse with an error',
  flush: 'flush_headers',
  commit: 'first octets',
  end: 'end',
});

/** @returns {Diagram} */
function responseStates() {
  const states = Object.entries(TRANSITIONS);
  /** @type {Map<string, string[]>} */
  const labels = new Map();
  const add = (
    /** @type {string} */ from,
    /** @type {string} */ to,
    /** @type {string} */ label,
  ) => {
    const key = `${from} ${to}`;
    const known = labels.get(key) ?? [];
    if (from !== to && !known.includes(label)) labels.set(key, [...known, label]);
  };
  for (const [from, events] of states) {
    for (const [event, transition] of Object.entries(events)) {
      if (!('next' in transition)) continue;
      const label = EVENTS[/** @type {keyof typeof EVENTS} */ (event)];
      add(from, transition.next, label);
      if (transition.invalid !== transition.next)
        add(from, transition.invalid, `${label}, refused`);
    }
  }
  const edges = [...labels].map(([key, [...all]]) => {
    const [from, to] = key.split(' ');
    const fault = all.every((label) => label.endsWith('refused')) ? ' class="fault"' : '';
    return `  ${from} -> ${to} [label="${all.map((label) => ` ${label} `).join('\\n')}"${fault}]`;
  });
  const nodes = states.map(
    ([state]) => `  ${state}${state === 'committed' ? ' [class="own"]' : ''}`,
  );
  return {
    id: 'response-states',
    title: 'The states of a response',
    description: `${states.map(([state]) => state).join(', ')}. ${[...labels].map(([key, all]) => `${key.replace(' ', ' to ')} by ${all.join(' or ')}`).join('; ')}.`,
    dot: `digraph {\n  rankdir=TB\n  nodesep=0.6\n${[...nodes, ...edges].join('\n')}\n}`,
  };
}

/** @returns {Diagram} */
function requestPath() {
  return {
    id: 'request-path',
    title: 'The path of a request',
    description:
      'The transport hands octets to the protocol engine, the engine a head and an input to the gateway, the gateway environ and startResponse through the middleware to the application. The body that it returns is pulled one chunk at a time by the body pump, which gives head and chunks to the transport. When the response is done, has failed or the client has left, cleanup runs.',
    dot: figure('request-path'),
  };
}

/** @returns {Diagram} */
function ways() {
  return {
    id: 'ways',
    title: 'The ways from a client to an application',
    description:
      'A client speaks HTTP to a web server, which serves static files itself. What is dynamic it hands on: by CGI to a process that is started for each request, or by FastCGI, SCGI, uwsgi or HTTP to an application server that stays, whose arbiter listens and hands connections to workers. Each of these calls the same application with environ and startResponse.',
    dot: figure('ways'),
  };
}

/**
 * A figure that is written by hand, without its comment, and with room around the labels of arrows.
 * @param {string} name
 */
function figure(name) {
  return readFileSync(join(DOCS, `figures/${name}.dot`), 'utf8')
    .replace(/^(?:\/\/.*\n)+/, '')
    .replaceAll(/(->.*?label=")([^"]+)/g, (_all, before, label) => {
      const lines = label.split(String.raw`\n`);
      return (
        before + lines.map((/** @type {string} */ line) => `   ${line}   `).join(String.raw`\n`)
      );
    });
}
