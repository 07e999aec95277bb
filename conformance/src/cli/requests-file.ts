/** Rule 1: what requests.json may hold is decided here, as schemas/requests.schema.json says. */
import { readFileSync } from 'node:fs';
import type { Header } from '@tsgi/types';
import type { MemoryRequest, StatusRange } from '../memory/memory-request.ts';
import { UsageError } from './command-error.ts';

// RFC 9110 section 5.6.2: token = 1*tchar
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 3986 section 3.3: what a path may consist of; escapes that are needless are no fault here.
const TARGET = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*(?:\?[!-"$-~]*)?$/;
const MEMBERS: readonly string[] = ['method', 'target', 'scheme', 'headers', 'body', 'status'];

/** Reads the file of `--requests`; throws a UsageError that names the place. */
export function readRequestsFile(file: string): readonly MemoryRequest[] {
  const value = parse(file);
  if (!Array.isArray(value) || value.length === 0) {
    throw new UsageError(`--requests ${file}: an array of requests is expected`);
  }
  return value.map((item: unknown, index) => readRequest(item, `--requests ${file}[${index}]`));
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--requests ${file} cannot be read: ${why.split('\n', 1)[0]}`);
  }
}

function readRequest(item: unknown, place: string): MemoryRequest {
  if (typeof item !== 'object' || item === null) throw new UsageError(`${place} is no object`);
  const unknown = Object.keys(item).find((key) => !MEMBERS.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(`${place} has "${unknown}"; known are ${MEMBERS.join(', ')}`);
  }
  const { method, target, scheme, headers, body, status }: Record<string, unknown> = { ...item };
  if (typeof method !== 'string' || !METHOD.test(method)) {
    throw new UsageError(`${place}.method is a token, got ${JSON.stringify(method)}`);
  }
  if (typeof target !== 'string' || !TARGET.test(target)) {
    throw new UsageError(`${place}.target is a canonical path, got ${JSON.stringify(target)}`);
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new UsageError(`${place}.scheme is http or https, got ${JSON.stringify(scheme)}`);
  }
  if (body !== undefined && typeof body !== 'string') {
    throw new UsageError(`${place}.body is a text, got ${JSON.stringify(body)}`);
  }
  return {
    method,
    target,
    ...(scheme === undefined ? {} : { scheme }),
    headers: readHeaders(headers, place),
    ...(body === undefined ? {} : { body: Buffer.from(body, 'utf8').toString('latin1') }),
    ...(status === undefined ? {} : { expect: readRange(status, place) }),
  };
}

function readHeaders(headers: unknown, place: string): readonly Header[] {
  if (headers === undefined) return [];
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  const isRight = entries.every(
    ([name, value]) => /^[A-Za-z0-9-]+$/.test(name) && typeof value === 'string',
  );
  if (!isRight || (entries.length === 0 && JSON.stringify(headers) !== '{}')) {
    throw new UsageError(`${place}.headers holds names of letters, digits and "-", and texts`);
  }
  return entries as [string, string][];
}

function readRange(status: unknown, place: string): StatusRange {
  const [from, to] = Array.isArray(status) ? (status as readonly unknown[]) : [status, status];
  if (isStatus(from) && isStatus(to) && from <= to) return { from, to };
  const got = JSON.stringify(status);
  throw new UsageError(`${place}.status is a code from 200 to 599 or a pair of them, got ${got}`);
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599;
}
