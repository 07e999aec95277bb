import { encodeLatin1, isLatin1 } from '../octets/latin1.ts';
import { declaredLength } from '../variables/variable-list.ts';
import { ScgiError } from './errors.ts';

/**
 * Writes the head of a request, which its content follows: the gateway's side. CONTENT_LENGTH comes
 * first, 0 where the variables have none, and SCGI after it. Throws `ERR_SCGI_VALUE`.
 */
export function writeScgiHead(variables: readonly string[]): Uint8Array {
  const length = declaredLength(variables) ?? 0;
  if (Number.isNaN(length) || variables.length % 2 !== 0) {
    throw new ScgiError('ERR_SCGI_VALUE', 'a CONTENT_LENGTH that is no number, or a name alone');
  }
  let headers = `CONTENT_LENGTH\0${length}\0SCGI\x001\0`;
  const seen = new Set<string>();
  for (let at = 0; at < variables.length; at += 2) {
    const name = variables[at] as string;
    const value = variables[at + 1] as string;
    if (name === 'CONTENT_LENGTH' || (name === 'SCGI' && value === '1')) {
      continue;
    }
    if (!isWritable(name, value) || seen.has(name)) {
      throw new ScgiError('ERR_SCGI_VALUE', `${name}=${value}`);
    }
    seen.add(name);
    headers += `${name}\0${value}\0`;
  }
  return encodeLatin1(`${headers.length}:${headers},`);
}

function isWritable(name: string, value: string): boolean {
  const text = name + value;
  return name !== '' && name !== 'SCGI' && !text.includes('\0') && isLatin1(text);
}
