import { refuse } from './refuse.ts';

/** A configuration as lines; an empty one stands between groups. */
export type Lines = readonly string[];

/** Lines one step further in. */
export function indent(lines: Lines, by: string): Lines {
  return lines.map((line) => (line === '' ? '' : by + line));
}

/** Groups of lines with an empty line between them; empty groups leave none. */
export function apart(...groups: readonly Lines[]): Lines {
  const lines: string[] = [];
  for (const group of groups) {
    if (group.length > 0 && lines.length > 0) {
      lines.push('');
    }
    lines.push(...group);
  }
  return lines;
}

/** The text of a file. */
export function textOf(lines: Lines): string {
  return `${lines.join('\n')}\n`;
}

/** Lines as comments. */
export function comment(...lines: readonly string[]): Lines {
  return lines.map((line) => `# ${line}`);
}

/** A file of several that a configuration consists of. */
export interface Part {
  /** What `--part` calls it. */
  readonly part: string;
  /** Where it belongs. */
  readonly file: string;
  readonly lines: () => Lines;
}

/** The text of one part, or of all, each below its name. Throws for a part that there is not. */
export function textOfParts(
  kind: string,
  parts: readonly Part[],
  asked: string | undefined,
): string {
  const chosen = parts.filter(({ part }) => asked === undefined || part === asked);
  if (chosen.length === 0) {
    const names = parts.map(({ part }) => part).join(', ');
    throw refuse(`--part takes one of ${names} for ${kind}; got ${JSON.stringify(asked)}`);
  }
  return textOf(apart(...chosen.map(({ file, lines }) => comment(file).concat(lines()))));
}
