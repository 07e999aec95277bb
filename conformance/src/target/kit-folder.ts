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
import { ARMED_FILE, eventsFile, gateFile, runFile } from '../probe/probe-folder.ts';
import { untilExit } from './at-exit.ts';
import type { EventSink } from './target.ts';

const STAGE = new URL('../probe/file-stage.js', import.meta.url).href;
/** Milliseconds between two looks at the log, should the system not tell of a change. */
const LOOK_INTERVAL = 20;
const READ_SIZE = 65_536;

/** The event log of a run, as far as it has been read. */
interface OpenRun {
  readonly file: number;
  readonly decoder: InstanceType<typeof TextDecoder>;
  /** The beginning of a line whose end is not there yet. */
  rest: string;
}

/** The kit's end of the folder in which it meets the probe applications of other processes. */
export class KitFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'tsgi-conformance-'));
  readonly #modules = new Map<string, string>();
  readonly #watcher: ReturnType<typeof watch>;
  readonly #timer: NodeJS.Timeout;
  readonly #forget: () => void;
  readonly #buffer = new Uint8Array(READ_SIZE);
  /** The runs that are not over, by their nonces. */
  readonly #runs = new Map<string, OpenRun>();
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

  /**
   * Makes the probe applications behave as those of a check do, for requests of this run and for those
   * that name none. Earlier runs stay, for requests of theirs, until they are forgotten.
   */
  arm(run: ArmedRun): void {
    const { nonce } = run;
    if (this.#runs.has(nonce)) return;
    const file = openSync(join(this.path, eventsFile(nonce)), 'a+');
    this.#runs.set(nonce, { file, decoder: new TextDecoder(), rest: '' });
    const text = JSON.stringify(run);
    this.#replace(runFile(nonce), text);
    this.#replace(ARMED_FILE, text);
  }

  /** The run is over: nothing of it is of interest any more. */
  forget(nonce: string): void {
    const run = this.#runs.get(nonce);
    if (run === undefined) return;
    this.#runs.delete(nonce);
    closeSync(run.file);
    for (const name of [eventsFile(nonce), runFile(nonce)]) {
      rmSync(join(this.path, name), { force: true });
    }
  }

  /** Opens a gate of a run. */
  release(nonce: string, gate: string): void {
    if (!this.#runs.has(nonce)) return;
    writeFileSync(join(this.path, gateFile(nonce, gate)), '');
  }

  /** Delivers the events that have been written since the last look. */
  collect(): void {
    for (const [nonce, run] of this.#runs) this.#read(nonce, run);
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
    for (const nonce of this.#runs.keys()) this.forget(nonce);
    rmSync(this.path, { recursive: true, force: true });
    this.#forget();
  }

  /** In one step, so that no process ever reads half of it. */
  #replace(name: string, text: string): void {
    const next = join(this.path, 'next.json');
    writeFileSync(next, text);
    renameSync(next, join(this.path, name));
  }

  #read(nonce: string, run: OpenRun): void {
    let text = '';
    for (let size = READ_SIZE; size === READ_SIZE; ) {
      size = readSync(run.file, this.#buffer, 0, READ_SIZE, null);
      text += run.decoder.decode(this.#buffer.subarray(0, size), { stream: true });
    }
    if (text === '') return;
    const lines = (run.rest + text).split('\n');
    run.rest = lines.pop() ?? '';
    for (const line of lines) this.#deliver(nonce, line);
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
