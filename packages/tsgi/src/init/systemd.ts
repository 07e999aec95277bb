import type { BindAddress } from '../settings/kinds/kind.ts';
import { flagOf } from '../settings/names.ts';
import { serveWords } from './command-line.ts';
import { apart, comment, type Lines, textOfParts } from './layout.ts';
import { hostAndPort, type Plan } from './plan.ts';
import { HOST, matching, oneLine, refuse } from './refuse.ts';

/** The units for systemd: a socket that it listens on, and the service behind it. */
export function writeSystemd(plan: Plan): string {
  const units = { socket: socketUnit, service: serviceUnit };
  const parts = Object.entries(units).map(([part, unit]) => ({
    part,
    file: `/etc/systemd/system/${plan.name}.${part}`,
    lines: () => unit(plan),
  }));
  return textOfParts('systemd', parts, plan.part);
}

function socketUnit(plan: Plan): Lines {
  const { name, settings } = plan;
  const modes = settings.bind.flatMap((address) => modeOf(address) ?? []);
  if (new Set(modes).size > 1) {
    throw refuse('systemd has one SocketMode for all sockets of a unit; give --bind one mode');
  }
  return apart(
    ['[Unit]', `Description=The socket of ${name}`],
    [
      '[Socket]',
      ...settings.bind.map((address) => `ListenStream=${streamOf(address)}`),
      ...modes.slice(0, 1).map((mode) => `SocketMode=0${mode.toString(8).padStart(3, '0')}`),
      'Backlog=1024',
    ],
    ['[Install]', 'WantedBy=sockets.target'],
  );
}

function modeOf(address: BindAddress): number | undefined {
  return typeof address === 'object' && 'path' in address ? address.mode : undefined;
}

function streamOf(address: BindAddress): string {
  if (address === 'systemd' || 'fd' in address) {
    throw refuse('--bind says where systemd shall listen: HOST:PORT or unix:/PATH');
  }
  if ('path' in address) {
    return specifiers(oneLine('--bind', address.path));
  }
  const host = matching('--bind', address.host, { ...HOST, pattern: /^[0-9A-Fa-f.:]+$/ });
  return hostAndPort({ host, port: address.port });
}

/** systemd.unit(5): `%` begins a specifier. */
function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}

/** systemd.service(5), Command lines: a word that stands for itself. */
function quoteWord(word: string): string {
  const plain = specifiers(word).replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$*[\]-]+$/.test(plain)
    ? plain
    : `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** systemd.exec(5): the directory in which the service finds its certificate. */
const CREDENTIALS = '${CREDENTIALS_DIRECTORY}';

/** Where a service with ProtectHome=yes sees nothing: systemd.exec(5). */
const HOMES = /^\/(?:home|root|run\/user)(?:\/|$)/;

/** How much longer systemd waits than the server itself, in seconds. */
const SLACK = { start: 30, stop: 15 };

function serviceUnit(plan: Plan): Lines {
  const { name } = plan;
  return apart(
    [
      '[Unit]',
      `Description=${name}, served by tsgi`,
      `Requires=${name}.socket`,
      `After=network.target ${name}.socket`,
    ],
    ['[Service]', ...processLines(plan), ...permissionLines(plan)],
    ['[Install]', 'WantedBy=multi-user.target'],
  );
}

function processLines(plan: Plan): Lines {
  const { bootTimeout, gracefulTimeout, shutdownTimeout } = plan.settings;
  const start = bootTimeout === 0 ? 'infinity' : Math.ceil(bootTimeout / 1000) + SLACK.start;
  const stop = Math.ceil((gracefulTimeout + shutdownTimeout) / 1000) + SLACK.stop;
  return [
    ...comment('it has started when every worker serves; a child of the command says so'),
    'Type=notify',
    'NotifyAccess=all',
    `WorkingDirectory=${specifiers(plan.directory)}`,
    `ExecStart=${commandLine(plan)}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    ...comment('SIGTERM goes to the command alone, which lets its workers end'),
    'KillMode=mixed',
    ...comment(
      'longer than --boot-timeout, and than --graceful-timeout and --shutdown-timeout together',
    ),
    `TimeoutStartSec=${start}`,
    `TimeoutStopSec=${stop}`,
    ...comment(
      'after wrong usage and a broken configuration another start would fail the same way',
    ),
    'Restart=on-failure',
    'RestartPreventExitStatus=2 78',
  ];
}

function permissionLines(plan: Plan): Lines {
  const { name, settings, user } = plan;
  const ownsSocket = settings.bind.some(
    (address) =>
      typeof address === 'object' && 'path' in address && address.path.startsWith(`/run/${name}/`),
  );
  return [
    ...comment('what the service may do'),
    user === undefined ? 'DynamicUser=yes' : `User=${user}`,
    `RuntimeDirectory=${name}`,
    ...(ownsSocket
      ? [
          ...comment('the web server has to come to the socket, also when the service is down'),
          'RuntimeDirectoryMode=0755',
          'RuntimeDirectoryPreserve=yes',
        ]
      : ['RuntimeDirectoryMode=0700']),
    ...(plan.isGiven('controlSocket')
      ? []
      : [`Environment=TSGI_CONTROL_SOCKET=/run/${name}/control.sock`]),
    'Environment=NODE_ENV=production',
    ...credentials(plan),
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ProtectHome=${HOMES.test(plan.directory) ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
  ];
}

// A user who is made for the service can read no key that is root's: systemd hands it over.
function credentials({ settings, user }: Plan): Lines {
  const { certfile, keyfile = certfile } = settings;
  return certfile === undefined || user !== undefined
    ? []
    : [
        `LoadCredential=cert.pem:${specifiers(certfile)}`,
        `LoadCredential=key.pem:${specifiers(keyfile ?? certfile)}`,
      ];
}

function commandLine(plan: Plan): string {
  const handedOver = plan.user === undefined && plan.settings.certfile !== undefined;
  const words = serveWords(plan, {
    bind: ['--bind', 'systemd'],
    ...(handedOver ? { certfile: [], keyfile: [] } : {}),
  }).map(quoteWord);
  const files = handedOver
    ? [
        `--${flagOf('certfile')} ${CREDENTIALS}/cert.pem --${flagOf('keyfile')} ${CREDENTIALS}/key.pem`,
      ]
    : [];
  return ['/usr/bin/env node node_modules/tsgi/bin/tsgi.mjs', ...words, ...files].join(' ');
}
