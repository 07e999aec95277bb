import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '@tsgi/server';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { RUN } from '../../src/cli/commands.ts';
import { commandHelp, overview } from '../../src/cli/help-command.ts';
import { bashCompletion } from '../../src/completion/bash.ts';
import { fishCompletion } from '../../src/completion/fish.ts';
import { zshCompletion } from '../../src/completion/zsh.ts';
import { type CompletedFlag, completedFlags } from '../../src/completion/words.ts';
import { COMMANDS } from '../../src/settings/choose-command.ts';
import { FLAG_ROWS } from '../../src/settings/flags-table.ts';
import { kindOf } from '../../src/settings/kinds/table.ts';
import { flagOf, variableOf } from '../../src/settings/names.ts';
import { resolveSettings } from '../../src/settings/resolve.ts';
import type { KindName, SettingRow } from '../../src/settings/row.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { serveOptions } from '../../src/settings/serve-options.ts';
import { SETTING_ROWS, SETTINGS, type SettingName } from '../../src/settings/table.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsgi-settings-'));
const CONFIG = join(directory, 'tsgi.config.json');

beforeEach(() => {
  rmSync(CONFIG, { force: true });
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A value of each kind that is no default: as a text, as a file may hold it, and as it is read. */
const SAMPLES: Readonly<Record<Exclude<KindName, 'choice'>, readonly [string, unknown, unknown]>> =
  {
    text: ['some.js', 'some.js', 'some.js'],
    file: ['some.pem', 'some.pem', 'some.pem'],
    directory: ['some', 'some', 'some'],
    glob: ['*.{ts,js}', '*.{ts,js}', '*.{ts,js}'],
    boolean: ['true', true, true],
    count: ['17', 17, 17],
    workers: ['auto', 'auto', 'auto'],
    duration: ['1m7s', 67, 67_000],
    size: ['7kib', 7168, 7168],
    address: ['[::1]:9100', '[::1]:9100', { host: '::1', port: 9100 }],
    network: ['10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/8'],
    path: ['/healthz', '/healthz', '/healthz'],
    mount: ['/mount', '/mount', '/mount'],
  };

interface Sample {
  readonly text: string;
  readonly inFile: unknown;
  readonly value: unknown;
}

function sampleOf(row: SettingRow): Sample {
  const last = row.choices?.at(-1) ?? '';
  const [text, inFile, value] = row.kind === 'choice' ? [last, last, last] : SAMPLES[row.kind];
  return { text, inFile, value: row.list === true ? [value] : value };
}

/** What else has to be set for a setting to make sense. */
const COMPANIONS: Readonly<Partial<Record<SettingName, readonly string[]>>> = {
  keyfile: ['--certfile', 'c.pem'],
  clientCa: ['--certfile', 'c.pem'],
  http2: ['--certfile', 'c.pem'],
  maxRequestsJitter: ['--max-requests', '100'],
  pathSource: ['--protocol', 'scgi'],
};

function resolveWith(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return resolveSettings(['config', ...argv], env, directory);
}

const named = SETTING_ROWS.map(([name, row]) => [name, row] as const);
const inFiles = named.filter(([name]) => name !== 'config');

describe('SETTINGS', () => {
  test.each(named)('%s is set by a flag', async (name, row) => {
    const { text, value } = name === 'config' ? { text: 'none', value: 'none' } : sampleOf(row);
    const flag = `--${flagOf(name)}`;
    const argv = row.kind === 'boolean' ? [flag] : [flag, text];
    const resolved = await resolveWith([...argv, ...(COMPANIONS[name] ?? [])]);
    expect(resolved.settings[name]).toEqual(value);
    expect(resolved.origins[name]).toEqual({ source: 'flag', flag });
  });

  test.each(named)('%s is set by the environment', async (name, row) => {
    const { text, value } = name === 'config' ? { text: 'none', value: 'none' } : sampleOf(row);
    const variable = variableOf(name);
    const resolved = await resolveWith(COMPANIONS[name] ?? [], { [variable]: text });
    expect(resolved.settings[name]).toEqual(value);
    expect(resolved.origins[name]).toEqual({ source: 'environment', variable });
    expect(resolved.warnings).toEqual([]);
  });

  test.each(inFiles)('%s is set by the configuration file', async (name, row) => {
    const { inFile, value } = sampleOf(row);
    writeFileSync(CONFIG, JSON.stringify({ [name]: inFile }));
    const resolved = await resolveWith(COMPANIONS[name] ?? []);
    expect(resolved.settings[name]).toEqual(value);
    expect(resolved.origins[name]).toEqual({
      source: 'file',
      file: 'tsgi.config.json',
      key: name,
    });
  });

  test.each(inFiles)('%s may be written in the file as it is in a flag', async (name, row) => {
    const { text, value } = sampleOf(row);
    writeFileSync(CONFIG, JSON.stringify({ [name]: row.kind === 'boolean' ? true : text }));
    const resolved = await resolveWith(COMPANIONS[name] ?? []);
    expect(resolved.settings[name]).toEqual(value);
  });

  test.each(inFiles)('%s has a wrong value refused wherever it is', async (name, row) => {
    const wrong = row.kind === 'boolean' ? 'maybe' : '\0';
    const flag = `--${flagOf(name)}`;
    const { takes } = kindOf(row);
    await expect(resolveWith([`${flag}=${wrong}`])).rejects.toMatchObject({
      exitCode: 2,
      message: `${flag} takes ${takes}; got ${JSON.stringify(wrong)}`,
    });
    const variable = variableOf(name);
    await expect(resolveWith([], { [variable]: wrong })).rejects.toMatchObject({
      exitCode: 2,
      message: `${variable} takes ${takes}; got ${JSON.stringify(wrong)}`,
    });
    writeFileSync(CONFIG, JSON.stringify({ [name]: wrong }));
    await expect(resolveWith([])).rejects.toMatchObject({
      exitCode: 78,
      message: `${name} in tsgi.config.json takes ${takes}; got ${JSON.stringify(wrong)}`,
    });
  });

  test.each(named)('%s is in help, completion, schema and reference', (name, row) => {
    const flag = `--${flagOf(name)}`;
    const help = commandHelp('config');
    expect(help).toMatch(new RegExp(`^ .*--(?:\\[no-\\])?${flagOf(name)}\\b`, 'm'));
    expect(help.replaceAll(/\s+/g, ' ')).toContain(row.text);
    expect(bashCompletion()).toMatch(new RegExp(`[ \\n']${flag}['\\n]`));
    expect(zshCompletion()).toContain(flag);
    expect(fishCompletion()).toContain(` -l ${flagOf(name)} `);
    expect(Object.hasOwn(PROPERTIES, name)).toBe(row.notInFile !== true);
    const line =
      PAGE.split('\n').find(
        (candidate) => candidate.startsWith('|') && candidate.includes(`\`${flag}\``),
      ) ?? '';
    expect(line).toContain(`\`${variableOf(name)}\``);
    expect(line.includes(`</a>\`${name}\`<br>`)).toBe(row.notInFile !== true);
    expect(line).toContain(`Since ${row.since}.`);
    expect(line.includes('**restart**')).toBe(!row.reloadable);
    for (const variable of row.variables ?? []) {
      expect(line).toContain(`\`${variable}\``);
    }
  });

  test('share no flag, no letter and no variable', () => {
    const rows = [...SETTING_ROWS, ...FLAG_ROWS];
    const letters = rows.flatMap(([, { short }]) => short ?? []);
    const variables = SETTING_ROWS.flatMap(([name, row]) =>
      [variableOf(name)].concat(row.variables ?? []),
    );
    expect(new Set(rows.map(([name]) => flagOf(name))).size).toBe(rows.length);
    expect(new Set(letters).size).toBe(letters.length);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('have rows of known entries, in whose texts no sentence ends', () => {
    const known = new Set(
      'group kind choices list short most value commands text default defaultIn defaultText'
        .concat(' variables notInFile reloadable since')
        .split(' '),
    );
    for (const [, row] of [...SETTING_ROWS, ...FLAG_ROWS]) {
      expect(Object.keys(row).filter((key) => !known.has(key))).toEqual([]);
      expect(row.text).toMatch(/^[^A-Z].*[^.]$/s);
    }
  });

  test('have the defaults of the server', async () => {
    const { settings } = await resolveWith([]);
    const options: Readonly<Record<string, unknown>> = { ...serveOptions(settings) };
    const different = Object.keys(options).filter((name) => options[name] !== undefined);
    const expected: Readonly<Record<string, unknown>> = { ...DEFAULTS };
    for (const name of different) {
      expect([name, options[name]]).toEqual([name, expected[name]]);
    }
    expect(different).toContain('keepAliveTimeout');
  });

  test('have every limit of the server', () => {
    const limits = Object.entries(DEFAULTS).filter(([, value]) => typeof value === 'number');
    const missing = limits.filter(([name]) => name !== 'port' && !Object.hasOwn(SETTINGS, name));
    expect(missing).toEqual([]);
    expect(limits.length).toBeGreaterThan(10);
  });

  test('refuse numbers that the server refuses', async () => {
    const limited = SETTING_ROWS.filter(([, row]) => row.most !== undefined);
    for (const [name, row] of limited) {
      await expect(
        resolveWith([`--${flagOf(name)}`, String((row.most ?? 0) + 1)]),
      ).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('takes at most') });
    }
    expect(limited.length).toBeGreaterThan(0);
  });
});

describe('COMMANDS', () => {
  test.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])(
    '%s is run, explained and completed',
    (name) => {
      expect(RUN[name]).toBeTypeOf('function');
      expect(overview()).toContain(`\n  ${name} `);
      expect(commandHelp(name)).toMatch(/^Usage: tsgi .*\n\n[A-Z].*\.\n/);
      expect(bashCompletion()).toMatch(
        new RegExp(`^ +(?:.*\\|)?${name}(?:\\|.*)?\\) command=`, 'm'),
      );
      expect(zshCompletion()).toContain(`'${name}:`);
      expect(fishCompletion()).toContain(` -a ${name} `);
    },
  );
});

describe('completedFlags', () => {
  test('offers each flag to the commands that take it', () => {
    const offered = new Map(completedFlags().map((flag) => [flag.long, flag] as const));
    const commandsOf = (long: string): CompletedFlag['commands'] =>
      offered.get(long)?.commands ?? [];
    expect(commandsOf('bind')).toEqual(['serve', 'dev', 'config', 'doctor', 'init']);
    expect(commandsOf('request')).toEqual(['fetch']);
    expect(commandsOf('reload-dir')).toEqual(['dev', 'config', 'doctor', 'init']);
    expect(offered.get('transport')?.offer).toEqual(SETTINGS.transport.choices);
    expect(offered.get('certfile')?.offer).toBe('file');
    expect(offered.get('chdir')?.offer).toBe('directory');
    expect(offered.get('no-http2')?.takesValue).toBe(false);
  });
});

const PAGE = readFileSync(
  new URL('../../../../docs/reference/settings.md', import.meta.url),
  'utf8',
);
const PROPERTIES = settingsSchema()['properties'] as Readonly<Record<string, unknown>>;

describe('settingsSchema', () => {
  test('is what the package ships', () => {
    const shipped = readFileSync(new URL('../../schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(shipped)).toEqual(settingsSchema());
  });

  test('refers to definitions that are there', () => {
    const text = JSON.stringify(settingsSchema());
    const names = [...text.matchAll(/"#\/\$defs\/(\w+)"/g)].map((match) => match[1] ?? '');
    const definitions = settingsSchema()['$defs'] as object;
    expect(names.filter((name) => !Object.hasOwn(definitions, name))).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
  });

  test.each(named)('allows for %s what the parser takes', (_name, row) => {
    const { schema, parse } = kindOf(row);
    const { text } = sampleOf(row);
    const patterns = [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    for (const [, pattern = ''] of patterns) {
      expect(text).toMatch(new RegExp(JSON.parse(pattern) as string));
    }
    const { examples = [] } = schema as { readonly examples?: readonly string[] };
    for (const example of examples) {
      expect(parse(example)).toBeDefined();
    }
  });
});
