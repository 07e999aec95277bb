import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Claim } from '../src/claim/make-claim.ts';
import type { Schema } from '../src/schema/departures.ts';
import { departures } from './json-schema.ts';
import { KIT, LIMIT, runKit, runMain, SEAM_SERVER } from './run-kit.ts';
import { parseXml } from './strict-xml.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tsgi-expect-'));
const at = (name: string): string => join(FOLDER, name);
/** Breaks one check of a MUST. */
const BROKEN = `${SEAM_SERVER}?mutant=S01`;
const REJECTS = join(KIT, 'mutants/harness/rejects.mjs');

afterAll(() => rmSync(FOLDER, { recursive: true }));

const APPLICATION = at('app.mjs');
writeFileSync(
  APPLICATION,
  `export default (environ, startResponse) => {
     startResponse('200 OK', [['Content-Type', 'text/plain']]);
     return [new TextEncoder().encode('hello')];
   };`,
);

describe('tsgi-conformance expect', () => {
  test(
    'writes a file that does not fit until somebody has written the reasons',
    async () => {
      const file = at('new.expect');
      const updated = await runKit('expect', '--update', file, BROKEN);
      expect(updated).toMatchObject({ code: 0, err: '' });
      expect(updated.out).toContain('added    ENV-METHOD.token-get\n');
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(
        /^ENV-METHOD\.token-get {2}fail {2}match="[^\n]*" {2}\(to be written\)\n$/,
      );
      const unwritten = await runKit('expect', '--check', file, BROKEN);
      expect(unwritten.code).toBe(1);
      expect(unwritten.out).toContain('line 1: ENV-METHOD.token-get has no reason yet');
      writeFileSync(file, `# ours\n${text.replace('(to be written)', 'a parser of others')}`);
      expect(await runKit('expect', '--check', file, BROKEN)).toMatchObject({ code: 0 });
      const again = await runKit('expect', '--update', file, SEAM_SERVER);
      expect(again.out).toContain('0 added, 0 changed, 1 removed\n');
      expect(readFileSync(file, 'utf8')).toBe('# ours\n');
    },
    LIMIT,
  );

  test(
    'leaves the file as it is where the target cannot be judged',
    async () => {
      const file = at('kept.expect');
      writeFileSync(file, 'ENV-METHOD.token-get fail known\n');
      const { code, err } = await runKit('expect', '--update', file, REJECTS);
      expect(code).toBe(3);
      expect(err).toContain('is left as it is');
      expect(readFileSync(file, 'utf8')).toBe('ENV-METHOD.token-get fail known\n');
    },
    LIMIT,
  );

  test.each([
    [['--update', at('x'), SEAM_SERVER, '--run', 'ENV-*'], 'expect takes no filter, got "--run"'],
    [['--check', at('x'), SEAM_SERVER, '--profile=core'], 'takes no filter, got "--profile=core"'],
    [[SEAM_SERVER], 'expect needs one of --update FILE and --check FILE'],
    [['--update', at('x'), '--check', at('x'), SEAM_SERVER], 'needs one of --update'],
    [['--check', at('none'), SEAM_SERVER], 'does not exist'],
    [['--update', at('x')], 'ADAPTER is missing'],
  ])(
    'answers %j with one line and exit code 2',
    async (args, message) => {
      const { code, err } = await runMain('expect', ...args);
      expect(code).toBe(2);
      expect(err).toMatch(/^tsgi-conformance: [^\n]+\n$/);
      expect(err).toContain(message);
    },
    LIMIT,
  );
});

describe('tsgi-conformance claim', () => {
  const readClaim = (folder: string): Claim =>
    JSON.parse(readFileSync(join(folder, 'tsgi-claim.json'), 'utf8')) as Claim;
  const schema = JSON.parse(readFileSync(join(KIT, 'schemas/claim.schema.json'), 'utf8')) as Schema;

  test(
    'writes a claim with its evidence, and takes it back when it no longer holds',
    async () => {
      const folder = at('claim/server');
      const { code, err } = await runKit('claim', SEAM_SERVER, '--output', folder);
      expect({ code, err }).toMatchObject({
        code: 0,
        err: expect.stringContaining('profiles async, core'),
      });
      const claim = readClaim(folder);
      expect(departures(schema, claim)).toEqual([]);
      const evidence = readFileSync(join(folder, claim.junit.file), 'utf8');
      expect(createHash('sha256').update(evidence).digest('hex')).toBe(claim.junit.sha256);
      expect(parseXml(evidence).attributes).toMatchObject({ failures: '0', errors: '0' });
      const broken = await runKit('claim', BROKEN, '--output', folder);
      expect(broken.code).toBe(1);
      expect(broken.err).toContain('no claim is made:\n  ENV-METHOD.token-get is fail');
      expect(existsSync(join(folder, 'tsgi-claim.json'))).toBe(false);
      expect(
        parseXml(readFileSync(join(folder, 'tsgi-claim.junit.xml'), 'utf8')).attributes,
      ).toMatchObject({
        failures: '1',
      });
    },
    LIMIT,
  );

  test(
    'excuses no MUST',
    async () => {
      const file = at('must.expect');
      writeFileSync(file, 'ENV-METHOD.token-get fail a parser of others\n');
      const { code, err } = await runKit('claim', BROKEN, '--expect', file, '--output', at('must'));
      expect(code).toBe(1);
      expect(err).toContain('ENV-METHOD.token-get is a MUST, which no expected failure excuses');
    },
    LIMIT,
  );

  test(
    'is for applications as well',
    async () => {
      const folder = at('claim/app');
      const { code } = await runKit('claim', 'app', APPLICATION, '--output', folder);
      expect(code).toBe(0);
      const claim = readClaim(folder);
      expect(departures(schema, claim)).toEqual([]);
      expect(claim.target.kind).toBe('application');
    },
    LIMIT,
  );

  test.each([
    [['--run', 'ENV-*', SEAM_SERVER], 2, 'claim takes no filter, got "--run"'],
    [[], 2, 'ADAPTER is missing'],
    [['app'], 2, 'APP is missing'],
    [[SEAM_SERVER, '--output', SEAM_SERVER], 2, 'cannot be written'],
    [[REJECTS, '--output', at('rejects')], 3, 'no claim is made:\n  BOOT-ANSWER.get is error'],
  ])(
    'answers %j with exit code %i',
    async (args, expected, message) => {
      const { code, err } = await runMain('claim', ...args);
      expect(code).toBe(expected);
      expect(err).toContain(message);
    },
    LIMIT,
  );
});
