import { join } from 'node:path';
import { findProgram, makeScratchFolder, Program } from '@tsgi/doors';

/** Why there can be no Redis here; undefined where there can. In CI its absence is a failure. */
export function whyNoRedis(): string | undefined {
  const isThere = findProgram('redis-server') !== undefined || process.env['CI'] !== undefined;
  return isThere ? undefined : 'redis-server is not installed';
}

/** A Redis of a test's own, on a Unix socket, which keeps nothing on disk. */
export class RedisServer {
  readonly folder: string;
  readonly socket: string;
  readonly #removeFolder: () => void;
  #program: Program | undefined;

  constructor() {
    const { path, remove } = makeScratchFolder();
    this.folder = path;
    this.socket = join(path, 'redis.sock');
    this.#removeFolder = remove;
  }

  /** As the example takes it. */
  get url(): string {
    return `unix:${this.socket}`;
  }

  /** Settles once it answers. */
  async start(): Promise<void> {
    const words = `--port 0 --unixsocket ${this.socket} --appendonly no`.split(' ');
    this.#program = await Program.start({
      name: 'redis-server',
      command: [findProgram('redis-server') ?? 'redis-server', ...words, '--save', ''],
      cwd: this.folder,
      listens: { path: this.socket },
    });
  }

  /** SIGSTOP: it keeps its connections and answers nobody; SIGCONT ends that. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#program?.signal(signal);
  }

  /** Ends it at once; what it held is lost. */
  async kill(): Promise<void> {
    this.#program?.kill();
    await this.#program?.ended;
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    await this.kill();
    this.#removeFolder();
  }
}
