import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of a stack. */
export interface Frame {
  /** The function; undefined at the top of a module. */
  readonly name: string | undefined;
  /** The path of the file, or what the engine has in its place, such as `node:fs`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1; undefined where the stack names only the line. */
  readonly column: number | undefined;
  /** Whether the file is neither part of the runtime nor of an installed package. */
  readonly own: boolean;
  /** The source around the line; empty where it cannot be read. */
  readonly excerpt: readonly SourceLine[];
}

/** A line of a source. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
}

/** An error as a page shows it. */
export interface ErrorReport {
  /** Its `name`; `thrown` for what is no error. */
  readonly name: string;
  /** Its `message`; of what is no error, the value as text. */
  readonly message: string;
  /** The innermost first, at most 30; empty where there is no stack that can be read. */
  readonly frames: readonly Frame[];
  /** What is behind it, from the nearest to the farthest. */
  readonly causes: readonly ErrorReport[];
}

const MOST_CAUSES = 8;
const MOST_FRAMES = 30;
const EXCERPT = 4;
/** A longer line is no frame; the message before the frames may be of any length. */
const LONGEST_LINE = 2000;

/** Describes whatever was thrown, with its causes; never throws. */
export function describeError(error: unknown): ErrorReport {
  const chain: ErrorReport[] = [];
  const seen = new Set<unknown>();
  for (let at = error; at !== undefined && !seen.has(at) && chain.length < MOST_CAUSES; ) {
    seen.add(at);
    chain.push(describeOne(at));
    at = read(at, 'cause');
  }
  const [first = describeOne(undefined), ...causes] = chain;
  return { ...first, causes };
}

function describeOne(error: unknown): ErrorReport {
  const message = read(error, 'message');
  if (typeof error !== 'object' || error === null || typeof message !== 'string') {
    return { name: 'thrown', message: show(error), frames: [], causes: [] };
  }
  const stack = read(error, 'stack');
  return {
    name: show(read(error, 'name') ?? 'Error'),
    message,
    frames: typeof stack === 'string' ? parseStack(stack) : [],
    causes: [],
  };
}

function read(value: unknown, key: string): unknown {
  try {
    return Object(value)[key] as unknown;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  try {
    return typeof value === 'string' ? value : String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}

// V8: `    at name (place:line:column)`, `    at place:line:column`; JavaScriptCore: `name@place:…`
const V8_FRAME =
  /^ {4}at (?:async )?(?:(.*?) \()?((?:file:\/\/|node:|\/|[A-Za-z]:\\).*?):(\d+)(?::(\d+))?\)?$/;
const JSC_FRAME = /^(.*?)@((?:file:\/\/|node:|\/).*?):(\d+)(?::(\d+))?$/;
// A syntax error names its place before its message.
const HEAD_PLACE = /^((?:file:\/\/|\/).+?):(\d+)$/;

/** The frames of a stack, the innermost first. */
export function parseStack(stack: string): readonly Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split('\n').filter(({ length }) => length <= LONGEST_LINE)) {
    const head = frames.length === 0 ? HEAD_PLACE.exec(line) : null;
    const match = V8_FRAME.exec(line) ?? JSC_FRAME.exec(line);
    if (head !== null) {
      frames.push(makeFrame(undefined, head[1] as string, [head[2] as string, undefined]));
    } else if (match !== null && frames.length < MOST_FRAMES) {
      frames.push(makeFrame(match[1], match[2] as string, [match[3] as string, match[4]]));
    }
  }
  return frames;
}

function makeFrame(
  name: string | undefined,
  place: string,
  [line, column]: readonly [string, string | undefined],
): Frame {
  const file = pathOf(place);
  const own = !file.startsWith('node:') && !/[/\\]node_modules[/\\]/.test(file);
  return {
    name: name === '' ? undefined : name,
    file,
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
    own,
    excerpt: own ? readExcerpt(file, Number(line)) : [],
  };
}

// A query after the path tells versions of a module apart.
function pathOf(place: string): string {
  try {
    return place.startsWith('file://') ? fileURLToPath(place.replace(/[?#].*$/, '')) : place;
  } catch {
    return place;
  }
}

function readExcerpt(file: string, line: number): readonly SourceLine[] {
  try {
    return readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((text, index) => ({ number: index + 1, text }))
      .filter(({ number }) => Math.abs(number - line) <= EXCERPT);
  } catch {
    return [];
  }
}
