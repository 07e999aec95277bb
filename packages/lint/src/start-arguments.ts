// Rule 1: the arguments of startResponse are judged here, in the order of the specification's
// validation; nothing else in the lint looks at them.

import { describeValue, quote } from './describe-value.ts';
import { isFieldValue, isHopByHop, isStatusLine, isToken, parseLength } from './grammar.ts';
import type { RuleId } from './rules.gen.ts';

/** The first fault of a call, and what a server does about it. */
export interface StartFault {
  /** The rule that the application broke. */
  readonly rule: RuleId;
  /** The rule that makes the server throw. */
  readonly enforcedBy: RuleId;
  /** The code of the error that the server throws. */
  readonly code: string;
  readonly got: string;
}

/** What the lint needs of a valid call. */
export interface StartFacts {
  /** The status code. */
  readonly status: number;
  /** The Content-Length given, in octets. */
  readonly contentLength: number | undefined;
}

/** What checking the arguments of one call came to. */
export type CheckedStart = { readonly fault: StartFault } | { readonly facts: StartFacts };

type Fault = { readonly fault: StartFault };

/** Checks a status and a header list as a server does. */
export function checkStart(status: unknown, headers: unknown): CheckedStart {
  if (typeof status !== 'string') {
    return fault('APP-STATUS', 'SR-STATUS', `${describeValue(status)} as the status`);
  }
  if (!isStatusLine(status)) {
    return fault('APP-STATUS', 'SR-STATUS', `${describeValue(status)} as the status`, status);
  }
  if (!Array.isArray(headers)) {
    return fault('APP-HDR-SHAPE', 'SR-HEADERS', `${describeValue(headers)} as the headers`);
  }
  let contentLength: number | undefined;
  for (let index = 0; index < headers.length; index += 1) {
    const pair: unknown = headers[index];
    const found = checkPair(pair) ?? checkContentLength(pair as [string, string], contentLength);
    if (typeof found === 'object') {
      return found;
    }
    contentLength = found ?? contentLength;
  }
  return { facts: { status: Number(status.slice(0, 3)), contentLength } };
}

function checkPair(pair: unknown): Fault | undefined {
  if (!Array.isArray(pair) || pair.length !== 2) {
    return fault('APP-HDR-SHAPE', 'SR-HEADERS', `${describeValue(pair)} as a header`);
  }
  const [name, value]: readonly unknown[] = pair;
  if (typeof name !== 'string' || typeof value !== 'string') {
    const got = `a header of ${describeValue(name)} and ${describeValue(value)}`;
    return fault('APP-HDR-SHAPE', 'SR-HEADERS', got);
  }
  if (!isToken(name) || name.toLowerCase() === 'status') {
    return fault('APP-HDR-NAME', 'HDR-NAME', `the header name ${quote(name)}`, name);
  }
  if (isHopByHop(name)) {
    return fault('APP-HDR-HOP', 'HDR-HOP', `the header name ${quote(name)}`);
  }
  if (!isFieldValue(value)) {
    const got = `${quote(value)} as the value of ${quote(name)}`;
    return fault('APP-HDR-VALUE', 'HDR-SPACE', got, value);
  }
  return undefined;
}

function checkContentLength(
  [name, value]: readonly [string, string],
  earlier: number | undefined,
): Fault | number | undefined {
  if (name.toLowerCase() !== 'content-length') {
    return undefined;
  }
  const length = parseLength(value);
  if (length === undefined) {
    return fault('APP-CL-FORM', 'HDR-CL', `${quote(value)} as the value of ${quote(name)}`);
  }
  return earlier === undefined
    ? length
    : fault('APP-CL-FORM', 'HDR-CL', `a second Content-Length, ${quote(value)}`);
}

const CODES: Readonly<Partial<Record<RuleId, string>>> = {
  'SR-STATUS': 'ERR_TSGI_STATUS',
  'SR-HEADERS': 'ERR_TSGI_HEADERS',
  'HDR-NAME': 'ERR_TSGI_HEADER_NAME',
  'HDR-HOP': 'ERR_TSGI_HEADER_HOP',
  'HDR-SPACE': 'ERR_TSGI_HEADER_VALUE',
  'HDR-CL': 'ERR_TSGI_CONTENT_LENGTH',
};

function fault(rule: RuleId, enforcedBy: RuleId, got: string, text = ''): Fault {
  const code = CODES[enforcedBy] ?? '';
  return { fault: { rule, enforcedBy: ruleOfCharacters(text) ?? enforcedBy, code, got } };
}

// Two rules of the server speak of characters, whichever string they stand in.
function ruleOfCharacters(text: string): RuleId | undefined {
  if (/[^\t\x20-\x7e\x80-\uffff]/.test(text)) {
    return 'HDR-INJECT';
  }
  return /[\u0100-\uffff]/.test(text) ? 'HDR-LATIN1' : undefined;
}
