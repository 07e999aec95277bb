import { statSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import type { AsyncBody, Body, StartResponse } from '@tsgi/types';
import { statusCode } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { withoutFields } from './header-list.ts';
import { HeldStart } from './held-start.ts';
import { optionError } from './option-error.ts';
import { mapResult } from './result.ts';
import { skipBody } from './skip-body.ts';

/** How the web server in front is told which file to send. */
export type XSendfileOptions =
  | {
      /** nginx: an internal location for each folder, `{ '/srv/files/': '/internal/' }`. */
      readonly accelRedirect: Readonly<Record<string, string>>;
    }
  | {
      /** Apache's mod_xsendfile, lighttpd: the folders that it may send from. */
      readonly sendfile: readonly string[];
    };

/**
 * Lets the web server in front send files: a response of status 200 whose body names a whole file
 * (`tsgi.file`) below one of the folders goes out as X-Accel-Redirect or X-Sendfile without content.
 * Everything else goes out as it is. The client has no say in the mapping. Throws a TypeError for a
 * folder that is no absolute path.
 */
export function xSendfile(options: XSendfileOptions): EitherMiddleware {
  const naming =
    'accelRedirect' in options ? redirecting(options.accelRedirect) : sendingFrom(options.sendfile);
  return either((application) => (environ, startResponse) => {
    const held = new HeldStart();
    delete environ['tsgi.flush_headers'];
    const result = application(environ, held.startResponse);
    return mapResult(result, (body) => handOver(body, { held, startResponse, naming }));
  });
}

/** The field that names a file; `undefined` for a file in none of the folders. */
type Naming = (path: string) => readonly [name: string, value: string] | undefined;

function handOver(
  body: Body | AsyncBody,
  {
    held,
    startResponse,
    naming,
  }: { held: HeldStart; startResponse: StartResponse; naming: Naming },
): Body | AsyncBody {
  const field = held.start === undefined ? undefined : fieldFor(body, naming);
  if (held.start === undefined || field === undefined || statusCode(held.start.status) !== 200) {
    held.release(startResponse);
    return body;
  }
  const { status, headers } = held.start;
  held.replace(startResponse, {
    status,
    headers: [...withoutFields(headers, 'Content-Length', 'Accept-Ranges'), field],
  });
  return skipBody(body);
}

function fieldFor(body: Body | AsyncBody, naming: Naming): ReturnType<Naming> {
  const region = (body as Partial<Body> | null)?.['tsgi.file'];
  if (region?.path === undefined || region.offset !== 0) {
    return undefined;
  }
  const field = naming(region.path);
  return field !== undefined && statSync(region.path).size === region.length ? field : undefined;
}

function redirecting(mapping: Readonly<Record<string, string>>): Naming {
  const folders = Object.entries(mapping).map(([folder, location]) => {
    if (!location.startsWith('/')) {
      throw optionError('xSendfile', 'an internal location must begin with /; it', location);
    }
    return { folder: checkFolder(folder), location: location.replace(/\/?$/, '/') };
  });
  return (path) => {
    const found = folders.find(({ folder }) => path.startsWith(folder));
    if (found === undefined) {
      return undefined;
    }
    const rest = path.slice(found.folder.length).split(sep).map(encodeURIComponent).join('/');
    return ['X-Accel-Redirect', found.location + rest];
  };
}

function sendingFrom(allowed: readonly string[]): Naming {
  const folders = allowed.map(checkFolder);
  return (path) =>
    folders.some((folder) => path.startsWith(folder)) ? ['X-Sendfile', encodeURI(path)] : undefined;
}

function checkFolder(folder: string): string {
  if (!isAbsolute(folder)) {
    throw optionError('xSendfile', 'a folder must be an absolute path; it', folder);
  }
  return folder.endsWith(sep) ? folder : folder + sep;
}
