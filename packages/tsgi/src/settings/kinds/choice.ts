import type { Kind } from './kind.ts';

/** One of a few words. */
export function choiceKind(choices: readonly string[]): Kind<'choice'> {
  const last = choices.at(-1) ?? '';
  const takes = choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
  return {
    takes,
    value: choices.join('|'),
    parse: (text) => (choices.includes(text) ? text : undefined),
    print: (choice) => choice,
    schema: { enum: choices },
  };
}
