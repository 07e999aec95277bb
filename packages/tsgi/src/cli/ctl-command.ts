import { ControlClient } from '../control/control-client.ts';
import { findSocket } from '../control/find-socket.ts';
import { CONTROL_COMMANDS, unknownCommand } from '../control/protocol.ts';
import { formatResult } from '../control/show.ts';
import type { Resolved } from '../settings/resolved.ts';
import { CommandError, EXIT } from './command-error.ts';

/** Sends a command to a server that runs. Rejects with a CommandError where that cannot be done. */
export async function ctlCommand({ operands, flags, settings }: Resolved): Promise<number> {
  const command = operands.join(' ');
  if (command === '') {
    throw new CommandError(EXIT.usage, `ctl takes a command: ${CONTROL_COMMANDS.join(', ')}`);
  }
  if (!CONTROL_COMMANDS.includes(command)) {
    throw new CommandError(EXIT.usage, unknownCommand(command));
  }
  const client = await ControlClient.open(
    flags.socket ?? (await findSocket(settings, process.env)),
  );
  const answer = await client.ask(command);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else if (answer.ok) {
    process.stdout.write(formatResult(command, answer.result));
  }
  if (!answer.ok && flags.json !== true) {
    throw new CommandError(EXIT.failure, answer.error.message);
  }
  if (answer.ok && command.startsWith('shutdown')) {
    await client.gone();
  }
  client.close();
  return answer.ok ? EXIT.ok : EXIT.failure;
}
