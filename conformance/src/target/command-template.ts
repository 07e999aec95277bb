/** A command line that cannot be used; the message says what is wrong with it. */
export class TemplateError extends Error {
  override readonly name: string = 'TemplateError';
}

/** What a command line may hold in braces. */
export const PLACEHOLDERS = ['app', 'host', 'mount', 'port', 'profile', 'tmp'] as const;

/** One of the words in braces. */
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** The words of a command line: spaces separate, quotes and backslashes as in a POSIX shell. */
export function splitCommand(line: string): readonly string[] {
  const words: string[] = [];
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(.)/gsy;
  let word: string | undefined;
  for (const [text, single, double, escaped, plain, stray] of line.matchAll(token)) {
    if (stray !== undefined) throw new TemplateError(`a quote is not closed in: ${line}`);
    if (/^\s/.test(text)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const unquoted = double?.replaceAll(/\\(["\\$`])/g, '$1');
      word = (word ?? '') + (single ?? unquoted ?? escaped ?? plain ?? '');
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Throws a TemplateError for words in braces that stand for nothing. */
export function checkPlaceholders(words: readonly string[]): void {
  for (const [whole, name] of words.join(' ').matchAll(/\{([a-z]+)\}/g)) {
    if (PLACEHOLDERS.some((known) => known === name)) continue;
    const known = PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(' ');
    throw new TemplateError(`${whole} stands for nothing; known: ${known}`);
  }
}

/** Whether a placeholder occurs. */
export function hasPlaceholder(words: readonly string[], name: Placeholder): boolean {
  return words.some((word) => word.includes(`{${name}}`));
}

/** The words with the values in place. */
export function fillTemplate(
  words: readonly string[],
  values: Readonly<Record<Placeholder, string>>,
): readonly string[] {
  return words.map((word) =>
    word.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? values[name as Placeholder] : whole,
    ),
  );
}
