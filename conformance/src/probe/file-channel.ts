import { buildEvent } from './event-record.ts';
import type { Backstage } from './hosted-application.ts';
import { ARMED_FILE, eventsFile, gateFile, runFile } from './probe-folder.ts';
import type { ArmedRun, ProbeChannel } from './probe-application.ts';

/** What the probe application needs of the file system; `node:fs` of any runtime has it. */
export interface FileAccess {
  readFileSync(path: string, encoding: 'utf8'): string;
  appendFileSync(path: string, text: string): void;
  existsSync(path: string): boolean;
}

/** Milliseconds between two looks at a gate. */
const GATE_INTERVAL = 1;

/** The probe application's end of a folder. */
export class FileChannel implements ProbeChannel {
  readonly #folder: string;
  readonly #files: FileAccess;
  /** The runs that have been seen, by the text of their files. */
  readonly #seen = new Map<string, ArmedRun>();

  constructor(folder: string, files: FileAccess) {
    this.#folder = folder;
    this.#files = files;
  }

  armed(nonce?: string): ArmedRun | undefined {
    const own = nonce === undefined ? undefined : this.#read(runFile(nonce));
    return own ?? this.#read(ARMED_FILE);
  }

  #read(name: string): ArmedRun | undefined {
    const path = `${this.#folder}/${name}`;
    if (!this.#files.existsSync(path)) return undefined;
    const text = this.#files.readFileSync(path, 'utf8');
    const seen = this.#seen.get(text);
    if (seen !== undefined) return seen;
    const run = JSON.parse(text) as ArmedRun;
    this.#seen.set(text, run);
    return run;
  }

  backstage({ nonce, budget }: ArmedRun): Backstage {
    const log = `${this.#folder}/${eventsFile(nonce)}`;
    const isOpen = (gate: string): boolean =>
      this.#files.existsSync(`${this.#folder}/${gateFile(nonce, gate)}`);
    return {
      report: (type, data) => {
        const event = data === undefined ? { type } : { type, data };
        this.#files.appendFileSync(log, `${buildEvent(event)}\n`);
      },
      hold: (gate) => {
        const word = new Int32Array(new SharedArrayBuffer(4));
        for (let waited = 0; waited < budget; waited += GATE_INTERVAL) {
          if (isOpen(gate)) return true;
          Atomics.wait(word, 0, 0, GATE_INTERVAL);
        }
        return false;
      },
      holdAsync: async (gate) => {
        while (!isOpen(gate)) {
          await new Promise<void>((resolve) => {
            setTimeout(resolve, GATE_INTERVAL);
          });
        }
      },
    };
  }
}
