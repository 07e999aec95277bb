import type { CgiLimits } from '@tsgi/protocol/cgi';
import type { ServerSettings } from '../options.ts';

/** Octets of variables that are no fields of the request: paths, names, what an operator adds. */
const OTHER_OCTETS = 65_536;
/** How many of them there may be. */
const OTHER_VARIABLES = 256;
/** The longest value that uwsgi can carry. */
const LONGEST_VALUE = 65_535;

/** The limits of all codecs: what is within those of a head as HTTP has it is never beyond these. */
export function frontLimits(
  settings: ServerSettings,
): Pick<CgiLimits, 'variables' | 'name' | 'value'> & { readonly head: number } {
  const { maxHeaderSize, maxRequestLine, maxFieldSize, maxFields } = settings;
  return {
    // a target comes several times: REQUEST_URI, PATH_INFO, DOCUMENT_URI
    head: 2 * maxHeaderSize + 4 * maxRequestLine + OTHER_OCTETS,
    variables: maxFields + OTHER_VARIABLES,
    name: maxFieldSize + OTHER_VARIABLES,
    value: Math.max(LONGEST_VALUE, maxFieldSize, maxRequestLine),
  };
}
