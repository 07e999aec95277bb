import { COMMANDS } from '../settings/choose-command.ts';
import { type CompletedFlag, completedFlags, OPERANDS, TAKES_FILE } from './words.ts';

/** The completion of fish. */
export function fishCompletion(): string {
  const names = Object.keys(COMMANDS).join(' ');
  const commands = Object.entries(COMMANDS).map(([name, text]) => {
    return `complete -c tsgi -n "not __fish_seen_subcommand_from ${names}" -f -a ${name} -d ${quote(text)}`;
  });
  const operands = Object.entries(OPERANDS).map(([command, words]) => {
    return `complete -c tsgi -n "__fish_seen_subcommand_from ${command}" ${TAKES_FILE.includes(command) ? '' : '-f '}-a ${quote(words.join(' '))}`;
  });
  const flags = completedFlags().map((flag) => lineOf(flag, names));
  return `# Completion of tsgi for fish: tsgi completion fish > ~/.config/fish/completions/tsgi.fish
${[...commands, ...operands, ...flags].join('\n')}
`;
}

// Before there is a command, the flags are those of serve.
function lineOf(flag: CompletedFlag, names: string): string {
  const seen = `__fish_seen_subcommand_from ${flag.commands.join(' ')}`;
  const condition = flag.commands.includes('serve')
    ? `${seen}; or not __fish_seen_subcommand_from ${names}`
    : seen;
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
  const value = flag.takesValue ? valueOf(flag.offer) : '';
  return `complete -c tsgi -n "${condition}" -l ${flag.long}${short}${value} -d ${quote(flag.text)}`;
}

function valueOf(offer: CompletedFlag['offer']): string {
  if (offer === undefined) {
    return ' -x';
  }
  if (offer === 'file') {
    return ' -r -F';
  }
  return offer === 'directory'
    ? " -x -a '(__fish_complete_directories)'"
    : ` -x -a ${quote(offer.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
