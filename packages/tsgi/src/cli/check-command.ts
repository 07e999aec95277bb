import type { LintError } from '@tsgi/lint';
import { loadKit, runKit } from '../check/kit.ts';
import { DEFAULT_REQUESTS, type LintReport, lintRequests } from '../check/lint-requests.ts';
import type { Resolved } from '../settings/resolved.ts';
import { createPaint, type Paint } from './color.ts';
import { EXIT } from './command-error.ts';
import { loadApplication } from './load-application.ts';

/**
 * Checks an application: requests under lint, then the checks that the conformance kit has for
 * applications, where it is installed. Gives 1 where a rule is broken.
 */
export async function checkCommand({ settings, flags }: Resolved): Promise<number> {
  const loaded = await loadApplication(settings.app);
  const report = await lintRequests(loaded, {
    profile: settings.profile ?? loaded.profile,
    scriptName: settings.scriptName ?? '',
    count: flags.requests ?? DEFAULT_REQUESTS,
  });
  const kit = await loadKit();
  const judged =
    kit &&
    (await runKit(kit, {
      specifier: settings.app ?? '',
      profile: settings.profile,
      json: flags.json === true,
    }));
  const broken = brokenRules(report.findings);
  process.stdout.write(
    flags.json === true
      ? writeJson(settings.app, report, judged)
      : writeText(report, judged?.text, createPaint(settings.color, process.stdout)),
  );
  const failed = broken.some(({ level }) => level === 'MUST') || (judged?.exitCode ?? 0) !== 0;
  return failed ? EXIT.failure : EXIT.ok;
}

/** The first finding of each rule, with how often it was found. */
function brokenRules(
  findings: readonly LintError[],
): ReadonlyArray<
  Pick<LintError, 'rule' | 'level' | 'blame' | 'message' | 'got'> & { count: number }
> {
  const byRule = groupByRule(findings);
  return [...byRule.values()].map((group) => {
    const { rule, level, blame, message, got } = group[0] as LintError;
    return { rule, level, blame, message, got, count: group.length };
  });
}

function groupByRule(findings: readonly LintError[]): Map<string, LintError[]> {
  const groups = new Map<string, LintError[]>();
  for (const finding of findings) {
    groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), finding]);
  }
  return groups;
}

function writeJson(
  application: string | undefined,
  { requests, findings, faults }: LintReport,
  judged: { readonly text: string } | undefined,
): string {
  const rules = brokenRules(findings).map(({ message: _message, ...rest }) => rest);
  const kit: unknown = judged === undefined ? null : parseOr(judged.text);
  return `${JSON.stringify({ application, lint: { requests, rules, faults }, kit }, null, 2)}\n`;
}

// Where the kit could not judge, it says so in words.
function parseOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function writeText(report: LintReport, kit: string | undefined, paint: Paint): string {
  const rules = brokenRules(report.findings);
  const blocks = [
    ...report.faults.map((fault) => `${paint('yellow', 'note')} ${fault}`),
    ...rules.map(({ message, level, blame, count }) => {
      const times = count === 1 ? '' : ` (${count} times)`;
      return `${paint(level === 'MUST' ? 'red' : 'yellow', level)} ${message}${times} [${blame}]`;
    }),
    rules.length === 0
      ? `${paint('green', 'lint')} ${report.requests} requests, nothing found`
      : `${paint('red', 'lint')} ${report.requests} requests, ${rules.length} rules broken`,
    kit === undefined ? KIT_MISSING : withoutPassed(kit),
  ];
  return `${blocks.join('\n')}\n`;
}

// What was kept is told by its number at the end.
function withoutPassed(text: string): string {
  const lines = text.split('\n').filter((line) => !/^pass\s/.test(line));
  return lines.join('\n').trim();
}

const KIT_MISSING =
  'the conformance kit is not installed, so only the lint was run; npm install --save-dev @tsgi/conformance adds it';
