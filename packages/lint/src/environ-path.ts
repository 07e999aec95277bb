import { quote } from './describe-value.ts';
import { isCanonicalPath } from './grammar.ts';
import { type Observation, outer } from './roles.ts';

/** What the two halves of the path and the method look like, all three strings. */
export interface PathEntries {
  readonly method: string;
  readonly scriptName: string;
  readonly pathInfo: string;
}

/** What is wrong with the path that environ gives; undefined where it is canonical. */
export function observePath({
  method,
  scriptName,
  pathInfo,
}: PathEntries): Observation | undefined {
  const got = `SCRIPT_NAME ${quote(scriptName)} and PATH_INFO ${quote(pathInfo)}`;
  if (pathInfo === '*' && (scriptName !== '' || method !== 'OPTIONS')) {
    return outer('ENV-PATH-ASTERISK', `${got} for ${quote(method).slice(1, -1)}`);
  }
  if (scriptName.endsWith('/') || (scriptName !== '' && !scriptName.startsWith('/'))) {
    return outer('ENV-SCRIPT', got);
  }
  const path = scriptName + pathInfo;
  if (path.includes('?')) {
    return outer('ENV-PATH-QUERY', got);
  }
  if (/\/(?:\.|%2[Ee]){1,2}(?:\/|$)/.test(path)) {
    return outer('ENV-PATH-DOTS', got);
  }
  const joint = pathInfo === '' ? scriptName !== '' : pathInfo === '*' || pathInfo.startsWith('/');
  return joint && isCanonicalPath(path) ? undefined : outer('ENV-PATH-CANONICAL', got);
}
