/** A test point of TAP 14. */
export interface TapPoint {
  readonly ok: boolean;
  readonly description: string;
  readonly directive: 'SKIP' | 'TODO' | undefined;
  readonly reason: string;
  readonly diagnostics: Readonly<Record<string, unknown>>;
  readonly subtest: readonly TapPoint[];
}

const POINT = /^(not )?ok ([1-9]\d*) - (.*)$/;
const PLAN = /^1\.\.(\d+)$/;
const INDENT = '    ';

/** Reads what the kit writes of TAP 14 and refuses everything else. */
export function parseTap(text: string): readonly TapPoint[] {
  const [version, comment, ...lines] = text.split('\n');
  if (version !== 'TAP version 14') throw new Error(`version: ${version}`);
  if (!comment?.startsWith('# ')) throw new Error(`comment: ${comment}`);
  if (lines.pop() !== '') throw new Error('the last line has no end');
  return readPoints(lines);
}

function readPoints(lines: string[]): readonly TapPoint[] {
  const plan = PLAN.exec(lines.shift() ?? '')?.[1];
  if (plan === undefined) throw new Error('no plan');
  const points: TapPoint[] = [];
  while (lines.length > 0) points.push(readPoint(lines, points.length + 1));
  if (points.length !== Number(plan)) throw new Error(`${points.length} points, plan ${plan}`);
  return points;
}

function readPoint(lines: string[], expected: number): TapPoint {
  const title = /^# Subtest: (.*)$/.exec(lines[0] ?? '')?.[1];
  const inner: string[] = [];
  if (title !== undefined) {
    lines.shift();
    const end = lines.findIndex((line) => !line.startsWith(INDENT));
    inner.push(...lines.splice(0, end).map((line) => line.slice(INDENT.length)));
  }
  const line = lines.shift() ?? '';
  const match = POINT.exec(line);
  if (match === null) throw new Error(`no test point: ${line}`);
  const [, not, number, rest = ''] = match;
  if (Number(number) !== expected) throw new Error(`number ${number} for ${expected}`);
  const [, description = '', directive, reason = ''] =
    /^((?:[^\\#]|\\[\\#])*?)(?: # (SKIP|TODO) ((?:[^\\#]|\\[\\#])*))?$/.exec(rest) ?? [];
  if (description === '') throw new Error(`a bare # or \\: ${rest}`);
  const plain = unescape(description);
  if (title !== undefined && unescape(title) !== plain) throw new Error(`${title}: ${plain}`);
  return {
    ok: not === undefined,
    description: plain,
    directive: directive as TapPoint['directive'],
    reason: unescape(reason),
    diagnostics: readYaml(lines),
    subtest: title === undefined ? [] : readPoints(inner),
  };
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\#])/g, '$1');
}

function readYaml(lines: string[]): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  if (lines[0] !== '  ---') return values;
  lines.shift();
  for (let line = lines.shift(); line !== '  ...'; line = lines.shift()) {
    const [, key, value] = /^ {2}([a-z]+): (.+)$/.exec(line ?? '') ?? [];
    if (key === undefined || value === undefined) throw new Error(`no YAML of ours: ${line}`);
    // Every value is a JSON text, which is YAML as well.
    values[key] = JSON.parse(value);
  }
  return values;
}
