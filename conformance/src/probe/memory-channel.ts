import type { AsyncApplication, Environ, StartResponse } from '@tsgi/types';
import type { PlainData } from '../check.ts';
import { buildEvent } from './event-record.ts';
import type { Backstage } from './hosted-application.ts';
import { createProbeApplication } from './probe-application.ts';
import type { ArmedRun, ProbeChannel } from './probe-application.ts';

/** `/tsgi-probe/VERB/NONCE/…`, at the end of a request-target. */
const CONTROL = /\/tsgi-probe\/(arm|log|release)\/([\da-f]{32})\/([^/?]+)(?:\/(\d+))?$/;

/**
 * A probe application that is mounted by hand: the kit arms it, reads its log and opens its gates by
 * requests. Nothing of it works across processes.
 */
export function createHttpProbe(): AsyncApplication {
  return createProbeApplication(new MemoryChannel());
}

interface Command {
  readonly verb: string;
  readonly nonce: string;
  readonly word: string;
  readonly number: string;
  readonly profile: 'sync' | 'async';
}

class MemoryChannel implements ProbeChannel {
  #run: ArmedRun | undefined;
  #events: string[] = [];
  #opened = new Set<string>();
  #waiting = new Map<string, () => void>();

  armed(): ArmedRun | undefined {
    return this.#run;
  }

  backstage(run: ArmedRun): Backstage {
    const report = (type: string, data?: PlainData): void => {
      if (run !== this.#run) return;
      this.#events.push(buildEvent(data === undefined ? { type } : { type, data }));
    };
    return {
      report,
      hold: (gate) => {
        // Whoever blocks the thread can never be told by a request to go on.
        report('unobservable', `the gate ${gate} blocks the thread, and requests cannot open it`);
        return true;
      },
      holdAsync: async (gate) => {
        if (run !== this.#run || this.#opened.has(gate)) return;
        await new Promise<void>((resolve) => {
          this.#waiting.set(gate, resolve);
        });
      },
    };
  }

  control(environ: Environ, startResponse: StartResponse): Uint8Array[] | undefined {
    const uri: unknown = environ.REQUEST_URI;
    const match = typeof uri === 'string' ? CONTROL.exec(uri) : null;
    if (match === null) return undefined;
    const [, verb = '', nonce = '', word = '', number = ''] = match;
    const profile = environ['tsgi.async'] ? 'async' : 'sync';
    const answer = this.#obey({ verb, nonce, word: decodeURIComponent(word), number, profile });
    startResponse(answer === undefined ? '409 Conflict' : '200 OK', [
      ['Content-Type', 'text/plain'],
      ['Cache-Control', 'no-store'],
      ['Tsgi-Nonce', nonce],
    ]);
    return [new TextEncoder().encode(answer ?? 'another run is armed\n')];
  }

  #obey({ verb, nonce, word, number, profile }: Command): string | undefined {
    if (verb === 'arm') {
      this.#arm({ check: word, nonce, budget: Number(number) });
      return `armed ${profile}\n`;
    }
    if (nonce !== this.#run?.nonce) return undefined;
    if (verb === 'release') {
      this.#opened.add(word);
      this.#waiting.get(word)?.();
      return 'released\n';
    }
    const lines = this.#events.slice(Number(word));
    return lines.map((line) => `${line}\n`).join('');
  }

  #arm(run: ArmedRun): void {
    for (const go of this.#waiting.values()) go();
    this.#run = run;
    this.#events = [];
    this.#opened = new Set();
    this.#waiting = new Map();
  }
}
