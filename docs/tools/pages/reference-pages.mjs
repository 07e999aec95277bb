// @ts-check
// Reference pages made from the tables that the code itself uses: commands, exit codes, error codes.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { commandHelp, overview } from '../../../packages/tsgi/dist/cli/help-command.js';
import { COMMANDS } from '../../../packages/tsgi/dist/settings/choose-command.js';
import { ROOT } from '../paths.mjs';
import { anchorOf, escapeHtml, frontMatter } from '../site/html.mjs';

/** @typedef {import('../model/model.ts').Page} Page */
/** @typedef {{ blame?: string, status?: number, text: string }} ErrorRecord */

/** @returns {Promise<readonly Page[]>} */
export async function referencePages() {
  return [commandPage(), kitPage(), exitCodePage(), await errorPage()];
}

/** @returns {Page} */
function commandPage() {
  const head = frontMatter({
    title: 'The command tsgi',
    description: 'Every command of tsgi with its options, as the command itself tells them.',
    order: 11,
    editLink: false,
  });
  const names = /** @type {(keyof typeof COMMANDS)[]} */ (Object.keys(COMMANDS));
  const rows = names.map((name) => `| [\`tsgi ${name}\`](#tsgi-${name}) | ${COMMANDS[name]} |`);
  const sections = names.map(
    (name) => `## tsgi ${name}\n\n\`\`\`text\n${commandHelp(name).trimEnd()}\n\`\`\``,
  );
  return {
    path: 'reference/cli.md',
    text: `${head}
# The command tsgi

| command | what it does |
| --- | --- |
${rows.join('\n')}

Each option that is a setting has an environment variable and a key of the configuration file as well:
see [settings](/reference/settings). What the exit codes mean is on [a page of its own](/reference/exit-codes).

${sections.join('\n\n')}
`,
  };
}

/** What the kit's command prints for `--help`. */
function kitHelp() {
  const bin = join(ROOT, 'conformance/bin/tsgi-conformance.mjs');
  const { status, stdout } = spawnSync(process.execPath, [bin, '--help'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('tsgi-conformance --help failed');
  return stdout;
}

/** @returns {Page} */
function kitPage() {
  const head = frontMatter({
    title: 'The command tsgi-conformance',
    description: 'Every command and flag of the conformance kit, as the command itself tells them.',
    order: 12,
    editLink: false,
  });
  return {
    path: 'reference/cli-conformance.md',
    text: `${head}
# The command tsgi-conformance

\`\`\`text
${kitHelp().trimEnd()}
\`\`\`
`,
  };
}

/** @returns {Page} */
function exitCodePage() {
  const rows = [...overview().matchAll(/^ +(\d+) {2}(.+)$/gm)].map(
    ([, code = '', text = '']) => `| ${code} | ${text} |`,
  );
  const kit = /^Exit codes: (.+)$/m.exec(kitHelp())?.[1] ?? '';
  const kitRows = [...kit.matchAll(/(\d+) ([^,]+)/g)].map(
    ([, code, text]) => `| ${code} | ${text} |`,
  );
  if (rows.length === 0 || kitRows.length === 0) throw new Error('the exit codes are told no more');
  const head = frontMatter({
    title: 'Exit codes',
    description: 'What the exit codes of tsgi and of tsgi-conformance mean.',
    order: 14,
    editLink: false,
  });
  return {
    path: 'reference/exit-codes.md',
    text: `${head}
# Exit codes

## tsgi

| code | meaning |
| ---: | --- |
${rows.join('\n')}

## tsgi-conformance

| code | meaning |
| ---: | --- |
${kitRows.join('\n')}
`,
  };
}

/** @returns {Promise<Page>} */
async function errorPage() {
  const tables = (await Promise.all(listErrorModules().map(readErrors))).flat();
  if (tables.length === 0) throw new Error('no package has a table of errors');
  const sections = tables.map(
    ({ name, records }) => `## ${name}

<div class="table-frame" tabindex="0" role="region" aria-label="Errors of ${name}">
<table><thead><tr><th scope="col">code</th><th scope="col">the rule that is broken</th><th scope="col">by whom</th><th scope="col">status</th></tr></thead><tbody>
${records.map(errorRow).join('\n')}
</tbody></table></div>`,
  );
  const head = frontMatter({
    title: 'Error codes',
    description:
      'Every code that an error of these packages can carry, who is to blame, and the status it is answered with.',
    order: 13,
    editLink: false,
  });
  return {
    path: 'reference/errors.md',
    text: `${head}
# Error codes

An error of these packages has a \`code\`. Its message says the rule that was broken and what was got. The
status is what a server answers with, where nothing has been sent yet. Errors of \`@tsgi/lint\` have the
code \`ERR_TSGI_LINT\` and in \`rule\` the id of [the rule](/rules/) that was broken.

${sections.join('\n\n')}
`,
  };
}

/** The compiled modules that hold a table of errors, with the specifier they belong to. */
function listErrorModules() {
  return readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
    const { name, private: isPrivate } = JSON.parse(
      readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'),
    );
    if (isPrivate === true) return [];
    const dist = join(ROOT, 'packages', folder, 'dist');
    return readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /(?:^|\/)errors\.js$/.test(file))
      .toSorted()
      .map((file) => ({
        name: file === 'errors.js' ? name : `${name}/${file.replace('/errors.js', '')}`,
        file: join(dist, file),
      }));
  });
}

/** @param {{ name: string, file: string }} module */
async function readErrors({ name, file }) {
  /** @type {Record<string, unknown>} */
  const exported = await import(pathToFileURL(file).href);
  return Object.entries(exported)
    .filter(([key]) => /(?:^|_)ERRORS$/.test(key))
    .map(([, table]) => ({
      name,
      records: Object.entries(/** @type {Record<string, ErrorRecord>} */ (table)),
    }));
}

/** @param {readonly [code: string, record: ErrorRecord]} entry */
function errorRow([code, { text, blame = '', status }]) {
  return `<tr id="${anchorOf(code)}"><th scope="row"><code>${code}</code></th><td>${escapeHtml(text)}</td><td>${blame}</td><td>${status ?? ''}</td></tr>`;
}
