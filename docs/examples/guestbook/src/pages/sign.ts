import { type Draft, type DraftErrors, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH } from '../draft.ts';
import { html, type Markup } from '../html.ts';
import { layout } from './layout.ts';

/** What the form shows when it is not fresh. */
export interface SignFormOptions {
  /** What was typed. */
  readonly draft?: Draft;
  readonly errors?: DraftErrors;
}

type FieldName = keyof Draft;

/** The page with the form alone. */
export function signPage(base: string, options: SignFormOptions = {}): Markup {
  const failed = options.errors !== undefined;
  const title = failed ? 'Please check your entry' : 'Sign the guestbook';
  const main = html`<h1>${title}</h1>
${errorSummary(options.errors)}
${signForm(base, options)}`;
  return layout({ base, title, main, current: 'sign' });
}

/** The form, for the page of its own and for the top of the list. */
export function signForm(base: string, options: SignFormOptions = {}): Markup {
  const { draft = { name: '', message: '' }, errors = {} } = options;
  const first: FieldName | undefined = (['name', 'message'] as const).find((name) => errors[name]);
  const attributes = (name: FieldName): Markup =>
    html`id="${name}" name="${name}" required aria-describedby="${name}-note"${
      errors[name] !== undefined && html` aria-invalid="true"`
    }${first === name && html` autofocus`}`;
  // HTML drops the first line break of a textarea, so one is added for it to drop.
  return html`<form class="card sign" method="post" action="${base}/sign">
<div class="field">
<label for="name">Your name</label>
<input type="text" ${attributes('name')} value="${draft.name}" maxlength="${MAX_NAME_LENGTH}" autocomplete="name" dir="auto">
${note('name', errors, `At most ${MAX_NAME_LENGTH} characters.`)}
</div>
<div class="field">
<label for="message">Your message</label>
<textarea ${attributes('message')} rows="3" maxlength="${MAX_MESSAGE_LENGTH}" dir="auto">
${draft.message}</textarea>
${note('message', errors, `Plain text in any language, at most ${MAX_MESSAGE_LENGTH.toLocaleString('en')} characters.`)}
</div>
<button type="submit">Sign the guestbook</button>
</form>`;
}

function note(name: FieldName, errors: DraftErrors, hint: string): Markup {
  const error = errors[name];
  return error === undefined
    ? html`<p class="hint" id="${name}-note">${hint}</p>`
    : html`<p class="error" id="${name}-note">${error}</p>`;
}

function errorSummary(errors: DraftErrors | undefined): Markup | undefined {
  if (errors === undefined) return undefined;
  const names = (['name', 'message'] as const).filter((name) => errors[name] !== undefined);
  return html`<div class="notice" role="alert">
<p>Nothing has been stored yet:</p>
<ul>${names.map((name) => html`<li><a href="#${name}">${errors[name]}</a></li>`)}</ul>
</div>`;
}
