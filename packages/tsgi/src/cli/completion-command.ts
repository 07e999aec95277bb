import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Resolved } from '../settings/resolved.ts';
import { CommandError, EXIT } from './command-error.ts';

const SHELLS: ReadonlyMap<string, () => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `tsgi completion SHELL`: writes a script that the shell reads. */
export function completionCommand({ operands }: Resolved): Promise<number> {
  const script = SHELLS.get(operands[0] ?? '');
  if (script === undefined || operands.length > 1) {
    const got = operands.join(' ') || 'none';
    throw new CommandError(
      EXIT.usage,
      `completion takes one of ${[...SHELLS.keys()].join(', ')}; got ${got}`,
    );
  }
  process.stdout.write(script());
  return Promise.resolve(EXIT.ok);
}
