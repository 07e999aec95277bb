import { connect, type Socket } from 'node:net';
import { Standstill } from '../../../server/test/standstill.ts';

/** A request that was not answered in full. */
export interface LostRequest {
  readonly reason: string;
  /** The process that had answered on the connection before; undefined for its first request. */
  readonly pid: number | undefined;
}

/**
 * What became of every request of a load; without those that were lost on a connection in use after
 * this process had stood still.
 */
export interface Tally {
  readonly sent: number;
  readonly answered: number;
  readonly lost: readonly LostRequest[];
  /** Answers by the process that gave them. */
  readonly byPid: ReadonlyMap<number, number>;
}

/** Sends requests to a server without a pause, and counts what becomes of each. */
export class Load {
  readonly #port: number;
  readonly #path: string;
  readonly #lost: LostRequest[] = [];
  readonly #byPid = new Map<number, number>();
  readonly #clients: Promise<void>[];
  readonly #standstill = new Standstill();
  readonly #waiting: { readonly count: number; readonly wake: () => void }[] = [];
  #sent = 0;
  #answered = 0;
  #stopped = false;

  /**
   * @param clients how many send at once; every fourth opens a connection for each request
   */
  constructor(url: string, { clients = 8, path = '/' } = {}) {
    this.#port = Number(new URL(url).port);
    this.#path = path;
    this.#clients = Array.from({ length: clients }, (_, index) => this.#run(index % 4 !== 3));
  }

  /** Resolves when so many more requests were answered. */
  answered(count: number): Promise<void> {
    return new Promise((wake) => {
      this.#waiting.push({ count: this.#answered + count, wake });
    });
  }

  /** Sends no more; resolves when all that was sent is settled. */
  async stop(): Promise<Tally> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#standstill.stop();
    return {
      sent: this.#sent,
      answered: this.#answered,
      lost: this.#lost,
      byPid: this.#byPid,
    };
  }

  async #run(keepAlive: boolean): Promise<void> {
    while (!this.#stopped) {
      await this.#useConnection(keepAlive);
    }
  }

  async #useConnection(keepAlive: boolean): Promise<void> {
    const exchange = new Exchange(this.#port);
    let pid: number | undefined;
    for (let open = true; open && !this.#stopped; ) {
      this.#sent += 1;
      try {
        const answer = await exchange.ask(this.#path, keepAlive);
        pid = Number(answer.body);
        open = !answer.closes;
        this.#count(pid);
      } catch (error) {
        if (pid !== undefined && this.#standstill.wasRecently()) {
          this.#sent -= 1;
        } else {
          this.#lost.push({ reason: (error as Error).message, pid });
        }
        open = false;
      }
    }
    exchange.close();
  }

  #count(pid: number): void {
    this.#answered += 1;
    this.#byPid.set(pid, (this.#byPid.get(pid) ?? 0) + 1);
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.count <= this.#answered) {
        waiting.wake();
      } else {
        this.#waiting.push(waiting);
      }
    }
  }
}

interface Answer {
  readonly body: string;
  readonly closes: boolean;
}

/** One connection, one request at a time. */
class Exchange {
  readonly #socket: Socket;
  #received = '';
  #failure: string | undefined;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure ??= error.code ?? error.message;
    });
    this.#socket.on('close', () => {
      this.#failure ??= `closed after ${JSON.stringify(this.#received)}`;
      this.#wake();
    });
  }

  async ask(path: string, keepAlive: boolean): Promise<Answer> {
    const close = keepAlive ? '' : 'Connection: close\r\n';
    this.#received = '';
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: load.test\r\n${close}\r\n`);
    for (;;) {
      const answer = parseAnswer(this.#received);
      if (answer !== undefined) {
        return answer;
      }
      if (this.#failure !== undefined) {
        throw new Error(this.#failure);
      }
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

function parseAnswer(text: string): Answer | undefined {
  const [head = '', body] = text.split('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (body === undefined || length === undefined || body.length < Number(length)) {
    return undefined;
  }
  if (!head.startsWith('HTTP/1.1 200 ')) {
    throw new Error(head.split('\r\n', 1)[0]);
  }
  return { body, closes: /\r\nconnection: close/i.test(head) };
}
