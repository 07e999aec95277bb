// @ts-check
// Rule 1: everything that decides whether a Markdown rule is well formed lives here.
// Rule 2: nothing here touches the file system; text goes in, rules and problems come out.

import { LEVELS, PROFILES, ROLES } from './vocabulary.mjs';
import { splitSections } from './sections.mjs';

/** @typedef {'MUST' | 'SHOULD' | 'MAY'} Level */
/** @typedef {'active' | 'retired'} Status */
/**
 * @typedef {object} Rule
 * @property {string} id never renamed
 * @property {Level} level how much it binds
 * @property {string} keyword the level as it stands in the sentence
 * @property {string} role whom it binds
 * @property {string} profile which claim it belongs to
 * @property {string} document path below spec/
 * @property {string} anchor fragment of the heading
 * @property {string} text the one sentence that binds
 * @property {string} intent why the rule is there
 * @property {boolean} testable whether a kit can check it
 * @property {string} [why] why no kit can check it; present where testable is false
 * @property {string} since version of the specification
 * @property {Status} status whether it is in force
 */
/** @typedef {{ document: string, line: number, message: string }} Problem */
/** @typedef {import('./sections.mjs').Section} Section */
/** @typedef {import('./sections.mjs').Paragraph} Paragraph */

const RULE_ID = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/;
const KEYWORD =
  /\b(?:MUST|SHALL|SHOULD)(?: +NOT)?\b|\b(?:MAY|REQUIRED|(?:NOT +)?RECOMMENDED|OPTIONAL)\b/g;
const LOWER_KEYWORD = /\b(?:must|should|shall)\b/;
const FIELD = /^(Intent|Untestable|Since|Status): +(.+)$/;
const TAGS = /^`([^`]+)` +`([^`]+)` +`([^`]+)`$/;
const VERSION = /^\d+\.\d+$/;

/**
 * Reads the rules of one document.
 * @param {string} document path below spec/, used in messages and in the rules
 * @param {string} source the Markdown
 * @returns {{ rules: Rule[], lines: Map<string, number>, problems: Problem[] }} lines: by id
 */
export function parseRules(document, source) {
  /** @type {Rule[]} */
  const rules = [];
  /** @type {Map<string, number>} */
  const lines = new Map();
  const { sections, problems } = splitSections(document, source);
  for (const section of sections) {
    let prose = section.paragraphs;
    if (section.level === 4 && RULE_ID.test(section.title)) {
      lines.set(section.title, section.line);
      prose = readRule(document, section, { rules, problems });
    }
    if (!section.exempt) problems.push(...strayKeywords(document, prose));
  }
  return { rules, lines, problems };
}

/**
 * @param {string} document
 * @param {readonly Paragraph[]} paragraphs
 * @returns {Problem[]}
 */
function strayKeywords(document, paragraphs) {
  return paragraphs.flatMap(({ line, text }) =>
    [...text.matchAll(KEYWORD)].map(([keyword]) => {
      return { document, line, message: `${keyword} stands outside a rule` };
    }),
  );
}

/**
 * Finds the faults that only show across documents and over time.
 * @param {readonly Rule[]} rules
 * @param {readonly Rule[]} committed the rules of the last generated rules.json
 * @param {(rule: Rule) => number} lineOf the line of a rule's heading
 * @returns {Problem[]}
 */
export function checkRuleSet(rules, committed, lineOf) {
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Map<string, Rule>} */
  const byId = new Map();
  for (const rule of rules) {
    const { id, document } = rule;
    const first = byId.get(id);
    byId.set(id, first ?? rule);
    if (first === undefined || first.document === document) continue;
    const message = `${id}: the id is already taken in ${first.document}`;
    problems.push({ document, line: lineOf(rule), message });
  }
  for (const { id, document, status } of committed) {
    const now = byId.get(id);
    if (now === undefined) {
      const message = `${id}: the rule has vanished; keep it with "Status: retired"`;
      problems.push({ document, line: 1, message });
    } else if (status === 'retired' && now.status !== 'retired') {
      const message = `${id}: a retired id is used again`;
      problems.push({ document: now.document, line: lineOf(now), message });
    }
  }
  return problems;
}

/**
 * Reads one rule and returns the paragraphs that follow it.
 * @param {string} document
 * @param {Section} section
 * @param {{ rules: Rule[], problems: Problem[] }} found receives the rule and what is wrong with it
 * @returns {Paragraph[]}
 */
function readRule(document, section, { rules, problems }) {
  const id = section.title;
  /** @param {number} line @param {string} message */
  const refuse = (line, message) => problems.push({ document, line, message: `${id}: ${message}` });
  if (section.exempt) refuse(section.line, 'a rule stands in an informative section');
  if (rules.some((rule) => rule.id === id)) refuse(section.line, 'the id is used twice');
  const [tags, sentence, ...rest] = section.paragraphs;
  const tagged = TAGS.exec(tags?.text ?? '');
  if (tags === undefined || tagged === null) {
    refuse(section.line, 'the line `LEVEL` `role` `profile` is missing');
    return section.paragraphs;
  }
  if (sentence === undefined || FIELD.test(sentence.text)) {
    refuse(tags.line, 'the sentence is missing');
    return rest;
  }
  const [, level = '', role = '', profile = ''] = tagged;
  checkTags({ level, role, profile }, (message) => refuse(tags.line, message));
  const keyword = checkSentence(sentence.text, level, (message) => refuse(sentence.line, message));
  const { fields, prose } = splitFields(rest, refuse);
  if (!fields.has('Intent')) refuse(section.line, 'the intent is missing');
  const named = { id, level: /** @type {Level} */ (level), keyword, role, profile, document };
  const text = plain(sentence.text);
  rules.push({ ...named, anchor: id.toLowerCase(), text, ...buildFacts(fields) });
  return prose;
}

/**
 * What the fields say of a rule.
 * @param {ReadonlyMap<string, string>} fields
 * @returns {Pick<Rule, 'intent' | 'testable' | 'why' | 'since' | 'status'>}
 */
function buildFacts(fields) {
  const why = fields.get('Untestable');
  return {
    intent: plain(fields.get('Intent') ?? ''),
    testable: why === undefined,
    ...(why === undefined ? {} : { why: plain(why) }),
    since: fields.get('Since') ?? '1.0',
    status: fields.get('Status') === 'retired' ? 'retired' : 'active',
  };
}

/**
 * @param {{ level: string, role: string, profile: string }} tags
 * @param {(message: string) => void} refuse
 */
function checkTags({ level, role, profile }, refuse) {
  if (!LEVELS.includes(level)) refuse(`unknown level "${level}"`);
  if (!ROLES.includes(role)) refuse(`unknown role "${role}"`);
  if (!PROFILES.includes(profile)) refuse(`unknown profile "${profile}"`);
}

/**
 * @param {string} text
 * @param {string} level
 * @param {(message: string) => void} refuse
 * @returns {string} the keyword as it stands in the sentence
 */
function checkSentence(text, level, refuse) {
  const keywords = [...text.matchAll(KEYWORD)].map(([keyword]) => keyword.replace(/ +/, ' '));
  const [keyword = ''] = keywords;
  if (keywords.length === 0) refuse('the sentence holds no keyword');
  if (keywords.length > 1) refuse(`more than one keyword: ${keywords.join(', ')}`);
  if (keywords.length === 1 && keyword.replace(' NOT', '') !== level) {
    refuse(`the keyword ${keyword} does not agree with the level ${level}`);
  }
  const lower = LOWER_KEYWORD.exec(text)?.[0];
  if (lower !== undefined) refuse(`lower-case "${lower}" in the sentence`);
  return keyword;
}

/**
 * Separates the fields of a rule from the prose after it.
 * @param {readonly Paragraph[]} paragraphs
 * @param {(line: number, message: string) => void} refuse
 * @returns {{ fields: Map<string, string>, prose: Paragraph[] }}
 */
function splitFields(paragraphs, refuse) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  let count = 0;
  for (const { line, text } of paragraphs) {
    const [, name = '', value = ''] = FIELD.exec(text) ?? [];
    if (name === '') break;
    count += 1;
    if (fields.has(name)) refuse(line, `"${name}:" stands twice`);
    fields.set(name, value);
    const keyword = value.match(KEYWORD)?.[0];
    if (keyword !== undefined) refuse(line, `${keyword} in "${name}:"; only the sentence binds`);
    if (name === 'Since' && !VERSION.test(value)) refuse(line, `"${value}" is not a version`);
    if (name === 'Status' && value !== 'retired') refuse(line, `unknown status "${value}"`);
  }
  return { fields, prose: paragraphs.slice(count) };
}

/**
 * Markdown links become their text; code marks stay.
 * @param {string} text
 */
function plain(text) {
  return text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/ +/g, ' ');
}
