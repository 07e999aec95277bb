import { encodeLatin1, isLatin1 } from '../octets/latin1.ts';
import { declaredLength } from '../variables/variable-list.ts';
import { UwsgiError } from './errors.ts';

const MOST = 0xffff;

/**
 * Writes the head of a request, which its content of CONTENT_LENGTH octets follows: the gateway's
 * side. Throws `ERR_UWSGI_VALUE`.
 */
export function writeUwsgiHead(variables: readonly string[]): Uint8Array {
  let block = '';
  for (const [at, text] of variables.entries()) {
    if (text.length > MOST || !isLatin1(text) || (at % 2 === 0 && text === '')) {
      throw new UwsgiError('ERR_UWSGI_VALUE', text);
    }
    block += writeSize(text.length) + text;
  }
  if (block.length > MOST || variables.length % 2 !== 0) {
    throw new UwsgiError('ERR_UWSGI_VALUE', `${variables.length} strings, ${block.length} octets`);
  }
  if (Number.isNaN(declaredLength(variables))) {
    throw new UwsgiError('ERR_UWSGI_VALUE', 'a CONTENT_LENGTH that is no number');
  }
  return encodeLatin1(`\0${writeSize(block.length)}\0${block}`);
}

function writeSize(size: number): string {
  return String.fromCharCode(size & 0xff, size >> 8);
}
