import { html, type Markup } from '../html.ts';
import { layout } from './layout.ts';

/** A page that says what went wrong and where to go from here. */
export function problemPage(
  base: string,
  problem: { readonly title: string; readonly message: string },
): Markup {
  const { title, message } = problem;
  const main = html`<div class="card problem">
<h1>${title}</h1>
<p>${message}</p>
<p><a href="${base}/">Go to the entries</a></p>
</div>`;
  return layout({ base, title, main });
}
