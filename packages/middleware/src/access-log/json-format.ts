import { escapeJson } from './escape.ts';
import {
  type AccessRecord,
  clientAddress,
  environEntry,
  requestField,
  responseField,
  splitTarget,
} from './record.ts';

/** A member of the object that the line is. */
export interface JsonField {
  /** The key of the member; its dots are part of it, no object is nested. */
  readonly name: string;
  /** What it is, for the reference. */
  readonly text: string;
  /** Its value; where there is none the member is absent. */
  readonly value: (
    record: AccessRecord,
  ) => string | number | boolean | readonly string[] | undefined;
}

/** The members in their order: the names of OpenTelemetry's semantic conventions, where it has one. */
export const JSON_FIELDS: readonly JsonField[] = [
  {
    name: 'time',
    text: 'when the request arrived, in UTC, RFC 3339',
    value: ({ startedAt }) => new Date(startedAt).toISOString(),
  },
  { name: 'http.request.method', text: 'method', value: ({ method }) => method },
  {
    name: 'url.scheme',
    text: 'http or https, as the application saw it',
    value: (record) => environEntry(record, 'tsgi.url_scheme'),
  },
  {
    name: 'url.path',
    text: 'path as received',
    value: ({ target }) => target && splitTarget(target)[0],
  },
  {
    name: 'url.query',
    text: 'query as received, without the question mark',
    value: ({ target }) => target && splitTarget(target)[1],
  },
  {
    name: 'network.protocol.version',
    text: 'version of HTTP: 1.0, 1.1, 2',
    value: ({ protocol }) => protocol?.replace(/^HTTP\//, ''),
  },
  {
    name: 'http.response.status_code',
    text: 'status code as a number; absent where no response was begun',
    value: ({ status }) => status,
  },
  {
    name: 'http.request.body.size',
    text: 'octets of the request body that arrived',
    value: ({ bytesReceived }) => bytesReceived,
  },
  {
    name: 'http.response.body.size',
    text: 'octets of content sent',
    value: ({ bytesSent }) => bytesSent,
  },
  {
    name: 'duration_ms',
    text: 'milliseconds from the head of the request to the end of the response',
    value: ({ duration }) => Math.round(duration * 1000) / 1000,
  },
  { name: 'client.address', text: 'address of the client', value: clientAddress },
  {
    name: 'network.peer.address',
    text: 'address of the peer of the last hop: the proxy, where there is one',
    value: ({ remoteAddress }) => remoteAddress,
  },
  {
    name: 'server.address',
    text: 'SERVER_NAME',
    value: (record) => environEntry(record, 'SERVER_NAME'),
  },
  {
    name: 'server.port',
    text: 'SERVER_PORT as a number',
    value: (record) => numberOf(environEntry(record, 'SERVER_PORT')),
  },
  {
    name: 'user.name',
    text: 'REMOTE_USER',
    value: (record) => environEntry(record, 'REMOTE_USER'),
  },
  {
    name: 'user_agent.original',
    text: 'User-Agent',
    value: (record) => requestField(record, 'user-agent'),
  },
  {
    name: 'http.request.header.referer',
    text: 'Referer, as an array of one',
    value: (record) => listOf(requestField(record, 'referer')),
  },
  {
    name: 'request_id',
    text: 'X-Request-Id of the response, else of the request',
    value: (record) =>
      responseField(record, 'x-request-id') ?? requestField(record, 'x-request-id'),
  },
  {
    name: 'trace_id',
    text: 'trace id of traceparent',
    value: (record) => traceParent(record)?.[1],
  },
  {
    name: 'span_id',
    text: 'parent id of traceparent',
    value: (record) => traceParent(record)?.[2],
  },
  {
    name: 'aborted',
    text: 'true where the client did not get the whole response; else absent',
    value: ({ aborted }) => aborted || undefined,
  },
  {
    name: 'error.type',
    text: 'code or class of the error that ended the response',
    value: ({ error }) => errorType(error),
  },
  { name: 'process.pid', text: 'process id of the worker', value: () => process.pid },
];

/** One object on one line, in ASCII. */
export function formatJson(record: AccessRecord): string {
  const members: string[] = [];
  for (const { name, value } of JSON_FIELDS) {
    const member = value(record);
    if (member !== undefined) {
      members.push(`"${name}":${escapeJson(member)}`);
    }
  }
  return `{${members.join(',')}}`;
}

function listOf(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : [text];
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,5}$/.test(text) ? Number(text) : undefined;
}

// W3C Trace Context, section 3.2: version "-" trace-id "-" parent-id "-" trace-flags
function traceParent(record: AccessRecord): RegExpExecArray | null {
  const value = requestField(record, 'traceparent') ?? '';
  return /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(
    value,
  );
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

// What is thrown may be anything, down to a Proxy that throws when it is looked at.
function errorType(error: unknown): string | undefined {
  if (error === undefined) {
    return undefined;
  }
  try {
    const { code, name }: { code?: unknown; name?: unknown } = Object(error);
    return [code, name].find(isName) ?? '_OTHER';
  } catch {
    return '_OTHER';
  }
}
