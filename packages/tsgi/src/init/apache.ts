import { apacheDoor, cgiLines, type Door, quoteApache } from './apache-door.ts';
import { standaloneApache } from './apache-standalone.ts';
import { apart, comment, indent, type Lines, textOf } from './layout.ts';
import { hostAndPort, type Plan } from './plan.ts';
import { HOST, matching, refuse } from './refuse.ts';
import { serverComment } from './server-comment.ts';

const STEP = '    ';

/** A virtual host of Apache that passes requests to the servers, or runs the application by CGI. */
export function writeApache(plan: Plan): string {
  if (plan.cgi === true && (plan.isGiven('protocol') || (plan.upstream ?? []).length > 0)) {
    throw refuse('--cgi beside --protocol or --upstream: by CGI there is no server behind Apache');
  }
  const door = plan.cgi === true ? cgiLines(plan) : apacheDoor(plan);
  const modules = [...new Set([...modulesOf(plan), ...door.modules])].toSorted();
  const { address, listen } = addressOf(plan);
  const host = section(`VirtualHost ${address}`, hostLines(plan, door));
  const lines = apart(
    plan.cgi === true ? [] : serverComment(plan, 'apache'),
    plan.standalone === true ? [] : comment(`Needs: a2enmod ${modules.join(' ')}`),
    listen,
    ...redirect(plan),
    host,
  );
  return textOf(plan.standalone === true ? standaloneApache(plan, modules, lines) : lines);
}

/** A section of Apache. */
export function section(head: string, lines: Lines): Lines {
  return [`<${head}>`, ...indent(lines, STEP), `</${head.split(' ', 1)[0]}>`];
}

function modulesOf({ settings, static: files }: Plan): readonly string[] {
  return [
    ...(settings.certfile === undefined ? [] : ['ssl', 'socache_shmcb']),
    ...(settings.certfile === undefined || settings.http2 === false ? [] : ['http2']),
    ...(files.length === 0 ? [] : ['alias', 'mime']),
  ];
}

function addressOf({ listen, settings }: Plan): {
  readonly address: string;
  readonly listen: Lines;
} {
  if (listen === undefined) {
    return { address: settings.certfile === undefined ? '*:80' : '*:443', listen: [] };
  }
  if (listen === 'systemd' || !('host' in listen)) {
    throw refuse('--listen takes HOST:PORT for Apache, which listens on TCP ports alone');
  }
  const host = matching('--listen', listen.host, HOST);
  const address = hostAndPort({ host, port: listen.port });
  return { address, listen: [`Listen ${address}`] };
}

// Only an alias may have a wildcard.
function namesOf({ serverName }: Plan): readonly (string | undefined)[] {
  const first = serverName.find((name) => !name.includes('*'));
  return [first, ...serverName.filter((name) => name !== first)];
}

function names(plan: Plan): Lines {
  const [first, ...others] = namesOf(plan);
  return [
    ...(first === undefined ? [] : [`ServerName ${first}`]),
    ...(others.length === 0 ? [] : [`ServerAlias ${others.join(' ')}`]),
  ];
}

function redirect(plan: Plan): readonly Lines[] {
  const { settings, listen } = plan;
  const [first] = namesOf(plan);
  return settings.certfile === undefined || listen !== undefined || first === undefined
    ? []
    : [section('VirtualHost *:80', [...names(plan), `Redirect permanent "/" "https://${first}/"`])];
}

function hostLines(plan: Plan, door: Door): Lines {
  return apart(
    names(plan),
    tlsLines(plan),
    limitLines(plan),
    pathLines(),
    staticLines(plan),
    door.lines,
  );
}

function tlsLines({ settings }: Plan): Lines {
  const { certfile, keyfile, clientCa, http2 } = settings;
  if (certfile === undefined) {
    return [];
  }
  return [
    ...(http2 === false ? [] : ['Protocols h2 http/1.1']),
    'SSLEngine on',
    `SSLCertificateFile ${quoteApache('--certfile', certfile)}`,
    `SSLCertificateKeyFile ${quoteApache('--keyfile', keyfile ?? certfile)}`,
    'SSLProtocol -all +TLSv1.2 +TLSv1.3',
    ...(clientCa === undefined
      ? []
      : [
          `SSLCACertificateFile ${quoteApache('--client-ca', clientCa)}`,
          'SSLVerifyClient require',
        ]),
  ];
}

/** Apache takes no line above this without being compiled anew. */
const LONGEST_LINE = 2 ** 31 - 1;

function limitLines({ settings }: Plan): Lines {
  const { maxBodySize, maxRequestLine, maxFieldSize, maxFields } = settings;
  return [
    ...comment('the limits of the server, so that Apache refuses what it would refuse'),
    // 0 is any size to Apache, and none to the server
    `LimitRequestBody ${Math.max(1, maxBodySize)}`,
    `LimitRequestLine ${Math.min(LONGEST_LINE, Math.max(1, maxRequestLine))}`,
    `LimitRequestFieldSize ${Math.min(LONGEST_LINE, Math.max(1, maxFieldSize))}`,
    `LimitRequestFields ${Math.min(32_767, Math.max(1, maxFields))}`,
  ];
}

function pathLines(): Lines {
  return [
    ...comment("%2F, // and /./ in a path are the application's to judge"),
    'AllowEncodedSlashes NoDecode',
    'MergeSlashes Off',
    ...comment("SERVER_NAME and SERVER_PORT are this host's, whatever the client calls it"),
    'UseCanonicalName On',
    'UseCanonicalPhysicalPort On',
  ];
}

function staticLines({ static: directories }: Plan): Lines {
  return apart(
    ...directories.map(({ url, directory }) => {
      const path = quoteApache('--static', directory);
      return [
        ...comment('files that the application never sees'),
        `Alias "${url}" ${path}`,
        ...section(`Directory ${path}`, [
          'Require all granted',
          'Options -Indexes',
          'AllowOverride None',
        ]),
      ];
    }),
  );
}
