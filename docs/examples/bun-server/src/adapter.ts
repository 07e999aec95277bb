/** The server as the conformance kit starts it: bun tsgi-harness.mjs src/adapter.ts */
import process from 'node:process';
import type { AsyncApplication, Profile } from '@tsgi/types';
import { serve } from './serve.ts';

export const meta = {
  name: '@tsgi/example-bun-server',
  version: '0.0.0',
  runtime: `bun ${process.versions['bun']}`,
};

interface StartOptions {
  readonly host: string;
  readonly port: number;
  readonly scriptName?: string;
  readonly profile?: Profile;
  readonly onError?: (error: unknown) => void;
}

export async function start(
  application: AsyncApplication,
  { host, port, scriptName = '', profile = 'sync', onError = () => undefined }: StartOptions,
): Promise<ReturnType<typeof serve>> {
  return serve(application, { hostname: host, port, scriptName, profile, onError });
}
