// @ts-check
// Rule 1: what belongs to which heading, and what of it is code or exempt, is decided here.

/** @typedef {import('./rules.mjs').Problem} Problem */
/** @typedef {{ line: number, text: string }} Paragraph */
/**
 * @typedef {object} Section
 * @property {number} level 0 for what stands before the first heading
 * @property {string} title the text of the heading
 * @property {number} line where the heading stands
 * @property {boolean} exempt whether it belongs to an informative chapter
 * @property {Paragraph[]} paragraphs without code and without what is marked as exempt
 */

const HEADING = /^(#{1,6}) +(.+?) *#*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const EXEMPT_BEGIN = '<!-- rules:exempt -->';
const EXEMPT_END = '<!-- /rules:exempt -->';
const INFORMATIVE = '(informative)';

/** Reads a document line by line and collects its sections. */
class SectionReader {
  /** @type {Section[]} */
  sections = [{ level: 0, title: '', line: 1, exempt: false, paragraphs: [] }];
  /** The line of an exemption that is open, or 0. */
  exemptSince = 0;
  #fence = '';
  #informativeLevel = 0;
  #inParagraph = false;

  /**
   * @param {string} text
   * @param {number} line
   */
  read(text, line) {
    const fence = FENCE.exec(text)?.[1] ?? '';
    if (this.#fence !== '') {
      if (fence.startsWith(this.#fence)) this.#fence = '';
      return;
    }
    const [, marks = '', title = ''] = HEADING.exec(text) ?? [];
    this.#fence = fence;
    if (text === EXEMPT_BEGIN) this.exemptSince = line;
    else if (text === EXEMPT_END) this.exemptSince = 0;
    else if (marks !== '') this.#open(marks.length, title, line);
    else if (fence === '' && text.trim() !== '') {
      if (this.exemptSince === 0) this.#add(text.trim(), line);
      return;
    }
    this.#inParagraph = false;
  }

  /**
   * @param {number} level
   * @param {string} title
   * @param {number} line
   */
  #open(level, title, line) {
    if (this.#informativeLevel >= level) this.#informativeLevel = 0;
    if (this.#informativeLevel === 0 && title.endsWith(INFORMATIVE)) this.#informativeLevel = level;
    const exempt = this.#informativeLevel > 0;
    this.sections.push({ level, title, line, exempt, paragraphs: [] });
  }

  /**
   * @param {string} text
   * @param {number} line
   */
  #add(text, line) {
    const paragraphs = this.sections.at(-1)?.paragraphs ?? [];
    const last = paragraphs.at(-1);
    if (this.#inParagraph && last !== undefined) last.text += ` ${text}`;
    else paragraphs.push({ line, text });
    this.#inParagraph = true;
  }
}

/**
 * Splits a document at its headings, leaves out code, and marks what is exempt.
 * @param {string} document path below spec/, used in problems
 * @param {string} source the Markdown
 * @returns {{ sections: Section[], problems: Problem[] }}
 */
export function splitSections(document, source) {
  const reader = new SectionReader();
  for (const [index, text] of source.split('\n').entries()) reader.read(text, index + 1);
  const { sections, exemptSince } = reader;
  const open = { document, line: exemptSince, message: `no ${EXEMPT_END} follows` };
  return { sections, problems: exemptSince > 0 ? [open] : [] };
}
