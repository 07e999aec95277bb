import { show } from '../wire/escape-bytes.ts';
import type { ReportedResult } from './report.ts';

const WIRE_SHOWN = 1200;

/** The fixed shape in which every result that is not good is told; ends in a newline. */
export function writeFailureBlock(result: ReportedResult): string {
  const lines = [
    `${result.outcome.toUpperCase()}  ${result.check}`,
    `  check     ${result.title}`,
    `  rule      ${result.rule} (${result.level}, ${result.profile}) ${result.anchor}`,
    `            ${result.text}`,
    ...labelled(
      'request',
      result.wire.map(({ sent }) => cut(sent)).filter((sent) => sent !== ''),
    ),
    `  expected  ${result.expected ?? '-'}`,
    `  got       ${result.got ?? result.message ?? '-'}`,
    ...labelled('received', result.wire.map(writeReceived)),
    ...labelled('events', writeEvents(result.trace)),
    `  again     ${result.reproduce}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Octets and events of a result, for runs with a trace. */
export function writeTrace(result: ReportedResult): string {
  const lines = [
    ...labelled(
      'request',
      result.wire.map(({ sent }) => cut(sent)),
    ),
    ...labelled('received', result.wire.map(writeReceived)),
    ...labelled('events', writeEvents(result.trace)),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function labelled(label: string, entries: readonly string[]): readonly string[] {
  const shown = entries.length === 0 ? ['-'] : entries;
  return shown.map((entry, index) => `  ${(index === 0 ? label : '').padEnd(10)}${entry}`);
}

function writeReceived({ received, end }: ReportedResult['wire'][number]): string {
  const ending = end === 'open' ? '' : ` (${end})`;
  return `${received === '' ? 'nothing' : cut(received)}${ending}`;
}

/** A gap in the numbers is where the middle of a long log was left out. */
function writeEvents(events: ReportedResult['trace']): readonly string[] {
  return events.flatMap((event, index) => {
    const missing = event.seq - (events[index - 1]?.seq ?? 0) - 1;
    return missing > 0 ? [`… ${missing} more`, writeEvent(event)] : [writeEvent(event)];
  });
}

function writeEvent({ seq, type, data }: ReportedResult['trace'][number]): string {
  return `${seq} ${type}${data === undefined ? '' : ` ${cut(show(data))}`}`;
}

function cut(text: string): string {
  if (text.length <= WIRE_SHOWN) return text;
  return `${text.slice(0, WIRE_SHOWN)}… (${text.length} characters)`;
}
