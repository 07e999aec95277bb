/** What a check found. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  /** What is the case and, where that is no good, what to do. */
  readonly text: string;
}

/** Makes the findings of one subject. */
export function findingsOn(
  subject: string,
): (level: Finding['level'], text: string) => readonly Finding[] {
  return (level, text) => [{ level, subject, text }];
}
