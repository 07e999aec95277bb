import { canonicalPath, parseTarget, type Place, type Target, TsgiError } from '@tsgi/core';
import { encodePath } from '@tsgi/protocol/cgi';
import type { PathSource } from '../options.ts';

/** What the variables of a front say of the path; each string has one code unit for each octet. */
export interface FrontPath {
  readonly method: string;
  /** REQUEST_URI; undefined where the front sends none. */
  readonly target: string | undefined;
  /** SCRIPT_NAME, decoded; empty where there is none. */
  readonly scriptName: string;
  /** PATH_INFO, decoded; undefined where the front sends no such variable. */
  readonly pathInfo: string | undefined;
  /** QUERY_STRING; undefined where the front sends none. */
  readonly query: string | undefined;
}

/** What the operator says of it. */
export interface PathRules {
  /** The mount; undefined where the front names it. */
  readonly scriptName: string | undefined;
  readonly source: PathSource;
  /**
   * Whether SCRIPT_NAME without PATH_INFO is a mount, as under CGI, and not the path of a front that
   * does not divide it.
   */
  readonly divided: boolean;
}

/** Where a request goes, and its REQUEST_URI. */
export interface FrontPlace extends Place {
  readonly requestUri: string;
}

/**
 * Where a request behind a front goes. The canonical path is that of REQUEST_URI, unless SCRIPT_NAME
 * and PATH_INFO, as far as their decoding lets one compare, say that the front has rewritten it.
 * Throws as `parseTarget` does, and `ERR_TSGI_TARGET` where a variable that is needed is missing.
 */
export function placeRequest(path: FrontPath, rules: PathRules): FrontPlace {
  const { method } = path;
  // nginx leaves nothing of the absolute-form but the query where there is no path
  const target = path.target?.startsWith('?') ? `/${path.target}` : path.target;
  const own = target === undefined ? undefined : parseTarget(method, target);
  if (own?.path === '*') {
    return { target: own, scriptName: '', requestUri: '*' };
  }
  if (rules.source === 'request-uri' && own === undefined) {
    throw new TsgiError('ERR_TSGI_TARGET', 'no REQUEST_URI');
  }
  const scriptName = rules.scriptName ?? mountOf(path, own, rules);
  if (own !== undefined && target !== undefined && takesOwn(path, own, { rules, scriptName })) {
    const query = rules.source === 'auto' ? (path.query ?? own.query) : own.query;
    return { target: withQuery(method, own, query), scriptName, requestUri: target };
  }
  const told = toldPath(path, scriptName, rules);
  const requestUri = target ?? `${told}${path.query ? `?${path.query}` : ''}`;
  const authority = own?.authority;
  const place = { path: told, query: '', authority };
  return { target: withQuery(method, place, path.query ?? ''), scriptName, requestUri };
}

// The query of a front is checked as that of a target.
function withQuery(method: string, target: Target, query: string): Target {
  return query === target.query
    ? target
    : { ...target, query: parseTarget(method, `/?${query}`).query };
}

interface Chosen {
  readonly rules: PathRules;
  readonly scriptName: string;
}

function takesOwn(path: FrontPath, own: Target, { rules, scriptName }: Chosen): boolean {
  switch (rules.source) {
    case 'request-uri':
      return true;
    case 'path-info':
      return false;
    default: {
      // where the front has not divided the path, one outside of the mount is refused
      const { divided, scriptName: given } = rules;
      const refused = given !== undefined || (path.pathInfo === undefined && !divided);
      const near = refused || isUnder(scriptName, own.path);
      return near && !isRewritten(path, own.path, scriptName);
    }
  }
}

/** Whether SCRIPT_NAME is the whole path, of a front that has no PATH_INFO. */
function isWhole({ scriptName, pathInfo }: FrontPath, own: Target | undefined): boolean {
  if (pathInfo !== undefined || scriptName === '') {
    return false;
  }
  const script = loose(scriptName);
  const path = own === undefined ? script : loose(decode(own.path));
  return path === script || !isUnder(script, path);
}

function mountOf(path: FrontPath, own: Target | undefined, rules: PathRules): string {
  if (!rules.divided && isWhole(path, own)) {
    return '';
  }
  const mount = canonicalPath(encodePath(path.scriptName)).replace(/\/+$/, '');
  const outside = own !== undefined && !isUnder(mount, own.path);
  return rules.source === 'request-uri' && outside ? '' : mount;
}

// A front decodes the path, merges slashes and removes dot segments before it divides it.
function isRewritten({ scriptName, pathInfo }: FrontPath, own: string, mount: string): boolean {
  const path = loose(decode(own));
  if (pathInfo === undefined) {
    return !isUnder(loose(scriptName), path);
  }
  const told = [`${scriptName}${pathInfo}`, pathInfo, `${decode(mount)}${pathInfo}`];
  return !told.some((other) => loose(other) === path);
}

/** The path as the front tells it, the mount included. */
function toldPath(path: FrontPath, mount: string, rules: PathRules): string {
  const { scriptName, pathInfo } = path;
  const given = rules.scriptName !== undefined;
  if (pathInfo === undefined) {
    const whole = given || !rules.divided ? encodePath(scriptName) : mount;
    return canonicalPath(whole || '/');
  }
  const rest = encodePath(pathInfo);
  // a front that knows of no mount gives the whole path, or removes the mount
  const undivided = given && scriptName === '' && isUnder(mount, rest);
  return canonicalPath((undivided ? rest : `${mount}${rest}`) || '/');
}

function isUnder(mount: string, path: string): boolean {
  return path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`);
}

function decode(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** A decoded path in the one form that all fronts could have made of it, only to compare. */
function loose(path: string): string {
  const segments: string[] = [];
  for (const segment of decode(path).split('/')) {
    if (segment === '..') {
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return `/${segments.join('/')}`;
}
