import { readFileSync } from 'node:fs';
import { META_VARIABLES } from '@tsgi/protocol/cgi';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is read beside the variables of RFC 3875 and those of fields. */
const OTHERS: ReadonlySet<string> = new Set([
  ...META_VARIABLES,
  'HTTPS',
  'REMOTE_PORT',
  'REQUEST_SCHEME',
  'REQUEST_URI',
  'SERVER_ADDR',
]);

const WHERE_OCTETS_ARE = '/proc/self/environ';
/** What stands in `process.env` for octets that are no UTF-8. */
const LOST = '\ufffd';

/** Whether these are the variables of a CGI program: RFC 3875 section 4.1. */
export function isCgi(environment: Environment): boolean {
  const { GATEWAY_INTERFACE: version = '', REQUEST_METHOD: method = '' } = environment;
  return version.startsWith('CGI/') && method !== '';
}

/**
 * The variables of the request as name, value, name, value, … one code unit for each octet. Node.js
 * decodes those of its process as UTF-8; what is lost by that comes from the system, where it tells.
 */
export function requestVariables(environment: Environment): string[] {
  const list: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (name.startsWith('HTTP_') || OTHERS.has(name))) {
      const lost = value.includes(LOST) ? originalOctets(name) : undefined;
      list.push(name, lost ?? Buffer.from(value, 'utf8').toString('latin1'));
    }
  }
  return list;
}

function originalOctets(name: string): string | undefined {
  let block: string;
  try {
    block = readFileSync(WHERE_OCTETS_ARE, 'latin1');
  } catch {
    return undefined;
  }
  const variable = block.split('\0').find((entry) => entry.startsWith(`${name}=`));
  return variable?.slice(name.length + 1);
}
