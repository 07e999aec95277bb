import { checkApplication, checkConfigFile, checkTypeScript } from '../doctor/application.ts';
import { checkAddresses } from '../doctor/addresses.ts';
import { checkCertificate } from '../doctor/certificate.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkControlSocket, checkPidFile } from '../doctor/files.ts';
import {
  checkDescriptors,
  checkEnvironment,
  checkMemory,
  checkNode,
  checkWorkers,
} from '../doctor/machine.ts';
import { checkFront } from '../doctor/front.ts';
import { checkKeepAlive } from '../doctor/proxies.ts';
import type { Resolved } from '../settings/resolved.ts';
import { createPaint, type Style } from './color.ts';
import { EXIT } from './command-error.ts';

const CHECKS: ReadonlyArray<
  (resolved: Resolved) => readonly Finding[] | Promise<readonly Finding[]>
> = [
  checkNode,
  checkEnvironment,
  checkConfigFile,
  checkApplication,
  checkTypeScript,
  checkAddresses,
  checkFront,
  checkCertificate,
  checkWorkers,
  checkMemory,
  checkDescriptors,
  checkKeepAlive,
  checkControlSocket,
  checkPidFile,
];

const STYLES: Readonly<Record<Finding['level'], Style>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
};

/** `tsgi doctor`: a line for every check; 1 where one fails. */
export async function doctorCommand(resolved: Resolved): Promise<number> {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    findings.push(...(await check(resolved)));
  }
  const paint = createPaint(resolved.settings.color, process.stdout);
  const text =
    resolved.flags.json === true
      ? JSON.stringify(findings, null, 2)
      : findings
          .map(({ level, subject, text: says }) => {
            return `${paint(STYLES[level], level.padEnd(4))}  ${subject.padEnd(14)}  ${says}`;
          })
          .join('\n');
  process.stdout.write(`${text}\n`);
  return findings.some(({ level }) => level === 'fail') ? EXIT.failure : EXIT.ok;
}
