import { describe, expect, test } from 'vitest';
import { checkRuleSet, parseRules, type Rule } from '../tools/rules.mjs';

const SENTENCE = 'The server MUST pass a new environ object to every call.';

interface Draft {
  readonly id?: string;
  readonly tags?: string;
  readonly sentence?: string;
  readonly after?: string;
}

const rule = ({
  id = 'ENV-FRESH',
  tags = '`MUST` `server` `core`',
  sentence = SENTENCE,
  after = 'Intent: requests are apart.',
}: Draft = {}): string => `#### ${id}\n\n${tags}\n\n${sentence}\n\n${after}\n`;

const read = (source: string) => parseRules('a.md', source);
const messages = (source: string): string[] =>
  read(source).problems.map(({ line, message }) => `${line}: ${message}`);
const only = (source: string): Rule => {
  const { rules, problems } = read(source);
  expect(problems).toEqual([]);
  const [first, ...others] = rules;
  if (first === undefined || others.length > 0) throw new Error(`${rules.length} rules, not one`);
  return first;
};

describe('parseRules', () => {
  test('reads every part of a rule', () => {
    expect(only(rule())).toEqual({
      id: 'ENV-FRESH',
      level: 'MUST',
      keyword: 'MUST',
      role: 'server',
      profile: 'core',
      document: 'a.md',
      anchor: 'env-fresh',
      text: SENTENCE,
      intent: 'requests are apart.',
      testable: true,
      since: '1.0',
      status: 'active',
    });
  });

  test('takes MUST NOT for the level MUST', () => {
    const { level, keyword } = only(rule({ sentence: 'The server MUST NOT wait.' }));
    expect({ level, keyword }).toEqual({ level: 'MUST', keyword: 'MUST NOT' });
  });

  test('joins wrapped lines, across which a keyword may break', () => {
    const { keyword, text } = only(rule({ sentence: 'The server MUST\nNOT wait\nfor it.' }));
    expect({ keyword, text }).toEqual({
      keyword: 'MUST NOT',
      text: 'The server MUST NOT wait for it.',
    });
  });

  test('turns links into their text and keeps code marks', () => {
    const sentence = 'The server MUST set `A` as [Framing](#framing) says.';
    expect(only(rule({ sentence })).text).toBe('The server MUST set `A` as Framing says.');
  });

  test('reads the reason of an untestable rule before or after the intent', () => {
    for (const after of ['Untestable: no.\n\nIntent: x.', 'Intent: x.\n\nUntestable: no.']) {
      expect(only(rule({ after }))).toMatchObject({ testable: false, why: 'no.', intent: 'x.' });
    }
  });

  test('reads the version and the status', () => {
    const after = 'Intent: x.\n\nSince: 1.2\n\nStatus: retired';
    expect(only(rule({ after }))).toMatchObject({ since: '1.2', status: 'retired' });
  });

  test('takes only headings of the fourth level in capitals with dashes for rules', () => {
    const source = '## ENV-FRESH\n\nx\n\n#### A heading\n\nx\n\n#### HTTP\n\nx\n';
    expect(read(source)).toMatchObject({ rules: [], problems: [] });
  });

  test('leaves prose after the fields alone', () => {
    expect(only(rule({ after: 'Intent: x.\n\nA table, or a word on it.' })).intent).toBe('x.');
  });

  test('ignores code blocks', () => {
    expect(messages('# T\n\n```text\nMUST\n#### ENV-X\n```\n\n~~~\nMAY\n~~~\n')).toEqual([]);
  });

  test('ignores informative chapters to their end', () => {
    const source = '## A (informative)\n\nMUST\n\n### B\n\nMAY\n\n## C\n\nSHOULD\n';
    expect(messages(source)).toEqual(['11: SHOULD stands outside a rule']);
  });

  test('ignores what is marked as exempt', () => {
    const source = '# T\n\n<!-- rules:exempt -->\nMUST\n\nMAY\n<!-- /rules:exempt -->\n\nSHALL\n';
    expect(messages(source)).toEqual(['9: SHALL stands outside a rule']);
  });

  test.each(['MUST', 'MUST NOT', 'SHALL', 'SHOULD', 'MAY', 'REQUIRED', 'RECOMMENDED', 'OPTIONAL'])(
    'refuses %s outside a rule',
    (keyword) => {
      expect(messages(`# T\n\nIt ${keyword} be.\n`)).toEqual([
        `3: ${keyword} stands outside a rule`,
      ]);
    },
  );

  test('refuses a keyword in the prose after a rule, in a table and in code marks', () => {
    for (const text of ['It MUST.', '| a | MUST |', 'the level `MUST`']) {
      const found = messages(rule({ after: `Intent: x.\n\n${text}` }));
      expect(found).toEqual(['9: MUST stands outside a rule']);
    }
  });

  test('refuses an exemption without an end', () => {
    expect(messages('# T\n\n<!-- rules:exempt -->\nMUST\n')).toEqual([
      '3: no <!-- /rules:exempt --> follows',
    ]);
  });

  test('refuses a missing line of tags', () => {
    expect(messages('#### ENV-X\n\nIt is so.\n')).toEqual([
      '1: ENV-X: the line `LEVEL` `role` `profile` is missing',
    ]);
  });

  test.each([
    ['`WILL` `server` `core`', 'unknown level "WILL"'],
    ['`MUST` `client` `core`', 'unknown role "client"'],
    ['`MUST` `server` `corpus`', 'unknown profile "corpus"'],
  ])('refuses the tags %s', (tags, message) => {
    expect(messages(rule({ tags }))).toContain(`3: ENV-FRESH: ${message}`);
  });

  test('refuses a missing sentence', () => {
    const source = '#### ENV-X\n\n`MUST` `server` `core`\n\nIntent: x.\n';
    expect(messages(source)).toContain('3: ENV-X: the sentence is missing');
  });

  test('refuses a sentence without a keyword', () => {
    expect(messages(rule({ sentence: 'It is so.' }))).toEqual([
      '5: ENV-FRESH: the sentence holds no keyword',
    ]);
  });

  test('refuses more than one keyword', () => {
    expect(messages(rule({ sentence: 'It MUST be and MAY NOT be.' }))).toEqual([
      '5: ENV-FRESH: more than one keyword: MUST, MAY',
    ]);
  });

  test('refuses a keyword of another level', () => {
    expect(messages(rule({ sentence: 'It SHOULD NOT be.' }))).toEqual([
      '5: ENV-FRESH: the keyword SHOULD NOT does not agree with the level MUST',
    ]);
  });

  test.each(['must', 'should', 'shall'])('refuses a lower-case %s in the sentence', (word) => {
    expect(messages(rule({ sentence: `It MUST be what it ${word} be.` }))).toEqual([
      `5: ENV-FRESH: lower-case "${word}" in the sentence`,
    ]);
  });

  test('refuses a missing intent', () => {
    expect(messages(rule({ after: 'Why not.' }))).toEqual(['1: ENV-FRESH: the intent is missing']);
  });

  test('refuses a keyword in a field', () => {
    expect(messages(rule({ after: 'Intent: it MAY be.' }))).toEqual([
      '7: ENV-FRESH: MAY in "Intent:"; only the sentence binds',
    ]);
  });

  test('refuses a field that stands twice', () => {
    expect(messages(rule({ after: 'Intent: x.\n\nIntent: y.' }))).toEqual([
      '9: ENV-FRESH: "Intent:" stands twice',
    ]);
  });

  test('refuses an unknown status and a version that is none', () => {
    expect(messages(rule({ after: 'Intent: x.\n\nStatus: gone\n\nSince: soon' }))).toEqual([
      '9: ENV-FRESH: unknown status "gone"',
      '11: ENV-FRESH: "soon" is not a version',
    ]);
  });

  test('refuses an id that stands twice in a document', () => {
    expect(messages(`${rule()}\n${rule()}`)).toEqual(['9: ENV-FRESH: the id is used twice']);
  });

  test('refuses a rule in an informative chapter', () => {
    expect(messages(`## Notes (informative)\n\n${rule()}`)).toEqual([
      '3: ENV-FRESH: a rule stands in an informative section',
    ]);
  });
});

describe('checkRuleSet', () => {
  const made = (id: string, more: Partial<Rule> = {}): Rule => ({ ...only(rule({ id })), ...more });
  const lineOf = (): number => 7;

  test('finds nothing in a set that only grew', () => {
    expect(checkRuleSet([made('A-B'), made('C-D')], [made('A-B')], lineOf)).toEqual([]);
  });

  test('refuses an id that two documents use', () => {
    const rules = [made('A-B'), made('A-B', { document: 'b.md' })];
    expect(checkRuleSet(rules, [], lineOf)).toEqual([
      { document: 'b.md', line: 7, message: 'A-B: the id is already taken in a.md' },
    ]);
  });

  test('refuses that an id vanishes', () => {
    expect(checkRuleSet([], [made('A-B')], lineOf)).toEqual([
      {
        document: 'a.md',
        line: 1,
        message: 'A-B: the rule has vanished; keep it with "Status: retired"',
      },
    ]);
  });

  test('accepts that a rule retires', () => {
    expect(checkRuleSet([made('A-B', { status: 'retired' })], [made('A-B')], lineOf)).toEqual([]);
  });

  test('refuses that a retired id is used again', () => {
    expect(checkRuleSet([made('A-B')], [made('A-B', { status: 'retired' })], lineOf)).toEqual([
      { document: 'a.md', line: 7, message: 'A-B: a retired id is used again' },
    ]);
  });
});
