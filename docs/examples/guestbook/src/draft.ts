import type { FormFields } from './form.ts';

/** Longest name, in UTF-16 code units, as `maxlength` counts them. */
export const MAX_NAME_LENGTH = 80;

/** Longest message, in UTF-16 code units with line breaks as one, as `maxlength` counts them. */
export const MAX_MESSAGE_LENGTH = 2000;

/** What a visitor writes. */
export interface Draft {
  readonly name: string;
  readonly message: string;
}

/** What is wrong with a draft, field by field; no key for a field that is fine. */
export interface DraftErrors {
  readonly name?: string;
  readonly message?: string;
}

/** A draft as it can be stored, or as it was typed together with what is wrong with it. */
export type CheckedDraft =
  | { readonly ok: true; readonly draft: Draft }
  | { readonly ok: false; readonly draft: Draft; readonly errors: DraftErrors };

/** Tidies the white space of both fields and checks them. */
export function checkDraft(fields: FormFields): CheckedDraft {
  const typed = { name: fields.get('name') ?? '', message: fields.get('message') ?? '' };
  const name = typed.name.replace(/\s+/gu, ' ').trim();
  const message = typed.message
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:\s*\n)+/u, '')
    .trimEnd();
  const nameError = findError(name, { label: 'name', longest: MAX_NAME_LENGTH });
  const messageError = findError(message, { label: 'message', longest: MAX_MESSAGE_LENGTH });
  if (nameError === undefined && messageError === undefined) {
    return { ok: true, draft: { name, message } };
  }
  const errors: DraftErrors = {
    ...(nameError === undefined ? {} : { name: nameError }),
    ...(messageError === undefined ? {} : { message: messageError }),
  };
  return { ok: false, draft: typed, errors };
}

function findError(
  text: string,
  field: { readonly label: string; readonly longest: number },
): string | undefined {
  // Control characters are never typed; the storage would also cut its text at U+0000.
  if (/[^\P{Cc}\n\t]/u.test(text)) return `Your ${field.label} contains a control character.`;
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(text)) return `Please write your ${field.label}.`;
  if (text.length > field.longest) {
    return `Your ${field.label} has ${text.length} characters; ${field.longest} fit.`;
  }
  return undefined;
}
