import type { DefaultTheme, MarkdownEnv, MarkdownOptions, MarkdownRenderer } from 'vitepress';
import { fromRoot } from '../tools/paths.mjs';
import { ASSETS, resolveLink } from '../tools/site/routes.mjs';

type CodeTransformer = NonNullable<MarkdownOptions['codeTransformers']>[number];
type LocalSearch = NonNullable<DefaultTheme.LocalSearchOptions['_render']>;

/** The fragment of a heading as forges make it, so that one link fits there and here. */
export function slug(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

const FILES: ReadonlySet<string> = new Set(Object.values(ASSETS));

/** Makes links between files of the repository links between pages of the site. */
export function repositoryLinks(md: MarkdownRenderer, { base }: { readonly base: string }): void {
  const prefix = (path: string): string => base + path.slice(1);
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    // A title alone is rendered without an environment.
    if ((env as Partial<MarkdownEnv>).path === undefined) return;
    const from = sourceOf(env as MarkdownEnv);
    for (const token of tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
      if (token.type === 'link_open') {
        const { href } = resolveLink(token.attrGet('href') ?? '', from);
        const [path = ''] = href.split('#');
        token.attrSet('href', FILES.has(path) ? prefix(href) : href);
        // Files are no pages: the router of the site leaves them to the browser.
        if (FILES.has(path)) token.attrSet('target', '_self');
      } else if (token.type === 'html_block' || token.type === 'html_inline') {
        token.content = token.content.replaceAll(/ href="\/(?=[^/"])/g, ` href="${base}`);
      }
    }
  });
}

function sourceOf({ frontmatter, path }: MarkdownEnv): string {
  const source = (frontmatter as { readonly source?: string } | undefined)?.source;
  return source ?? fromRoot(path);
}

const FILE_NAME = /^\S+ ([\w./-]+\.\w+)(?: |$)/;

/** Writes the name of a file, where a block of code has one in its info string, above the block. */
export function fileNames(md: MarkdownRenderer): void {
  const fence = md.renderer.rules.fence;
  if (fence === undefined) throw new Error('the renderer has no rule for fences');
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const code = fence(tokens, index, options, env, self);
    const name = FILE_NAME.exec(tokens[index]?.info ?? '')?.[1];
    return name === undefined
      ? code
      : `<div class="named-code"><div class="file-name">${name}</div>${code}</div>`;
  };
}

/** Gives each line of a source file an address, `#L12`. */
export const lineAddresses: CodeTransformer = {
  name: 'line-addresses',
  line(node, line) {
    if (this.options.meta?.__raw?.trim() === 'source') node.properties['id'] = `L${line}`;
  },
};

/** What the search knows of a page: its words, without the colours of code and what others say of rules. */
export const renderForSearch: LocalSearch = (source, env, md) => {
  const { highlight } = md.options;
  md.options.highlight = (code) => `<pre>${md.utils.escapeHtml(code)}</pre>`;
  try {
    const html = md.render(source, env);
    if (env.frontmatter?.['search'] === false) return '';
    return html.replaceAll(/<div class="rule-facts">.*?<\/div>/gs, '');
  } finally {
    md.options.highlight = highlight ?? null;
  }
};
