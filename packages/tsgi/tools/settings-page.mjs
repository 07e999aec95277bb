// @ts-check
// The reference page of the settings, made from their table.

import { COMMANDS } from '../dist/settings/choose-command.js';
import { defaultOf, valueNameOf } from '../dist/settings/describe-row.js';
import { FLAG_ROWS } from '../dist/settings/flags-table.js';
import { GROUPS } from '../dist/settings/groups.js';
import { flagOf, variableOf } from '../dist/settings/names.js';
import { SETTING_ROWS } from '../dist/settings/table.js';

/** @typedef {import('../dist/settings/row.js').SettingRow} SettingRow */
/** @typedef {import('../dist/settings/row.js').FlagRow} FlagRow */

const INTRODUCTION = `---
title: Settings
description: Every setting of the command tsgi, as a flag, an environment variable and a key of the configuration file.
order: 10
---

# Settings

<!-- Written by packages/tsgi/tools/generate.mjs from packages/tsgi/src/settings; do not edit. -->

Every setting of the command \`tsgi\` is a flag, an environment variable and a key of the configuration
file, with the same effect. Where several give it, the command line counts before the environment,
that before the configuration file, and that before the default. \`tsgi config\` prints every value and
where it comes from, \`tsgi config --explain NAME\` all about one.

## Values

- A **duration** is written \`30s\`, \`1m30s\`, \`500ms\`, \`2h\` or \`1d\`; a number alone is seconds. It is at
  most 2147483647 milliseconds, some 24 days.
- A **size** is written \`64kib\`, \`8mb\` or \`1g\`; k, kb and kib are 1024 octets alike, and so on. A number
  alone is octets.
- A **switch** is on as \`--lint\` and off as \`--no-lint\`; a variable holds true, yes, on or 1, or false,
  no, off or 0; the configuration file has true or false.
- A **list** is a flag that is repeated, or values between commas in a flag or a variable, or an array
  in the configuration file. A list that counts takes the place of those that count less. Commas
  within braces, as in the glob \`*.{ts,js}\`, divide nothing.
- An **address** is \`HOST:PORT\`; \`:PORT\`, which is a port of 127.0.0.1; \`[::1]:PORT\`;
  \`unix:/PATH\` with \`?mode=0660\` after it for the mode of the file; \`fd://N\` for a socket that this
  process inherited; \`systemd\` for all that a systemd socket unit passes.

## Environment

An empty variable counts as none. Beside the \`TSGI_\` variables, those that platforms and terminals
set are heeded, where the \`TSGI_\` one is not set:

- \`PORT\` makes the command listen on 0.0.0.0 at that port, \`HOST\` on that host; both together on both.
- \`WEB_CONCURRENCY\` is the number of workers, \`FORWARDED_ALLOW_IPS\` the list of trusted proxies.
- \`FORCE_COLOR\` colours the output, unless it is 0 or false; \`NO_COLOR\` does not, unless \`FORCE_COLOR\` is
  set as well.

A \`TSGI_\` variable that no setting has is told in a warning.

## Configuration file

The first of \`tsgi.config.js\`, \`.mjs\`, \`.ts\`, \`.mts\` and \`.json\` in the working directory is read,
or what \`--config\` names; \`--config none\` reads none. Names of files in it start at the working
directory, as those on the command line do, or at \`chdir\` where that is given.

\`\`\`js
import { defineConfig } from 'tsgi/config';

export default defineConfig({
  app: './src/app.js',
  bind: ['unix:/run/app/app.sock?mode=0660', '127.0.0.1:8000'],
  workers: 'auto',
  maxBodySize: '8mb',
});
\`\`\`

In JSON, \`"$schema": "./node_modules/tsgi/schema.json"\` lets editors complete and check it. A file in
TypeScript needs a runtime that runs TypeScript: Node.js 22.18 or later, Bun, Deno, or Node.js with
\`NODE_OPTIONS=--import=tsx\`. A file that is broken ends the command with exit code 78 and a line that
names the file, the key, the rule and the value.

## Reload

SIGHUP and \`tsgi ctl reload\` start new workers, which read everything anew. A setting that is marked
**restart** keeps its value until the command is started again.
`;

/**
 * The page, in Markdown.
 * @returns {string}
 */
export function settingsPage() {
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const rows = SETTING_ROWS.filter(([, row]) => row.group === group);
    return [
      `## ${title}`,
      '',
      table(
        ['Key, flag, variable', 'Value', 'Meaning'],
        rows.map(([name, row]) => settingCells(name, row)),
      ),
    ].join('\n');
  });
  const commands = [
    '## Flags of single commands',
    '',
    table(
      ['Flag', 'Value', 'Commands', 'Meaning'],
      FLAG_ROWS.map(([name, row]) => [
        flagCell(name, row),
        valueCell(row),
        row.commands.length === Object.keys(COMMANDS).length ? 'all' : row.commands.join(', '),
        sentence(row.text),
      ]),
    ),
  ].join('\n');
  return [INTRODUCTION, ...groups, commands].join('\n\n').replaceAll(/\n{3,}/g, '\n\n') + '\n';
}

/**
 * @param {string} name
 * @param {SettingRow} row
 * @returns {readonly string[]}
 */
function settingCells(name, row) {
  const variables = [variableOf(name), ...(row.variables ?? [])];
  const initial = defaultOf(row);
  const only = row.commands.includes('serve') ? '' : ` Only for ${row.commands.join(', ')}.`;
  const names = [
    ...(row.notInFile === true ? [] : [`\`${name}\``]),
    flagCell(name, row),
    ...variables.map((variable) => `\`${variable}\``),
  ];
  return [
    `<a id="setting-${flagOf(name)}"></a>${names.join('<br>')}`,
    `${valueCell(row)}${initial === undefined ? '' : `<br>default: ${cell(initial)}`}`,
    `${sentence(row.text)}${only}${row.reloadable ? '' : ' **restart**'} Since ${row.since}.`,
  ];
}

/**
 * @param {string} name
 * @param {FlagRow} row
 * @returns {string}
 */
function flagCell(name, row) {
  const flags = [`--${flagOf(name)}`, ...(row.short === undefined ? [] : [`-${row.short}`])];
  return flags.map((flag) => `\`${flag}\``).join(', ');
}

/**
 * @param {FlagRow} row
 * @returns {string}
 */
function valueCell(row) {
  const value = cell(row.kind === 'boolean' ? 'switch' : valueNameOf(row));
  return row.list === true ? `list of ${value}` : value;
}

/**
 * @param {string} text
 * @returns {string}
 */
function sentence(text) {
  return `${cell(text.charAt(0).toUpperCase() + text.slice(1))}.`;
}

/**
 * @param {string} text
 * @returns {string}
 */
function cell(text) {
  return text.replaceAll(/[|*<>$]/g, String.raw`\$&`);
}

/**
 * @param {readonly string[]} head
 * @param {ReadonlyArray<readonly string[]>} rows
 * @returns {string}
 */
function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
