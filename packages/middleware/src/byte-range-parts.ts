import { randomBytes } from 'node:crypto';
import type { Header } from '@tsgi/types';
import type { ByteRange } from './byte-ranges.ts';

/** One range of a response with status 206, and what frames it. */
export interface RangePart extends ByteRange {
  /** What is sent before its octets. */
  readonly head: Uint8Array;
  /** What is sent after them. */
  readonly tail: Uint8Array;
}

/** A response of ranges: fields that tell of them, and what to send. */
export interface RangeResponse {
  readonly fields: readonly Header[];
  readonly parts: readonly RangePart[];
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/**
 * The parts of a 206 with one range, or with several as multipart/byteranges (RFC 9110, 14.6). The
 * fields hold Content-Length, and Content-Range or Content-Type.
 */
export function rangeResponse(
  ranges: readonly [ByteRange, ...ByteRange[]],
  { size, type }: { readonly size: number; readonly type: string | undefined },
): RangeResponse {
  const [only, ...others] = ranges;
  if (others.length === 0) {
    const fields: readonly Header[] = [
      ...(type === undefined ? [] : [['Content-Type', type] as const]),
      ['Content-Range', contentRange(only, size)],
      ['Content-Length', String(only.end - only.start)],
    ];
    return { fields, parts: [{ ...only, head: NOTHING, tail: NOTHING }] };
  }
  const boundary = randomBytes(18).toString('base64url');
  const typeLine = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  const parts = ranges.map((range, index) => {
    const before = index === 0 ? '' : '\r\n';
    const head = `${before}--${boundary}\r\n${typeLine}Content-Range: ${contentRange(range, size)}\r\n\r\n`;
    const tail = index === ranges.length - 1 ? `\r\n--${boundary}--\r\n` : '';
    return { ...range, head: encoder.encode(head), tail: encoder.encode(tail) };
  });
  const length = parts.reduce(
    (sum, { start, end, head, tail }) => sum + head.byteLength + end - start + tail.byteLength,
    0,
  );
  const fields: readonly Header[] = [
    ['Content-Type', `multipart/byteranges; boundary=${boundary}`],
    ['Content-Length', String(length)],
  ];
  return { fields, parts };
}

/** The value of Content-Range for one range of `size` octets. */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}
