import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleShape, PlainData } from '../check.ts';
import { parseEvent } from '../probe/event-record.ts';
import type { ArmedRun } from '../probe/probe-application.ts';
import { ARMED_FILE, eventsFile, gateFile } from '../probe/probe-folder.ts';
import { untilExit } from './at-exit.ts';
import type { EventSink } from './target.ts';

const STAGE = new URL('../probe/file-stage.js', import.meta.url).href;
/** Milliseconds between two looks at the log, should the system not tell of a change. */
const LOOK_INTERVAL = 20;
const READ_SIZE = 65_536;

/** The kit's end of the folder in which it meets the probe applications of other processes. */
export class KitFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
  readonly #modules = new Map<string, string>();
  readonly #watcher: ReturnType<typeof watch>;
  readonly #timer: NodeJS.Timeout;
  readonly #forget: () => void;
  readonly #buffer = new Uint8Array(READ_SIZE);
  #decoder = new TextDecoder();
  #run: { readonly nonce: string; readonly file: number } | undefined;
  #rest = '';
  #onEvent: EventSink = () => undefined;

  constructor() {
    this.#watcher = watch(this.path, { persistent: false }, () => this.collect());
    this.#watcher.on('error', () => undefined);
    this.#timer = setInterval(() => this.collect(), LOOK_INTERVAL);
    this.#timer.unref();
    this.#forget = untilExit(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Where events go. */
  listen(onEvent: EventSink): void {
    this.#onEvent = onEvent;
  }

  /** Makes the probe applications behave as those of a check do; nothing where they do already. */
  arm(run: ArmedRun): void {
    if (this.#run?.nonce === run.nonce) return;
    this.#disarm();
    this.#run = { nonce: run.nonce, file: openSync(join(this.path, eventsFile(run.nonce)), 'a+') };
    // Replaced in one step, so that no process ever reads half of it.
    const next = join(this.path, 'next.json');
    writeFileSync(next, JSON.stringify(run));
    renameSync(next, join(this.path, ARMED_FILE));
  }

  /** Opens a gate of the armed run. */
  release(gate: string): void {
    if (this.#run === undefined) return;
    writeFileSync(join(this.path, gateFile(this.#run.nonce, gate)), '');
  }

  /** Delivers the events that have been written since the last look. */
  collect(): void {
    if (this.#run === undefined) return;
    const { nonce, file } = this.#run;
    let text = '';
    for (let size = READ_SIZE; size === READ_SIZE; ) {
      size = readSync(file, this.#buffer, 0, READ_SIZE, null);
      text += this.#decoder.decode(this.#buffer.subarray(0, size), { stream: true });
    }
    if (text === '') return;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#deliver(nonce, line);
  }

  /** The path of a module with these exports; the same module for the same exports. */
  module(shape: ModuleShape): string {
    const text = writeModule(this.path, shape);
    const known = this.#modules.get(text);
    if (known !== undefined) return known;
    const path = join(this.path, `application-${this.#modules.size + 1}.mjs`);
    writeFileSync(path, text);
    this.#modules.set(text, path);
    return path;
  }

  /** Deletes everything. */
  remove(): void {
    clearInterval(this.#timer);
    this.#watcher.close();
    this.#disarm();
    rmSync(this.path, { recursive: true, force: true });
    this.#forget();
  }

  #disarm(): void {
    if (this.#run === undefined) return;
    closeSync(this.#run.file);
    rmSync(join(this.path, eventsFile(this.#run.nonce)), { force: true });
    this.#run = undefined;
    this.#rest = '';
    this.#decoder = new TextDecoder();
  }

  #deliver(nonce: string, line: string): void {
    this.#onEvent(nonce, ...readLine(line));
  }
}

/** A line that no probe has written is a fault of the harness, which the engine tells. */
function readLine(line: string): [type: string, data?: PlainData] {
  try {
    const { type, data } = parseEvent(line);
    return [type, data];
  } catch {
    return ['unreadable', 'the event log holds a line that the probe has not written'];
  }
}

function writeModule(folder: string, shape: ModuleShape): string {
  const exports = Object.entries(shape).map(([name, value]) => {
    const source = typeof value === 'string' ? `stage.${value}` : value.source;
    return name === 'default' ? `export default ${source};` : `export const ${name} = ${source};`;
  });
  return [
    `import { openStage } from ${JSON.stringify(STAGE)};`,
    `const stage = await openStage(${JSON.stringify(folder)});`,
    ...exports,
    '',
  ].join('\n');
}
