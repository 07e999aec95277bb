import { isHost } from '@tsgi/core';

/** What is done about a request that node's parser refuses. */
export type Answer =
  | readonly [status: number, reason: string]
  /** The client is not there any more. */
  | 'gone'
  /** What was refused follows the last request, and is no concern of anybody. */
  | 'late';

/** What node's parser says of what it refuses. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

const BAD_REQUEST: Answer = [400, 'Bad Request'];

/** What a failure of node's parser is answered with; everything else is a bad request. */
const CLIENT_ERRORS: Readonly<Record<string, Answer>> = {
  ECONNRESET: 'gone',
  EPIPE: 'gone',
  ETIMEDOUT: 'gone',
  // octets after a request that closes the connection
  HPE_CLOSED_CONNECTION: 'late',
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Content Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** What a failure of node's parser is answered with. */
export function answerTo(error: ParserError): Answer {
  if (error.code === 'HPE_INVALID_URL' && isAuthorityForm(error)) {
    return [501, 'Not Implemented'];
  }
  return CLIENT_ERRORS[error.code ?? ''] ?? BAD_REQUEST;
}

// RFC 9112 section 3.2.3: authority-form, which the parser refuses but with CONNECT
function isAuthorityForm({ rawPacket, bytesParsed }: ParserError): boolean {
  const text = rawPacket?.toString('latin1') ?? '';
  const line = text.slice(text.lastIndexOf('\n', bytesParsed) + 1).split('\r\n', 1)[0] ?? '';
  const target = /^\S+ ([^\s/?#]+:[0-9]+) HTTP\/1\.[01]$/.exec(line)?.[1];
  return target !== undefined && !target.startsWith(':') && isHost(target);
}
