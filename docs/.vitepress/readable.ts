import type { MarkdownRenderer } from 'vitepress';

/** Mends what writers of Markdown need not know: how headings, tables and code are read. */
export function readable(md: MarkdownRenderer): void {
  md.core.ruler.push('heading-levels', ({ tokens }) => {
    sayLevels(tokens);
  });
  md.core.ruler.push('empty-heads', ({ tokens }) => {
    emptyHeads(tokens);
  });
  keepWhole(md);
}

type Token = ReturnType<MarkdownRenderer['parse']>[number];

/** A heading that leaves out a level says which one it has: those below `##` may be `####`. */
function sayLevels(tokens: readonly Token[]): void {
  const above: number[] = [];
  for (const token of tokens) {
    if (token.type !== 'heading_open') continue;
    const level = Number(token.tag.slice(1));
    while ((above.at(-1) ?? 0) >= level) above.pop();
    above.push(level);
    if (above.length !== level) token.attrSet('aria-level', `${above.length}`);
  }
}

/** The head of a column without words is no head. */
function emptyHeads(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const [content, close] = tokens.slice(index + 1, index + 3);
    if (token.type !== 'th_open' || content?.content !== '' || close === undefined) continue;
    token.tag = 'td';
    close.tag = 'td';
  }
}

/** Longer names than this break where they can, so that they fit a phone; counted in characters. */
const LONGEST = 32;

/** A name with hyphens in code, as `--workers`, is not broken at a hyphen. */
function keepWhole(md: MarkdownRenderer): void {
  const code = md.renderer.rules.code_inline;
  if (code === undefined) throw new Error('the renderer has no rule for code in text');
  md.renderer.rules.code_inline = (tokens, index, options, env, self) =>
    code(tokens, index, options, env, self).replace(
      />([^<]*)</,
      (_whole, text: string) => `>${text.replaceAll(/\S*-\S+/g, markWhole)}<`,
    );
}

function markWhole(word: string): string {
  return word.length > LONGEST ? word : `<span class="whole">${word}</span>`;
}
