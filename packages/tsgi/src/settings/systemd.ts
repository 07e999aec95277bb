import { CommandError, EXIT } from '../cli/command-error.ts';

const FIRST_DESCRIPTOR = 3;

/**
 * The descriptors that systemd passed, by sd_listen_fds(3): LISTEN_FDS of them from 3 on, where
 * LISTEN_PID is absent or `pid`. Throws a CommandError with exit code 2 where there are none.
 */
export function systemdDescriptors(
  env: Readonly<Record<string, string | undefined>>,
  pid: number = process.pid,
): readonly number[] {
  const count = env['LISTEN_FDS'] ?? '';
  const owner = env['LISTEN_PID'];
  if (!/^[1-9][0-9]{0,3}$/.test(count)) {
    throw refuse(`LISTEN_FDS is ${count === '' ? 'not set' : JSON.stringify(count)}`);
  }
  if (owner !== undefined && owner !== String(pid)) {
    throw refuse(`LISTEN_PID is ${owner}, this process is ${pid}`);
  }
  return Array.from({ length: Number(count) }, (_, index) => FIRST_DESCRIPTOR + index);
}

function refuse(reason: string): CommandError {
  return new CommandError(
    EXIT.usage,
    `--bind systemd takes the sockets of a systemd socket unit, and there are none: ${reason}`,
  );
}
