import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Http1Limits } from '../../src/http1/index.ts';
import { octets, unescape } from './notation.ts';
import { type Trace, traceClient, traceServer } from './trace.ts';

/** A case of a golden file: what is received, and what the engine makes of it. */
export interface GoldenCase {
  /** file.md:line of the input, and the heading above it. */
  readonly title: string;
  readonly input: Uint8Array;
  /** Lines in the notation; the input may have been written with repetitions. */
  readonly log: Trace;
  /** The trace of the engine for the input in these pieces. */
  readonly run: (pieces: readonly Uint8Array[], lent?: boolean) => Trace;
}

interface Block {
  readonly line: number;
  readonly info: readonly string[];
  readonly text: readonly string[];
  readonly heading: string;
}

const FOLDER = new URL('golden/', import.meta.url);

/** The cases of all golden files. */
export function loadGoldenCases(): GoldenCase[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .flatMap((name) => parseGoldenFile(fileURLToPath(new URL(name, FOLDER))));
}

function parseGoldenFile(path: string): GoldenCase[] {
  const blocks = findBlocks(readFileSync(path, 'utf8').split('\n'));
  const cases: GoldenCase[] = [];
  for (let at = 0; at < blocks.length; at += 2) {
    const [input, log] = [blocks[at], blocks[at + 1]];
    if (input?.info[0] !== 'http' || log?.info[0] !== 'log') {
      throw new Error(`${path}:${input?.line ?? 0}: an http block comes before a log block`);
    }
    cases.push(createCase(basename(path), input, log));
  }
  return cases;
}

function findBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let end = -1;
  for (const [at, line] of lines.entries()) {
    if (at > end && line.startsWith('#')) {
      heading = line.replace(/^#+ /, '');
    } else if (at > end && line.startsWith('```')) {
      end = lines.indexOf('```', at + 1);
      const text = lines.slice(at + 1, end);
      blocks.push({ line: at + 1, info: line.slice(3).split(' '), text, heading });
    }
  }
  return blocks;
}

function createCase(file: string, input: Block, log: Block): GoldenCase {
  const title = `${file}:${input.line} ${input.heading}`;
  for (const line of [...input.text, ...log.text]) {
    if (line !== line.trimEnd()) {
      throw new Error(`${title}: a space at the end of a line is written \\x20`);
    }
  }
  return {
    title,
    input: octets(unescape(input.text.join(''))),
    log: log.text,
    run: createRun(input.info.slice(1)),
  };
}

// Words after http: eof, client=METHOD,…, and limits such as head=100
function createRun(words: readonly string[]): GoldenCase['run'] {
  const eof = words.includes('eof');
  const settings = new Map(words.map((word) => word.split('=') as [string, string]));
  const methods = settings.get('client')?.split(',');
  settings.delete('eof');
  settings.delete('client');
  const limits: Partial<Http1Limits> = Object.fromEntries(
    Array.from(settings, ([name, value]) => [name, Number(value)]),
  );
  return (pieces, lent = false) =>
    methods === undefined
      ? traceServer(pieces, { limits, eof, lent })
      : traceClient(pieces, { limits, eof, methods });
}
