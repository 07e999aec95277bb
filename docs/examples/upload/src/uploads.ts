import { compose } from '@tsgi/middleware/compose';
import { csrf } from '@tsgi/middleware/csrf';
import { errors } from '@tsgi/middleware/errors';
import {
  type Form,
  formData,
  formDataAsync,
  type FormDataOptions,
} from '@tsgi/middleware/form-data';
import { HttpError } from '@tsgi/middleware/http-error';
import { mount } from '@tsgi/middleware/mount';
import { securityHeaders } from '@tsgi/middleware/security-headers';
import { staticFiles } from '@tsgi/middleware/static-files';
import type {
  Application,
  AsyncApplication,
  AsyncMiddleware,
  Body,
  Environ,
  StartResponse,
} from '@tsgi/types';
import type { FileFolder } from './file-folder.ts';
import { listPage, problemPage } from './pages.ts';

/** One file may have 256 MiB; the server's own limit, for the whole body, is in tsgi.config.json. */
export const LIMITS: FormDataOptions = {
  maxFileSize: 256 * 1024 * 1024,
  maxFiles: 10,
  maxParts: 20,
  maxFieldsSize: 16 * 1024,
};

/** The uploads as a synchronous application: the server has the whole body before it calls. */
export function createUploads(folder: FileFolder, limits: FormDataOptions = LIMITS): Application {
  const site = createSite(folder, (environ) => formData(environ, limits));
  return site as Application; // nothing in it is asynchronous where the reader of forms is not
}

/** The same as an asynchronous application: the body is read while it arrives. */
export function createAsyncUploads(
  folder: FileFolder,
  limits: FormDataOptions = LIMITS,
): AsyncApplication {
  return createSite(folder, (environ) => formDataAsync(environ, limits));
}

type ReadForm = (environ: Environ) => Form | Promise<Form>;

/** The middleware, the outermost first, and the addresses. */
function createSite(folder: FileFolder, readForm: ReadForm): AsyncApplication {
  const list = only(['GET', 'HEAD'], showList(folder));
  const store = change(readForm, (form) => storeFiles(folder, form));
  const remove = only(
    ['POST'],
    change(readForm, (form) => {
      if (!folder.remove(form.get('name') ?? '')) throw notFound();
    }),
  );
  const routes: AsyncApplication = (environ, startResponse) => {
    const { PATH_INFO: path, REQUEST_METHOD: method } = environ;
    if (path === '/delete') return remove(environ, startResponse);
    if (path !== '/') throw notFound();
    return method === 'POST' ? store(environ, startResponse) : list(environ, startResponse);
  };
  const files = compose(attachment, staticFiles(folder.path, { index: false, precompressed: [] }));
  const site: AsyncMiddleware = compose(securityHeaders(), errors({ render: problemPage }), csrf());
  return site(mount({ '/files': files(missing), '/': routes }));
}

function showList(folder: FileFolder): AsyncApplication {
  return (environ, startResponse) => {
    const text = listPage(environ.SCRIPT_NAME, folder.list());
    startResponse('200 OK', [
      ['content-type', 'text/html; charset=utf-8'],
      ['cache-control', 'no-cache'],
    ]);
    return [new TextEncoder().encode(text)];
  };
}

/** Reads the form, acts, and sends the browser back to the list. */
function change(readForm: ReadForm, act: (form: Form) => void): AsyncApplication {
  return (environ, startResponse) => {
    const answer = (form: Form): Body => {
      act(form);
      startResponse('303 See Other', [['location', `${environ.SCRIPT_NAME}/`]]);
      return [];
    };
    const form = readForm(environ);
    return form instanceof Promise ? form.then(answer) : answer(form);
  };
}

function storeFiles(folder: FileFolder, form: Form): void {
  const files = form.files('file');
  if (files.length === 0) throw new HttpError('400 Bad Request', { detail: 'Choose a file.' });
  for (const file of files) folder.add(file);
}

/** A file that somebody stored is taken away and never shown as a page of this site. */
const attachment: AsyncMiddleware = (inner) => (environ, startResponse) => {
  const start: StartResponse = (status, headers, ...error) =>
    startResponse(status, [...headers, ['content-disposition', 'attachment']], ...error);
  return inner(environ, start);
};

function only(methods: readonly string[], application: AsyncApplication): AsyncApplication {
  return (environ, startResponse) => {
    if (methods.includes(environ.REQUEST_METHOD)) return application(environ, startResponse);
    const headers = [['allow', methods.join(', ')]] as const;
    throw new HttpError('405 Method Not Allowed', { headers });
  };
}

const missing: AsyncApplication = () => {
  throw notFound();
};

function notFound(): HttpError {
  return new HttpError('404 Not Found', { detail: 'There is nothing at this address.' });
}
