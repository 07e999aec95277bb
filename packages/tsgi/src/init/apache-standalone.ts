import { apart, comment, type Lines } from './layout.ts';
import type { Plan } from './plan.ts';

/** What every configuration needs that Debian has not compiled in. */
const ALWAYS = ['mpm_event', 'authz_core'];

/** A whole configuration around a virtual host, for an Apache of its own in a directory of its own. */
export function standaloneApache({ user }: Plan, modules: readonly string[], host: Lines): Lines {
  return apart(
    comment(
      'A whole configuration, to try it: apache2 -d "$PWD" -f "$PWD/apache.conf" -DFOREGROUND',
      'Every file it writes is in the directory that -d names.',
      ...(user === undefined
        ? ['As root give a user, by --user www-data: without one Apache keeps the rights of root.']
        : []),
    ),
    [
      ...comment('where Debian has the modules'),
      'Define MODULES /usr/lib/apache2/modules',
      ...[...ALWAYS, ...modules].map(
        (name) => `LoadModule ${moduleName(name)} \${MODULES}/mod_${name}.so`,
      ),
    ],
    [
      'DefaultRuntimeDir .',
      'PidFile apache.pid',
      'ErrorLog error.log',
      'Mutex pthread',
      ...(modules.includes('cgid') ? ['ScriptSock cgid.sock'] : []),
      ...(user === undefined ? [] : [`User ${user}`, `Group ${user}`]),
      'ServerName localhost',
      ...(modules.includes('mime') ? ['TypesConfig /etc/mime.types'] : []),
    ],
    [
      ...comment('nothing is served but what is said below'),
      '<Directory "/">',
      '    Require all denied',
      '    AllowOverride None',
      '</Directory>',
    ],
    host,
  );
}

function moduleName(name: string): string {
  return `${name}_module`;
}
