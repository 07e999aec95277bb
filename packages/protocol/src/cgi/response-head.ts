import { parseLength } from '../variables/variable-list.ts';
import { CgiError } from './errors.ts';
import { HOP_BY_HOP, STATUS, STATUS_LINE, TEXT, TOKEN, trimSpace } from './grammar.ts';

/**
 * What a response is: RFC 3875 section 6.2. `document`: to be passed on. `client-redirect`: likewise,
 * with a Location and a status of 3xx. `local-redirect`: the gateway answers for `location` instead.
 */
export type CgiResponseKind = 'document' | 'local-redirect' | 'client-redirect';

/** The head of a response. */
export interface CgiResponseHead {
  /** What the gateway is to do with the response. */
  readonly kind: CgiResponseKind;
  /** 200 for a document without Status, 302 for a redirect without it. */
  readonly status: number;
  /** `OK` or `Found` where there is no Status, empty where it has no reason. */
  readonly reason: string;
  /** name, value, …, without Status, without what concerns a connection, values trimmed. */
  readonly headers: readonly string[];
  /** The value of Location. */
  readonly location: string | undefined;
  /** What Content-Length declares. */
  readonly contentLength: number | undefined;
}

/** Whether a script, as servers of uwsgi do, may begin with the status line of HTTP. */
export type StatusLines = 'accept' | 'refuse';

interface Special {
  status?: string;
  location?: string;
  'content-type'?: string;
  'content-length'?: string;
}

const SPECIAL: ReadonlySet<string> = new Set([
  'status',
  'location',
  'content-type',
  'content-length',
]);

/** Parses the lines of a head, without their ends and without the empty one. Throws a CgiError. */
export function parseResponseHead(
  lines: readonly string[],
  statusLines: StatusLines,
): CgiResponseHead {
  const first = statusLines === 'accept' ? STATUS_LINE.exec(lines[0] ?? '') : null;
  const headers: string[] = [];
  const special: Special = first === null ? {} : { status: first[1] as string };
  for (const line of first === null ? lines : lines.slice(1)) {
    addField(line, headers, special);
  }
  const { location, status } = special;
  if (location === undefined && status === undefined && special['content-type'] === undefined) {
    throw new CgiError('ERR_CGI_NO_FIELD', lines.join(', '));
  }
  const length = special['content-length'];
  return {
    ...parseStatus(status, location),
    headers,
    location,
    contentLength: length === undefined ? undefined : checkLength(length),
  };
}

// generic-field = field-name ":" [ field-value ] NL
function addField(line: string, headers: string[], special: Special): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const value = trimSpace(line.slice(colon + 1));
  if (!TOKEN.test(name) || !TEXT.test(value)) {
    throw new CgiError('ERR_CGI_FIELD', line);
  }
  const lower = name.toLowerCase();
  if (lower === 'transfer-encoding') {
    throw new CgiError('ERR_CGI_TRANSFER_ENCODING', value);
  }
  if (HOP_BY_HOP.has(lower)) {
    return;
  }
  if (SPECIAL.has(lower)) {
    // a field without a value is as one that was not sent
    if (value === '') {
      return;
    }
    const key = lower as keyof Special;
    if (special[key] !== undefined) {
      throw new CgiError('ERR_CGI_REPEATED', line);
    }
    special[key] = value;
  }
  if (lower !== 'status') {
    headers.push(name, value);
  }
}

function checkLength(text: string): number {
  const length = parseLength(text);
  if (Number.isNaN(length)) {
    throw new CgiError('ERR_CGI_CONTENT_LENGTH', text);
  }
  return length;
}

function parseStatus(
  text: string | undefined,
  location: string | undefined,
): Pick<CgiResponseHead, 'kind' | 'status' | 'reason'> {
  if (text === undefined) {
    if (location === undefined) {
      return { kind: 'document', status: 200, reason: 'OK' };
    }
    // local-Location = "Location:" local-pathquery NL
    const kind = location.startsWith('/') ? 'local-redirect' : 'client-redirect';
    return { kind, status: 302, reason: 'Found' };
  }
  const match = STATUS.exec(text);
  if (match === null) {
    throw new CgiError('ERR_CGI_STATUS', text);
  }
  const status = Number(match[1]);
  const redirects = location !== undefined && status >= 300 && status < 400;
  return {
    kind: redirects ? 'client-redirect' : 'document',
    status,
    reason: match[2] ?? '',
  };
}
