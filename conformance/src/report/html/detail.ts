import { show } from '../../wire/escape-bytes.ts';
import type { ReportedResult } from '../report.ts';
import { remarkOn } from '../standing.ts';
import { escapeHtml } from './markup.ts';

/** Characters of one direction of one connection that are shown. */
const WIRE_SHOWN = 6000;
const EVENTS_SHOWN = 200;

/** Everything that is known of one result: what was expected, what came, octets and events. */
export function writeDetail(result: ReportedResult, heading: string): string {
  const { expected, got, wire, trace, reproduce, durationMs, assertions } = result;
  const remark = remarkOn(result);
  const effort = assertions === 0 ? '' : `${assertions} assertions, ${durationMs} ms`;
  const entries: readonly (readonly [string, string])[] = [
    ['outcome', `<span class="o-${result.outcome}">${result.outcome}</span>`],
    ['', remark === '' ? '' : escapeHtml(remark)],
    ['expected', expected === undefined ? '' : `<code>${escapeHtml(expected)}</code>`],
    ['got', got === undefined ? '' : `<code>${escapeHtml(got)}</code>`],
    ['wire', wire.map(writeConnection).join('')],
    ['events', writeEvents(trace)],
    ['effort', effort],
    ['again', reproduce === '' ? '' : writeAgain(reproduce)],
  ];
  const rows = entries
    .filter(([, content]) => content !== '')
    .map(([term, content]) => `<dt>${term}</dt><dd>${content}</dd>`);
  const title = heading === '' ? '' : `<h3>${escapeHtml(heading)}</h3>`;
  return `<div class="detail">${title}<dl>${rows.join('')}</dl></div>`;
}

function writeConnection({ sent, received, end }: ReportedResult['wire'][number]): string {
  const ending = end === 'open' ? '' : `<i>(${escapeHtml(end)})</i>`;
  const came = received === '' ? '<i>nothing</i> ' : writeOctets(received);
  const request = sent === '' ? '' : `<pre class="sent">${writeOctets(sent)}</pre>`;
  return `${request}<pre class="got">${came}${ending}</pre>`;
}

/** Escaped octets, with the line breaks that they have on the wire. */
function writeOctets(text: string): string {
  const kept = text.slice(0, WIRE_SHOWN);
  const cut = kept === text ? '' : `<i>… ${text.length} characters in all</i>`;
  const shown = escapeHtml(kept).replaceAll(String.raw`\r\n`, '<i>\\r\\n</i>\n');
  return `${shown}${cut}`;
}

function writeEvents(trace: ReportedResult['trace']): string {
  if (trace.length === 0) return '';
  const lines = trace.slice(0, EVENTS_SHOWN).map(({ seq, type, data }) => {
    const told = data === undefined ? '' : ` <i>${escapeHtml(cutText(show(data)))}</i>`;
    return `${seq} ${escapeHtml(type)}${told}`;
  });
  const more = trace.length > EVENTS_SHOWN ? [`<i>… ${trace.length} events in all</i>`] : [];
  return `<pre>${[...lines, ...more].join('\n')}</pre>`;
}

function cutText(text: string): string {
  return text.length <= WIRE_SHOWN ? text : `${text.slice(0, WIRE_SHOWN)}…`;
}

function writeAgain(reproduce: string): string {
  return `<div class="again"><pre>${escapeHtml(reproduce)}</pre><button type="button">copy</button></div>`;
}
