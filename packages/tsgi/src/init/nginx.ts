import { flagOf } from '../settings/names.ts';
import type { BindAddress } from '../settings/kinds/kind.ts';
import { apart, comment, indent, type Lines, textOf } from './layout.ts';
import { nginxDoor, quoteNginx, variableOf } from './nginx-door.ts';
import { standaloneNginx } from './nginx-standalone.ts';
import { hostAndPort, idleTimeOf, type Plan, secondsOf, upstreamsOf } from './plan.ts';
import { HOST, matching, oneLine, refuse } from './refuse.ts';
import { serverComment } from './server-comment.ts';

const STEP = '    ';

/** The context `http` of nginx: a group of servers, and a server that passes requests to it. */
export function writeNginx(plan: Plan): string {
  const http = apart(
    serverComment(plan, 'nginx'),
    hostMap(plan),
    upstreamGroup(plan),
    ...redirect(plan),
    block('server', serverLines(plan)),
  );
  return textOf(plan.standalone === true ? standaloneNginx(plan, http) : http);
}

function block(head: string, lines: Lines): Lines {
  return [`${head} {`, ...indent(lines, STEP), '}'];
}

// A request of HTTP/1.0 may have no Host, and one of HTTP/1.1 to the server has to.
function hostMap(plan: Plan): Lines {
  return plan.settings.protocol === 'http'
    ? [
        ...comment(
          'The host as the client wrote it, with its port; where it wrote none, server_name.',
        ),
        ...block(`map $http_host $${variableOf(plan, 'host')}`, [
          'default $http_host;',
          '""      $host;',
        ]),
      ]
    : [];
}

function upstreamGroup(plan: Plan): Lines {
  const peers = upstreamsOf(plan);
  const group = peers.length > 1;
  const failing = group ? ' max_fails=3 fail_timeout=10s' : '';
  const servers = peers.map((peer) =>
    'path' in peer
      ? `server ${quoteNginx('the path of a socket', `unix:${peer.path}`)}${failing};`
      : `server ${hostAndPort(peer)}${failing};`,
  );
  const idle = idleTimeOf(plan.settings);
  const { protocol } = plan.settings;
  const keeps = (protocol === 'http' || protocol === 'fastcgi') && idle !== undefined;
  return block(`upstream ${plan.name}`, [
    ...(group
      ? comment(
          'a server that fails three times in ten seconds is left out for ten; once is no proof: one that',
          'reloads closes idle connections, perhaps in the moment in which a request comes on them',
        )
      : []),
    ...servers,
    ...(keeps
      ? [
          ...comment(
            'idle connections that each process of nginx keeps, for less time than the server does',
            `(--${flagOf('keepAliveTimeout')}): it is nginx that closes them, never in the middle of a request`,
          ),
          'keepalive 32;',
          `keepalive_timeout ${idle}s;`,
        ]
      : []),
  ]);
}

function serverLines(plan: Plan): Lines {
  const { mount } = plan;
  const door = nginxDoor(plan);
  const application =
    mount === ''
      ? block('location /', door)
      : [
          ...comment('the mount, what is below it, and nothing whose name only begins like it'),
          ...block(
            `location ~ "(?s)^${escapePattern(mount)}(?<${variableOf(plan, 'path')}>/.*)?\\z"`,
            door,
          ),
        ];
  return apart(
    [...listenLines(plan), ...serverNames(plan)],
    tlsLines(plan),
    limitLines(plan),
    ...plan.static.map(({ url, directory }) => [
      ...comment('files that the application never sees'),
      ...block(`location ^~ ${url}/`, [`alias ${quoteNginx('--static', `${directory}/`)};`]),
    ]),
    ...plan.accel.map(({ url, directory }) => [
      ...comment(
        `files that the application hands out: X-Accel-Redirect: ${url}/NAME in a response; a client`,
        'who asks for them gets 404',
      ),
      ...block(`location ^~ ${url}/`, [
        'internal;',
        `alias ${quoteNginx('--accel', `${directory}/`)};`,
      ]),
    ]),
    application,
    mount === '' ? [] : block('location /', ['return 404;']),
  );
}

function escapePattern(path: string): string {
  return path.replaceAll(/[.+]/g, String.raw`\$&`);
}

function listenLines({ listen, settings }: Plan): Lines {
  const tls =
    settings.certfile === undefined ? '' : ` ssl${settings.http2 === false ? '' : ' http2'}`;
  const port = settings.certfile === undefined ? 80 : 443;
  const addresses = listen === undefined ? [`${port}`, `[::]:${port}`] : [listenText(listen)];
  return addresses.map((address) => `listen ${address}${tls};`);
}

function listenText(listen: BindAddress): string {
  if (listen === 'systemd' || 'fd' in listen) {
    throw refuse('--listen takes HOST:PORT or unix:/PATH for nginx, which inherits no sockets');
  }
  return 'path' in listen
    ? quoteNginx('--listen', `unix:${oneLine('--listen', listen.path)}`)
    : hostAndPort({ host: matching('--listen', listen.host, HOST), port: listen.port });
}

function serverNames({ serverName }: Plan): Lines {
  return serverName.length === 0 ? [] : [`server_name ${serverName.join(' ')};`];
}

// Whoever asks in the clear is sent on; with an address of one's own there is no other port.
function redirect(plan: Plan): readonly Lines[] {
  return plan.settings.certfile === undefined || plan.listen !== undefined
    ? []
    : [
        block('server', [
          'listen 80;',
          'listen [::]:80;',
          ...serverNames(plan),
          'return 301 https://$host$request_uri;',
        ]),
      ];
}

function tlsLines({ settings }: Plan): Lines {
  const { certfile, keyfile, clientCa } = settings;
  if (certfile === undefined) {
    return [];
  }
  return [
    `ssl_certificate ${quoteNginx('--certfile', certfile)};`,
    `ssl_certificate_key ${quoteNginx('--keyfile', keyfile ?? certfile)};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    'ssl_session_cache shared:SSL:10m;',
    ...(clientCa === undefined
      ? []
      : [
          `ssl_client_certificate ${quoteNginx('--client-ca', clientCa)};`,
          'ssl_verify_client on;',
        ]),
  ];
}

/** nginx takes at most 2147483647 milliseconds. */
const ANY = 24 * 86_400;

function limitLines({ settings }: Plan): Lines {
  const { maxBodySize, maxRequestLine, maxFieldSize, maxHeaderSize } = settings;
  const line = Math.max(maxRequestLine, maxFieldSize);
  const lines = Math.max(4, Math.ceil(maxHeaderSize / Math.max(1, line)));
  return [
    ...comment('the limits of the server, so that nginx refuses what it would refuse'),
    // 0 is any size to nginx, and none to the server
    `client_max_body_size ${Math.max(1, maxBodySize)};`,
    `large_client_header_buffers ${lines} ${Math.max(1, line)};`,
    `client_header_timeout ${secondsOf(settings.headersTimeout, ANY)}s;`,
    `client_body_timeout ${secondsOf(settings.bodyTimeout, ANY)}s;`,
    `send_timeout ${secondsOf(settings.writeTimeout, ANY)}s;`,
    ...comment("// and /./ in a path are the application's to judge"),
    'merge_slashes off;',
  ];
}
