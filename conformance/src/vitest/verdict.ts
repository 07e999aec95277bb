import { quoteForShell } from '../wire/escape-bytes.ts';
import type { CheckResult } from '../engine/run-suite.ts';
import { writeFailureBlock } from '../report/failure-block.ts';
import { reportResult } from '../report/report.ts';
import { remarkOn, standingOf } from '../report/standing.ts';

/** What a test does with a result. */
export type TestVerdict =
  | { readonly kind: 'pass'; readonly note?: string }
  | { readonly kind: 'skip'; readonly note: string }
  | { readonly kind: 'fail'; readonly error: Error };

/** A rule is not kept. The message is all there is to say; a stack would show the kit. */
export class NotConforming extends Error {
  override readonly name: string = 'NotConforming';

  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

/** The verdict of a test on the result of its check. `file` is the test file. */
export function judgeResult(result: CheckResult, file: string): TestVerdict {
  const again = ['npx', 'vitest', 'run', file, '-t', `${result.check} `];
  const reported = reportResult(result, again.map(quoteForShell).join(' '));
  const standing = standingOf(reported);
  if (standing === 'left') return { kind: 'skip', note: remarkOn(reported) };
  if (standing === 'good') {
    return result.outcome === 'pass'
      ? { kind: 'pass' }
      : { kind: 'pass', note: `${result.outcome}: ${remarkOn(reported)}` };
  }
  const remark = result.outcome === 'fail' ? '' : `${remarkOn(reported)}\n`;
  return { kind: 'fail', error: new NotConforming(`${remark}${writeFailureBlock(reported)}`) };
}
