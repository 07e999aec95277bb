import type { ErrorContent } from '@tsgi/middleware/errors';
import type { HttpError } from '@tsgi/middleware/http-error';
import type { Environ } from '@tsgi/types';
import type { StoredFile } from './file-folder.ts';

/** The page with the form and the files. `base` is SCRIPT_NAME. */
export function listPage(base: string, files: readonly StoredFile[]): string {
  const rows = files.map(
    ({ name, size }) => `<tr><td><a href="${escapeHtml(base)}/files/${name}">${name}</a></td>
<td>${size.toLocaleString('en')} octets</td>
<td><form method="post" action="${escapeHtml(base)}/delete"><button name="name" value="${name}">Delete</button></form></td></tr>`,
  );
  return page(
    'Files',
    `<form method="post" action="${escapeHtml(base)}/" enctype="multipart/form-data">
<label>Files <input type="file" name="file" multiple required></label> <button>Store</button>
</form>
<table>${rows.join('\n')}</table>`,
  );
}

/** The page of what went wrong. */
export function problemPage({ status, detail }: HttpError, environ: Environ): ErrorContent {
  const title = status.slice(4);
  const back = `<p><a href="${escapeHtml(environ.SCRIPT_NAME)}/">Go to the files</a></p>`;
  return {
    type: 'text/html; charset=utf-8',
    text: page(title, `<p>${escapeHtml(detail ?? `${title}.`)}</p>\n${back}`),
  };
}

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<h1>${escapeHtml(title)}</h1>
${main}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
