// @ts-check
// The blocks of a page that are run, as one script for bash: in the order of the page, in one shell. What
// is started with `&` at the end of a line, and the last command of a block marked `serve`, is waited for
// until it accepts connections, and ended when the page is done.

/** @typedef {import('../model/model.ts').Block} Block */
/** @typedef {import('../model/model.ts').Step} Step */

/** Ports that samples use; each page has others in their place, so that pages can run side by side. */
const PORTS = Object.freeze(['8000', '8001', '9000', '3000']);

const PRELUDE = `
set -u
ready() { # pid port log
  for _ in $(seq 300); do
    if ! kill -0 "$1" 2>/dev/null; then echo "the command ended before it listened:" >&2; cat "$3" >&2; exit 97; fi
    if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then return 0; fi
    sleep 0.05
  done
  echo "nothing listens on the port after 15 s:" >&2; cat "$3" >&2; exit 98
}
finish() {
  code=$?
  trap - EXIT
  for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
  wait
  exit $code
}
trap finish EXIT
`;

/**
 * The blocks of a page that are run, each with the output that follows it.
 * @param {readonly Block[]} blocks
 * @returns {readonly Step[]}
 */
export function stepsOf(blocks) {
  return blocks.flatMap((block, index) => {
    if (!isRun(block)) return [];
    const next = blocks[index + 1];
    return [{ block, output: next?.words.has('output') ? next.code : undefined }];
  });
}

/** @param {Block} block */
function isRun({ language, words }) {
  return language === 'sh' && words.has('run');
}

/**
 * Puts the ports of this run in the place of those that the samples show.
 * @param {string} text
 * @param {ReadonlyMap<string, number>} ports
 */
export function withPorts(text, ports) {
  return text.replaceAll(/\b\d{4}\b/g, (shown) => String(ports.get(shown) ?? shown));
}

/**
 * The ports that samples show, in use or not.
 * @param {readonly number[]} free as many as `portsNeeded`
 * @returns {ReadonlyMap<string, number>}
 */
export function assignPorts(free) {
  return new Map(PORTS.map((shown, index) => [shown, free[index] ?? 0]));
}

/** How many ports a page takes. */
export const portsNeeded = PORTS.length;

/**
 * @param {readonly Step[]} steps
 * @param {ReadonlyMap<string, number>} ports
 */
export function writeScript(steps, ports) {
  const parts = steps.map(({ block }, index) => {
    const lines = joinContinued(block.code.trimEnd().split('\n'));
    const commands = lines.map((line, at) => {
      const isServer = block.words.has('serve') && at === lines.length - 1;
      return isServer || line.endsWith(' &')
        ? background(line.replace(/ &$/, ''), { index, at, ports })
        : line;
    });
    const wanted = [...block.words].find((word) => /^exit=\d+$/.test(word))?.slice(5) ?? '0';
    return [
      'set -e',
      '{',
      ...(wanted === '0'
        ? commands
        : [commands.slice(0, -1), expectExit(commands.at(-1) ?? '', wanted)].flat()),
      `} >out-${index}.log 2>err-${index}.log`,
      `echo ${index} >>done.log`,
    ].join('\n');
  });
  return withPorts(`${PRELUDE}\n${parts.join('\n')}\n`, ports);
}

/**
 * @param {string} command
 * @param {string} code
 */
function expectExit(command, code) {
  return `code=0\n${command} || code=$?\nif [ "$code" != ${code} ]; then echo "exit $code, expected ${code}" >&2; exit 96; fi`;
}

/**
 * Starts a command and waits until it listens on the port it names, or on the default one.
 * @param {string} command
 * @param {{ index: number, at: number, ports: ReadonlyMap<string, number> }} place
 */
function background(command, { index, at, ports }) {
  const log = `server-${index}-${at}.log`;
  const port = PORTS.find((shown) => new RegExp(`\\b${shown}\\b`).test(command)) ?? PORTS[0] ?? '';
  return `${command} >${log} 2>&1 &\nready $! ${ports.get(port)} ${log}`;
}

/**
 * Lines that end in a backslash go on in the next one.
 * @param {readonly string[]} lines
 */
function joinContinued(lines) {
  /** @type {string[]} */
  const joined = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last?.endsWith('\\') === true)
      joined[joined.length - 1] = `${last.slice(0, -1)}${line.trimStart()}`;
    else joined.push(line);
  }
  return joined;
}
