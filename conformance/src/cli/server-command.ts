import { serverSuite } from '../suites/server/suite.ts';
import type { Output } from './command-error.ts';
import { parseFlags } from './flags.ts';
import { judgeServer, TARGET_FLAGS } from './judge-server.ts';
import { smokeModuleCommand } from './module-command.ts';

/** `server ADAPTER.mjs`: judges a server. Returns the exit code. */
export async function serverCommand(args: readonly string[], output: Output): Promise<number> {
  const flags = parseFlags(args, [
    ...(['reporter', 'run', 'skip', 'profile', 'level', 'expect'] as const),
    ...(['seed', 'shuffle', 'repeat', 'jobs', 'budget', 'trace'] as const),
    ...TARGET_FLAGS,
  ]);
  const { report } = await judgeServer(flags, { suite: serverSuite, output });
  return report.summary.exitCode;
}

/** `smoke ADAPTER.mjs`: tells whether the adapter works, before any verdict on the server. */
export async function smokeCommand(args: readonly string[], output: Output): Promise<number> {
  const [kind, ...rest] = args;
  if (kind === 'app') return smokeModuleCommand('application', rest, output);
  if (kind === 'middleware') return smokeModuleCommand('middleware', rest, output);
  const flags = parseFlags(args, ['reporter', 'budget', 'trace', 'expect', ...TARGET_FLAGS]);
  const first = serverSuite.filter(({ id }) => id.startsWith('BOOT-') || id.startsWith('ADP-'));
  const { report } = await judgeServer(flags, { suite: first, output });
  return report.summary.exitCode;
}
