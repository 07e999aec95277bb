// @ts-check
// Where a check or a mutant stands in the sources of the kit. Many are rows of a table or made by a
// function of a family: then it is the line that holds the longest beginning of the id.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';

/** @typedef {import('./model.ts').Place} Place */
/** @typedef {{ file: string, lines: readonly string[] }} Source */

/**
 * The files of a folder as lines.
 * @param {string} folder path from the root
 * @param {RegExp} wanted what the file is called
 * @returns {readonly Source[]}
 */
export function readSources(folder, wanted) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => wanted.test(file))
    .toSorted()
    .map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n') }));
}

/**
 * The place of an id; throws where nothing in the sources speaks of it.
 * @param {readonly Source[]} sources
 * @param {string} id
 * @returns {Place}
 */
export function locate(sources, id) {
  for (const needle of needlesOf(id)) {
    const place = find(sources, needle);
    if (place !== undefined) return place;
  }
  throw new Error(`${id}: no source of the kit names it`);
}

/**
 * What to look for, the most telling first.
 * @param {string} id
 * @returns {readonly string[]}
 */
function needlesOf(id) {
  const dot = id.indexOf('.');
  const whole = [`'${id}'`, `\`${id}\``];
  if (dot === -1) return [...whole, ...beginningsOf(id).map((text) => `${text}-$`), id];
  const rule = id.slice(0, dot);
  const variant = id.slice(dot + 1);
  return [
    ...whole,
    ...beginningsOf(variant).flatMap((text) => [`\`${rule}.${text}-$`, `\`${rule}.${text}$`]),
    `\`${rule}.$`,
    `'${rule}.'`,
    `'${rule}'`,
    `${rule}.`,
    `'${variant}'`,
  ];
}

/**
 * A name without its last word, without its last two, and so on; the whole of it first.
 * @param {string} name
 */
function beginningsOf(name) {
  const words = name.split('-');
  return words.map((_word, index) => words.slice(0, words.length - index).join('-'));
}

/**
 * @param {readonly Source[]} sources
 * @param {string} needle
 * @returns {Place | undefined}
 */
function find(sources, needle) {
  for (const { file, lines } of sources) {
    const index = lines.findIndex((line) => line.includes(needle));
    if (index !== -1) return { file, line: index + 1 };
  }
  return undefined;
}
