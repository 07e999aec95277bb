import { readFileSync } from 'node:fs';
import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { serve } from '../src/serve.ts';
import { converse } from './raw-client.ts';

interface Case<Input> {
  readonly name: string;
  readonly input: Input;
  readonly output?: Readonly<Record<string, string>>;
  readonly error?: { readonly status: number };
}

interface Target {
  readonly method: string;
  readonly target: string;
  readonly mount: string;
  readonly host?: string;
}

function read<Input>(file: string): Case<Input>[] {
  const url = new URL(`../../../../spec/vectors/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')).cases;
}

/** Answers with the CGI keys of the environ; HEAD gets them in a field. */
const keys: Application = (environ, startResponse) => {
  const entries = Object.entries(environ).filter(([key]) => !key.includes('.'));
  startResponse('200 OK', [['X-Keys', encodeURIComponent(JSON.stringify(entries))]]);
  return [];
};

/** Sends one request with given fields; gives the status, and the keys that the application saw. */
async function ask(url: string, line: string, fields: readonly (readonly [string, string])[]) {
  const section = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const { text } = await converse(url, `${line} HTTP/1.0\r\n${section}\r\n`);
  const value = /\r\nX-Keys: (.*)\r\n/.exec(text)?.[1];
  const entries: [string, string][] = JSON.parse(decodeURIComponent(value ?? '[]'));
  return { status: Number(text.slice(9, 12)), keys: Object.fromEntries(entries) };
}

async function locate(input: Target): Promise<{ status: number; keys: Record<string, string> }> {
  const options = { host: '127.0.0.1', port: 0, scriptName: input.mount };
  const server = await serve(keys, options);
  try {
    const host: [string, string][] = input.host === undefined ? [] : [['Host', input.host]];
    return await ask(server.url, `${input.method} ${input.target}`, host);
  } finally {
    await server.close();
  }
}

describe('spec/vectors', () => {
  test.each(read<Target>('canonical-path'))('canonical-path: $name', async (vector) => {
    const answer = await locate(vector.input);
    expect(answer.status).toBe(vector.error?.status ?? 200);
    expect(answer.keys).toMatchObject(vector.output ?? {});
  });
});
