import { COMMANDS } from '../settings/choose-command.ts';
import { type CompletedFlag, completedFlags, OPERANDS, TAKES_FILE } from './words.ts';

/** The completion of bash, for versions from 3.2 on. */
export function bashCompletion(): string {
  const flags = completedFlags();
  const commands = Object.keys(COMMANDS);
  return `# Completion of tsgi for bash: source <(tsgi completion bash)
_tsgi() {
  local IFS=$'\\n' current previous command='' word index
  current=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash takes --flag=value for three words
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      ${commands.join('|')}) command=$word; break ;;
    esac
  done
  case $previous in
${valueCases(flags)}
  esac
  if [[ $current == -* ]]; then
    case $command in
${flagCases(flags, commands)}
    esac
    return
  fi
  case $command in
${operandCases()}
    '') COMPREPLY=($(compgen -W '${commands.join('\n')}' -- "$current")); return ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
  compopt -o filenames 2>/dev/null
}
complete -F _tsgi tsgi
`;
}

function valueCases(flags: readonly CompletedFlag[]): string {
  return flags
    .filter(({ takesValue }) => takesValue)
    .map(({ long, short, offer }) => {
      const pattern = [`--${long}`, ...(short === undefined ? [] : [`-${short}`])].join(' | ');
      return `    ${pattern}) ${offered(offer)}return ;;`;
    })
    .join('\n');
}

function offered(offer: CompletedFlag['offer']): string {
  if (offer === undefined) {
    return '';
  }
  if (offer === 'file' || offer === 'directory') {
    const action = offer === 'file' ? '-f' : '-d';
    return `COMPREPLY=($(compgen ${action} -- "$current")); compopt -o filenames 2>/dev/null; `;
  }
  return `COMPREPLY=($(compgen -W '${offer.join('\n')}' -- "$current")); `;
}

// Before there is a command, the flags are those of serve.
function flagCases(flags: readonly CompletedFlag[], commands: readonly string[]): string {
  return commands
    .map((command) => {
      const own = flags.filter((flag) => flag.commands.some((name) => name === command));
      const words = own.map(({ long }) => `--${long}`).join('\n');
      const pattern = command === 'serve' ? "serve | ''" : command;
      return `      ${pattern}) COMPREPLY=($(compgen -W '${words}' -- "$current")) ;;`;
    })
    .join('\n');
}

function operandCases(): string {
  return Object.entries(OPERANDS)
    .map(([command, words]) => {
      const offer = `compgen -W '${words.join('\n')}' -- "$current"`;
      return TAKES_FILE.includes(command)
        ? `    ${command}) COMPREPLY=($(${offer}) $(compgen -f -- "$current")) ;;`
        : `    ${command}) COMPREPLY=($(${offer})); return ;;`;
    })
    .join('\n');
}
