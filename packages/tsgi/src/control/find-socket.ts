import { readPid } from '../arbiter/pid-file.ts';
import { CommandError, EXIT } from '../cli/command-error.ts';
import type { Settings } from '../settings/table.ts';
import { ControlClient } from './control-client.ts';
import type { ServiceStats } from './protocol.ts';
import { defaultSocketPath, listSockets, socketDirectory } from './socket-path.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A server that runs. */
interface Running {
  readonly path: string;
  readonly stats: ServiceStats;
}

/**
 * The control socket that is meant where none was named: that of the settings, of the process in
 * their pid file, of the only server of this user, or of the only one that was started in this
 * directory. Rejects with a CommandError where there is none, or where there are several.
 */
export async function findSocket(
  { controlSocket, pidFile }: Pick<Settings, 'controlSocket' | 'pidFile'>,
  env: Variables,
): Promise<string> {
  if (controlSocket === 'off') {
    throw new CommandError(EXIT.usage, 'the settings say that there is no control socket');
  }
  if (controlSocket !== undefined) {
    return controlSocket;
  }
  const pid = pidFile === undefined ? undefined : readPid(pidFile);
  return pid === undefined ? chooseRunning(env) : defaultSocketPath(pid, env);
}

async function chooseRunning(env: Variables): Promise<string> {
  const running = (await Promise.all(listSockets(env).map(look))).filter(
    (server) => server !== undefined,
  );
  const here = running.filter(({ stats }) => stats.cwd === process.cwd());
  const [only, another] = here.length > 0 ? here : running;
  if (only === undefined) {
    throw new CommandError(
      EXIT.failure,
      `no server of this user runs: none answers in ${socketDirectory(env)}; name its socket with --socket`,
    );
  }
  if (another !== undefined) {
    const list = (here.length > 0 ? here : running).map(describe).join(', ');
    throw new CommandError(EXIT.usage, `several servers run; choose with --socket: ${list}`);
  }
  return only.path;
}

function describe({ path, stats }: Running): string {
  return `${path} (${stats.app} on ${stats.listeners.join(' ')})`;
}

// A socket that nobody answers on belongs to a server that was killed.
async function look(path: string): Promise<Running | undefined> {
  try {
    const client = await ControlClient.open(path);
    const answer = await client.ask('show stats');
    client.close();
    return answer.ok ? { path, stats: answer.result as ServiceStats } : undefined;
  } catch {
    return undefined;
  }
}
