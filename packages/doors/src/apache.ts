import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, requireProgram } from './find-program.ts';

/** Where Debian keeps the modules. */
const MODULES = '/usr/lib/apache2/modules';

/** The file of a module of Apache; undefined where it is not installed. */
export function findApacheModule(name: string): string | undefined {
  const path = join(MODULES, `mod_${name}.so`);
  return existsSync(path) ? path : undefined;
}

/** The words that start Apache. Root starts it as nobody, who may read what root may. */
export function apacheCommand(): readonly [string, ...string[]] {
  const apache = requireProgram('apache2');
  return process.getuid?.() === 0 ? [requireProgram('setpriv'), ...AS_NOBODY, apache] : [apache];
}

/**
 * Apache refuses to serve as root, and its usual "User" could read neither a temporary folder nor
 * a checkout in the home of root; this user can, and so can the CGI programs that it starts.
 */
const AS_NOBODY = [
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
] as const;

/** Why Apache cannot be started on this machine; undefined where it can. */
export function whyNoApache(modules: readonly string[]): string | undefined {
  if (findProgram('apache2') === undefined) return 'apache2 is not installed';
  const missing = modules.find((name) => findApacheModule(name) === undefined);
  if (missing !== undefined) return `Apache has no mod_${missing}`;
  const needsSwitch = process.getuid?.() === 0 && findProgram('setpriv') === undefined;
  return needsSwitch ? 'setpriv is not installed, and Apache does not serve as root' : undefined;
}
