import { FastCgiError } from './errors.ts';
import { parsePairs, writePairs } from './pairs.ts';
import {
  concat,
  type FastCgiRecord,
  PROTOCOL_STATUSES,
  type ProtocolStatus,
  RECORD_TYPES,
  writeRecord,
} from './record.ts';

/** What a gateway can ask for: section 4.1. */
export interface ManagementValues {
  /** Connections taken at a time. */
  readonly FCGI_MAX_CONNS: number;
  /** Requests taken at a time. */
  readonly FCGI_MAX_REQS: number;
  /** 1 where one connection carries several requests at a time. */
  readonly FCGI_MPXS_CONNS: 0 | 1;
}

// Whoever asks for more names than this asks for what nobody knows
const MOST_NAMES = 64;

/** The application's answer to a record of the request 0: section 4. */
export function answerManagement(
  { type, content }: FastCgiRecord,
  values: ManagementValues,
): Uint8Array {
  if (type === RECORD_TYPES.getValues) {
    return answerValues(content, values);
  }
  if (type >= RECORD_TYPES.beginRequest && type <= RECORD_TYPES.data) {
    throw new FastCgiError('ERR_FASTCGI_REQUEST_ID', `0 of a record of type ${type}`);
  }
  // an answer to an answer would go on for ever
  if (type === RECORD_TYPES.getValuesResult || type === RECORD_TYPES.unknownType) {
    throw new FastCgiError('ERR_FASTCGI_TYPE', `type ${type}, which applications send`);
  }
  const body = Uint8Array.of(type, 0, 0, 0, 0, 0, 0, 0);
  return concat(writeRecord({ type: RECORD_TYPES.unknownType, requestId: 0, content: body }));
}

// What is not known is left out
function answerValues(content: Uint8Array, values: ManagementValues): Uint8Array {
  const asked = new Set(parsePairs(content, MOST_NAMES).filter((_, at) => at % 2 === 0));
  const known = Object.entries(values).filter(([name]) => asked.has(name));
  const pairs = writePairs(known.flatMap(([name, value]) => [name, String(value)]));
  const { getValuesResult: type } = RECORD_TYPES;
  return concat(writeRecord({ type, requestId: 0, content: pairs }));
}

// Section 5.5: applicationStatus(32 bits) protocolStatus reserved(3)
/** Writes an END_REQUEST. */
export function writeEndRequest(
  requestId: number,
  status: number,
  protocol: ProtocolStatus,
): Uint8Array[] {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setUint32(0, status);
  content[4] = PROTOCOL_STATUSES.indexOf(protocol);
  return writeRecord({ type: RECORD_TYPES.endRequest, requestId, content });
}
