import { escapeHtml } from '../escape-html.ts';
import { describeError, type ErrorReport, type Frame } from './describe-error.ts';

/** What a page says besides the error. */
export interface ErrorPageContext {
  /** What happened, in a few words. */
  readonly title: string;
  /** Facts of the request, in their order. */
  readonly facts?: ReadonlyArray<readonly [name: string, value: string]>;
}

/** A page in one of the media types that a client may accept. */
export interface ErrorPage {
  /** The value of Content-Type. */
  readonly type: string;
  /** The page itself, to be sent as UTF-8. */
  readonly content: string;
}

/** The page for a client that sends this Accept: HTML, JSON, or text where neither is named. */
export function buildErrorPage(
  error: unknown,
  accept: string,
  context: ErrorPageContext,
): ErrorPage {
  const report = describeError(error);
  if (/\btext\/html\b/i.test(accept)) {
    return { type: 'text/html; charset=utf-8', content: buildHtml(report, context) };
  }
  if (/\bapplication\/(?:[\w.-]+\+)?json\b/i.test(accept)) {
    const content = `${JSON.stringify({ title: context.title, error: report }, null, 2)}\n`;
    return { type: 'application/json', content };
  }
  return { type: 'text/plain; charset=utf-8', content: buildText(report, context) };
}

/** The error as text, with frames and source. */
export function buildText(report: ErrorReport, { title }: ErrorPageContext): string {
  const blocks = [report, ...report.causes].map((one, index) => {
    const head = `${index === 0 ? '' : 'caused by '}${one.name}: ${one.message}`;
    return [head, ...one.frames.map(textOfFrame)].join('\n');
  });
  return `${title}\n\n${blocks.join('\n\n')}\n`;
}

function textOfFrame(frame: Frame): string {
  const place = `    at ${frame.name ?? '(module)'} ${placeOf(frame)}`;
  const lines = frame.excerpt.map(
    ({ number, text }) => `${number === frame.line ? '  >' : '   '} ${number} | ${text}`,
  );
  return [place, ...lines].join('\n');
}

function placeOf({ file, line, column }: Frame): string {
  return `${file}:${line}${column === undefined ? '' : `:${column}`}`;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.1rem; font-weight: normal; opacity: .7 }
h2 { font: 1.3rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
details { border-top: 1px solid #8884; padding: .4rem 0 }
summary { cursor: pointer; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.foreign { opacity: .6 }
pre { overflow-x: auto; background: #8881; padding: .5rem; margin: .5rem 0 }
mark { background: #e334; color: inherit; display: block }
td { font: .9rem ui-monospace, monospace; vertical-align: top; padding: .1rem 1rem .1rem 0;
  overflow-wrap: anywhere }
`;

function buildHtml(report: ErrorReport, { title, facts = [] }: ErrorPageContext): string {
  const sections = [report, ...report.causes].map(
    (one, index) =>
      `<h2>${index === 0 ? '' : 'caused by '}${escapeHtml(`${one.name}: ${one.message}`)}</h2>\n` +
      one.frames.map((frame, at) => htmlOfFrame(frame, firstOwn(one) === at)).join('\n'),
  );
  const rows = facts.map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(`${report.name}: ${report.message}`)}</title>`,
    `<style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...sections,
    ...(rows.length === 0 ? [] : [`<h1>The request</h1><table>${rows.join('\n')}</table>`]),
    '</body></html>\n',
  ].join('\n');
}

function firstOwn({ frames }: ErrorReport): number {
  return frames.findIndex(({ own, excerpt }) => own && excerpt.length > 0);
}

function htmlOfFrame(frame: Frame, open: boolean): string {
  const summary = `${escapeHtml(frame.name ?? '(module)')} ${escapeHtml(placeOf(frame))}`;
  const lines = frame.excerpt.map(({ number, text }) => {
    const line = escapeHtml(`${String(number).padStart(5)} | ${text}`);
    return number === frame.line ? `<mark>${line}</mark>` : `${line}\n`;
  });
  const source = lines.length === 0 ? '' : `<pre>${lines.join('')}</pre>`;
  return `<details${open ? ' open' : ''}${frame.own ? '' : ' class="foreign"'}><summary>${summary}</summary>${source}</details>`;
}
