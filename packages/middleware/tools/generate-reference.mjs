#!/usr/bin/env node
// Writes docs/reference/middleware from the doc comments in src/ and the pages in reference/; with
// --check it says what is stale and fails.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PACKAGE = resolve(import.meta.dirname, '..');
const TARGET = resolve(PACKAGE, '../../docs/reference/middleware');
const MADE = '<!-- Made by packages/middleware/tools/generate-reference.mjs: do not edit. -->';

const { exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
const names = Object.keys(exports)
  .map((path) => path.slice(2))
  .filter((name) => name !== 'package.json');

// A doc comment and what it stands before, up to the brace or semicolon that ends the declaration.
const DECLARATION =
  /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\nexport (function|class|interface|const) (\w+)([^{;]*(?:\{[^{}]*\}[^{;]*)*?(?=[{;]))/g;
const MEMBER = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*readonly (\w+)\??: ([^;]+);/g;

const prose = (comment) =>
  comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join(' ')
    .replaceAll(/@\w+.*$/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

function declarationsOf(source) {
  return [...source.matchAll(DECLARATION)].map(([, comment, kind, name]) => ({
    text: prose(comment),
    kind,
    name,
  }));
}

function optionsOf(source, name) {
  const start = source.indexOf(`export interface ${name}`);
  const body = source.slice(start, source.indexOf('\n}\n', start));
  return [...body.matchAll(MEMBER)].map(([, comment, option, type]) => {
    const text = prose(comment);
    const [, told = text, value] = /^(.*?)\s*Default:? (.+?)\.?$/.exec(text) ?? [];
    return { option, type: type.replaceAll(/\s+/g, ' ').trim(), text: told, value };
  });
}

const cell = (text) => text.replaceAll('|', String.raw`\|`);

function optionTable(source, declarations) {
  const rows = declarations
    .filter(({ kind, name }) => kind === 'interface' && name.endsWith('Options'))
    .flatMap(({ name }) => optionsOf(source, name));
  if (rows.length === 0) {
    return [];
  }
  return [
    '## Options',
    '',
    '| option | type | what it is | default |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ option, type, text, value }) =>
        `| \`${option}\` | \`${cell(type)}\` | ${cell(text)} | ${cell(value ?? '')} |`,
    ),
    '',
  ];
}

function page(name) {
  const source = readFileSync(join(PACKAGE, 'src', `${name}.ts`), 'utf8');
  const declarations = declarationsOf(source);
  const functions = declarations.filter(({ kind }) => kind === 'function' || kind === 'class');
  const [main, ...others] = functions;
  if (main === undefined) {
    throw new Error(`${name}: no function with a doc comment`);
  }
  const written = readFileSync(join(PACKAGE, 'reference', `${name}.md`), 'utf8').trim();
  const lines = [
    '---',
    `title: ${main.name}`,
    `description: ${JSON.stringify(firstSentence(main.text))}`,
    '---',
    '',
    MADE,
    '',
    `# ${main.name}`,
    '',
    `\`import { ${main.name} } from '@tsgi/middleware/${name}'\``,
    '',
    main.text,
    '',
    ...others.flatMap((other) => [`\`${other.name}\`: ${other.text}`, '']),
    ...optionTable(source, declarations),
    '## Use',
    '',
    written.replace('```ts run', '```ts'),
    '',
  ];
  return { title: main.name, summary: firstSentence(main.text), text: lines.join('\n') };
}

function firstSentence(text) {
  return /^.*?[^.0-9]\.(?= |$)/.exec(text)?.[0] ?? text;
}

function index(pages) {
  const rows = [...pages].map(
    ([name, { title, summary }]) => `| [\`${title}\`](${name}.md) | ${cell(summary)} |`,
  );
  return [
    '---',
    'title: Middleware',
    'description: "Every middleware of @tsgi/middleware."',
    'order: 0',
    '---',
    '',
    MADE,
    '',
    '# Middleware',
    '',
    'Each has an entry of its own, `@tsgi/middleware/NAME`. See [the order among them](order.md).',
    '',
    '| name | what it does |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const pages = new Map(names.map((name) => [name, page(name)]));
const files = new Map([...pages].map(([name, { text }]) => [`${name}.md`, text]));
files.set('index.md', index(pages));

const kept = new Set(['order.md']);
const present = existsSync(TARGET) ? readdirSync(TARGET).filter((file) => !kept.has(file)) : [];
const stale = [
  ...present.filter((file) => !files.has(file)),
  ...[...files]
    .filter(
      ([file, text]) =>
        !present.includes(file) || readFileSync(join(TARGET, file), 'utf8') !== text,
    )
    .map(([file]) => file),
];

if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    process.stderr.write(`docs/reference/middleware is stale: ${stale.join(', ')}\n`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(TARGET, { recursive: true });
  for (const file of present.filter((name) => !files.has(name))) {
    rmSync(join(TARGET, file));
  }
  for (const [file, text] of files) {
    writeFileSync(join(TARGET, file), text);
  }
}
