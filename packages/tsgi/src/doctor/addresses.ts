import { once } from 'node:events';
import { accessSync, constants, lstatSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { kindOf } from '../settings/kinds/table.ts';
import type { BindAddress } from '../settings/kinds/kind.ts';
import type { Resolved } from '../settings/resolved.ts';
import { systemdDescriptors } from '../settings/systemd.ts';
import { SETTINGS } from '../settings/table.ts';
import { type Finding, findingsOn } from './finding.ts';

const ADDRESS = kindOf(SETTINGS.bind);

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'in use; stop the process that listens there, or choose another port',
  EACCES: 'permission denied; ports below 1024 need a capability, or a systemd socket unit',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
};

/** Whether each address can be listened on: TCP ports are, for a moment. */
export async function checkAddresses({ settings }: Resolved): Promise<readonly Finding[]> {
  const { bind, metricsBind } = settings;
  const addresses = [
    ...bind.map((address) => ['bind', address] as const),
    ...(metricsBind === undefined ? [] : [['metrics', metricsBind] as const]),
  ];
  const findings: Finding[] = [];
  for (const [subject, address] of addresses) {
    const problem = await problemOf(address);
    const text = ADDRESS.print(address);
    findings.push(
      ...findingsOn(subject)(
        problem === undefined ? 'ok' : 'fail',
        problem === undefined ? text : `${text}: ${problem}`,
      ),
    );
  }
  return findings;
}

async function problemOf(address: BindAddress): Promise<string | undefined> {
  if (address === 'systemd') {
    return problemOfSystemd();
  }
  if ('fd' in address) {
    return undefined;
  }
  return 'path' in address ? await problemOfSocket(address.path) : await problemOfPort(address);
}

function problemOfSystemd(): string | undefined {
  try {
    systemdDescriptors(process.env);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function problemOfPort(address: { host: string; port: number }): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ ...address, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return REASONS[code] ?? message;
  }
}

// A socket file that nobody listens on is replaced; one that answers belongs to another process.
async function problemOfSocket(path: string): Promise<string | undefined> {
  const directory = dirname(resolve(path));
  try {
    accessSync(directory, constants.W_OK);
  } catch {
    return `${directory} is no directory that this user may write to`;
  }
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present === undefined) {
    return undefined;
  }
  if (!present.isSocket()) {
    return 'there is a file of that name, and it is no socket';
  }
  const probe = connect({ path });
  try {
    await once(probe, 'connect');
    return 'in use; another process listens there';
  } catch {
    return undefined;
  } finally {
    probe.destroy();
  }
}
