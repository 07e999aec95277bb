import { COMMANDS } from '../settings/choose-command.ts';
import { type CompletedFlag, completedFlags, OPERANDS, TAKES_FILE } from './words.ts';

/** The completion of zsh. */
export function zshCompletion(): string {
  const commands = Object.entries(COMMANDS);
  const described = commands.map(([name, text]) => `    ${quote(`${name}:${text}`)}`);
  return `#compdef tsgi
# Completion of tsgi for zsh: tsgi completion zsh > "\${fpath[1]}/_tsgi"
_tsgi() {
  local -a subcommands=(
${described.join('\n')}
  )
  local command=serve word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if (( \${subcommands[(I)$word:*]} )); then
      command=$word
      break
    fi
  done
  local -a operand=('*:file:_files')
  if (( CURRENT == 2 )); then
    operand=('*:command:{ _describe command subcommands }')
  fi
  case $command in
${commands.map(([name]) => argumentsOf(name)).join('\n')}
  esac
}
if [ "$funcstack[1]" = _tsgi ]; then
  _tsgi "$@"
else
  compdef _tsgi tsgi
fi
`;
}

function argumentsOf(command: string): string {
  const own = completedFlags().filter((flag) => flag.commands.some((name) => name === command));
  const words = Object.entries(OPERANDS).find(([name]) => name === command)?.[1];
  const operand = words === undefined ? '"${operand[@]}"' : operandOf(command, words);
  const specs = own.flatMap(specsOf).map((spec) => `        ${quote(spec)} \\`);
  return `    ${command})
      _arguments -s -S : \\
${specs.join('\n')}
        ${operand} ;;`;
}

// The command itself is one of the words that zsh sees.
function operandOf(command: string, words: readonly string[]): string {
  const list = `(${words.join(' ')} ${command})`;
  return TAKES_FILE.includes(command)
    ? quote(`*:word or file:{ compadd ${words.join(' ')}; _files }`)
    : quote(`*:word:${list}`);
}

function specsOf(flag: CompletedFlag): readonly string[] {
  const text = flag.text.replaceAll(/[\]\\:]/g, String.raw`\$&`);
  const star = flag.repeats ? '*' : '';
  const value = flag.takesValue ? `:value:${actionOf(flag.offer)}` : '';
  const equals = flag.takesValue ? '=' : '';
  return [
    `${star}--${flag.long}${equals}[${text}]${value}`,
    ...(flag.short === undefined ? [] : [`${star}-${flag.short}[${text}]${value}`]),
  ];
}

function actionOf(offer: CompletedFlag['offer']): string {
  if (offer === undefined) {
    return ' ';
  }
  if (offer === 'file' || offer === 'directory') {
    return offer === 'file' ? '_files' : '_files -/';
  }
  return `(${offer.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
