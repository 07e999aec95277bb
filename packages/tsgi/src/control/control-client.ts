import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CommandError, EXIT } from '../cli/command-error.ts';
import type { ControlAnswer } from './protocol.ts';

/** A connection to a control socket. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #path: string;
  #text = '';

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.#text += chunk;
    });
    // it is followed by the close
    socket.on('error', () => {});
  }

  /** Connects. Rejects with a CommandError that says what is wrong with the path. */
  static async open(path: string): Promise<ControlClient> {
    const socket = connect({ path });
    try {
      await once(socket, 'connect');
    } catch (error) {
      throw explainConnect(path, error);
    }
    return new ControlClient(socket, path);
  }

  /** Sends a command and gives its answer. Rejects with a CommandError where none comes. */
  async ask(command: string): Promise<ControlAnswer> {
    this.#socket.write(`${JSON.stringify({ command })}\n`);
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end !== -1) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return this.#parse(line);
      }
      if (this.#socket.destroyed || this.#socket.readableEnded) {
        throw new CommandError(EXIT.failure, `the server at ${this.#path} ended without an answer`);
      }
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    }
  }

  #parse(line: string): ControlAnswer {
    try {
      return JSON.parse(line) as ControlAnswer;
    } catch (error) {
      const message = `what answers at ${this.#path} is no server of tsgi: ${line.slice(0, 80)}`;
      throw new CommandError(EXIT.failure, message, { cause: error });
    }
  }

  /** Resolves when the server has closed the connection: when it is gone. */
  async gone(): Promise<void> {
    if (!this.#socket.destroyed) {
      await once(this.#socket, 'close');
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; is the server running?',
  ECONNREFUSED: 'nobody listens there any more; the server is gone',
  EACCES: 'permission denied; only the user of the server can use it',
  ENOTSOCK: 'that is no socket',
};

function explainConnect(path: string, error: unknown): CommandError {
  const { code = '', message } = error as { code?: string; message: string };
  return new CommandError(EXIT.failure, `cannot connect to ${path}: ${REASONS[code] ?? message}`, {
    cause: error,
  });
}
