/** An instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  /** What follows the name, continued lines joined. */
  readonly text: string;
}

const KNOWN: ReadonlySet<string> = new Set(
  'FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG STOPSIGNAL HEALTHCHECK SHELL'.split(
    ' ',
  ),
);

const HEALTHCHECK =
  /^(?:NONE|(?:--(?:interval|timeout|start-period|start-interval)=(?:[0-9]+(?:ms|s|m|h))+ |--retries=[0-9]+ )*CMD \S.*)$/;

/** What the arguments of an instruction have to look like, where that is more than not nothing. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  FROM: /^(?:--platform=\S+ )?[\w./:@-]+(?: AS [a-z][\w.-]*)?$/,
  EXPOSE: /^[0-9]{1,5}(?:\/(?:tcp|udp))?(?: [0-9]{1,5}(?:\/(?:tcp|udp))?)*$/,
  ENV: /^\w+=(?:"(?:[^"\\]|\\.)*"|\S*)(?: \w+=(?:"(?:[^"\\]|\\.)*"|\S*))*$/,
  COPY: /^(?:--\w+=\S+ )*\S+(?: \S+)+$/,
  USER: /^[\w.-]+(?::[\w.-]+)?$/,
  WORKDIR: /^\S+$/,
  STOPSIGNAL: /^(?:SIG[A-Z0-9+]+|[0-9]+)$/,
  HEALTHCHECK,
};

/**
 * The instructions of a Dockerfile, by the format that Docker documents. Throws an Error that names
 * the line which is none.
 */
export function parseDockerfile(text: string): readonly Instruction[] {
  const instructions = joinLines(text).map(parseInstruction);
  if (instructions[0]?.name !== 'FROM') {
    throw new Error(`a Dockerfile begins with FROM; got ${instructions[0]?.name}`);
  }
  return instructions;
}

// Comments stand between instructions and between continued lines.
function joinLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
}

function parseInstruction(line: string): Instruction {
  const [, name = '', text = ''] = /^([A-Z]+)\s+(\S.*)$/.exec(line) ?? [];
  if (!KNOWN.has(name)) {
    throw new Error(`no instruction: ${line}`);
  }
  const grammar = GRAMMAR[name] ?? /./;
  if (!grammar.test(text)) {
    throw new Error(`${name} takes ${grammar.source}; got ${text}`);
  }
  checkExecForm(text.replace(/^.*?(?=\[|$)/, ''), text, name);
  return { name, text };
}

// What begins with a bracket and is no JSON would be given to a shell.
function checkExecForm(list: string, text: string, name: string): void {
  if (!['CMD', 'ENTRYPOINT', 'RUN', 'SHELL'].includes(name) || !text.startsWith('[')) {
    return;
  }
  const words = JSON.parse(list) as unknown;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`${name} takes a JSON list of words; got ${text}`);
  }
}
