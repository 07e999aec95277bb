import { ATOMS, FIELD_ATOMS } from './atoms.ts';
import { escapeBare, escapeQuoted } from './escape.ts';
import type { AccessRecord } from './record.ts';

/** Makes the line of a record, without its end. */
export type AccessFormatter = (record: AccessRecord) => string;

/** What the combined log format is in atoms. */
export const COMBINED = '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"';

type Piece = (record: AccessRecord) => string;

// `%%`, `%h`, `%>s`, `%{name}i`, `%(h)s`, `%({name}i)s`
const ATOM = /%(?:(%)|[<>]?(?:\{([^{}]+)\})?([A-Za-z])|\((?:\{([^{}]+)\})?([A-Za-z])\)s)/y;

/**
 * Compiles a format of Apache (`%h`) or gunicorn (`%(h)s`). Throws a RangeError that names what is
 * no atom.
 */
export function compileFormat(format: string): AccessFormatter {
  const pieces = parseFormat(format);
  return (record) => {
    let line = '';
    for (const piece of pieces) {
      line += piece(record);
    }
    return line;
  };
}

function parseFormat(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let quoted = false;
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf('%', at);
    const literal = format.slice(at, next === -1 ? format.length : next);
    checkLiteral(literal, format);
    quoted = quoted !== (literal.split('"').length % 2 === 0);
    pieces.push(() => literal);
    if (next === -1) {
      break;
    }
    ATOM.lastIndex = next;
    const match = ATOM.exec(format);
    if (match === null) {
      throw refuse(format.slice(next, next + 12), format);
    }
    pieces.push(compileAtom(match, { quoted, format }));
    at = ATOM.lastIndex;
  }
  if (quoted) {
    throw new RangeError(`every quote of a format is closed; got ${JSON.stringify(format)}`);
  }
  return pieces;
}

function compileAtom(
  match: RegExpExecArray,
  { quoted, format }: { quoted: boolean; format: string },
): Piece {
  const name = match[2] ?? match[4];
  const letter = match[3] ?? match[5] ?? '';
  if (match[1] !== undefined) {
    return () => '%';
  }
  if (name !== undefined) {
    const atom = own(FIELD_ATOMS, letter) ?? raise(refuse(match[0], format));
    return escaping((record) => atom.value(record, name), quoted);
  }
  const atom = own(ATOMS, letter) ?? raise(refuse(match[0], format));
  // its brackets show where the time begins and ends; no client has a part in it
  return letter === 't' ? (record) => atom.value(record) ?? '-' : escaping(atom.value, quoted);
}

function escaping(value: (record: AccessRecord) => string | undefined, quoted: boolean): Piece {
  const escape = quoted ? escapeQuoted : escapeBare;
  return (record) => escape(value(record) || '-');
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function checkLiteral(literal: string, format: string): void {
  if (/[^ -~]/.test(literal)) {
    const got = JSON.stringify(format);
    throw new RangeError(`a format is one line of printable ASCII; got ${got}`);
  }
}

function refuse(atom: string, format: string): RangeError {
  const known = `%${Object.keys(ATOMS).join(' %')}, %{NAME}i, %{NAME}o, %{NAME}e and %%`;
  return new RangeError(
    `an atom of a format is one of ${known}; got ${JSON.stringify(atom)} in ${JSON.stringify(format)}`,
  );
}

function raise(error: Error): never {
  throw error;
}
