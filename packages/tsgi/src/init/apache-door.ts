import { basename, dirname, join } from 'node:path';
import { printValue } from '../settings/values.ts';
import { variableOf } from '../settings/names.ts';
import { SETTING_ROWS } from '../settings/table.ts';
import { takesFlag } from '../settings/argv.ts';
import { comment, indent, type Lines } from './layout.ts';
import {
  answerTimeOf,
  fileOf,
  hostAndPort,
  idleTimeOf,
  type PeerAddress,
  type Plan,
  upstreamsOf,
} from './plan.ts';
import { oneLine, refuse } from './refuse.ts';

/** How requests reach the application, and the modules that this takes. */
export interface Door {
  readonly modules: readonly string[];
  readonly lines: Lines;
}

/** A quoted argument of Apache. Throws where it has `${`, which stands for a value of its own. */
export function quoteApache(label: string, text: string): string {
  if (text.includes('${')) {
    throw refuse(`${label} holds \${, which Apache replaces; got ${JSON.stringify(text)}`);
  }
  return `"${oneLine(label, text).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

const SCHEMES = { http: 'http', fastcgi: 'fcgi', scgi: 'scgi', uwsgi: 'uwsgi' } as const;

/** The servers, as mod_proxy and its kin reach them. */
export function apacheDoor(plan: Plan): Door {
  const { settings, static: files } = plan;
  const scheme = SCHEMES[settings.protocol];
  const peers = upstreamsOf(plan);
  const balanced = peers.length > 1;
  return {
    modules: [
      'proxy',
      `proxy_${scheme}`,
      'env',
      ...(settings.protocol === 'http' ? ['headers'] : []),
      ...(balanced ? ['proxy_balancer', 'lbmethod_byrequests', 'slotmem_shm'] : []),
    ],
    lines: [
      ...comment('this is the way to one application, and no proxy to anywhere'),
      'ProxyRequests Off',
      ...(settings.protocol === 'http' ? forwardedLines() : variableLines(plan)),
      ...files.map(({ url }) => `ProxyPass "${url}" "!"`),
      ...(balanced ? balancerLines(plan, peers) : passLines(plan, peers[0] as PeerAddress)),
    ],
  };
}

function forwardedLines(): Lines {
  return [
    ...comment('the application sees the host that the client asked for'),
    'ProxyPreserveHost On',
    ...comment(
      'who the client is, for --forwarded-allow-ips; Apache itself adds X-Forwarded-For and -Host, and',
      'what a client has written there itself is not passed on',
    ),
    'RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"',
    'RequestHeader set X-Forwarded-Port "expr=%{SERVER_PORT}"',
    'RequestHeader unset X-Forwarded-For',
    'RequestHeader unset X-Forwarded-Host',
    'RequestHeader unset X-Forwarded-Prefix',
    'RequestHeader unset Forwarded',
    ...comment('bodies of requests are passed on while they come'),
    'SetEnv proxy-prefetch-nonblocking 1',
  ];
}

// Since 2.4.59 Apache else sends every response in chunks, and none to HEAD has a length.
function lengthLines(): Lines {
  return [
    ...comment('the Content-Length of a response is believed'),
    'SetEnv ap_trust_cgilike_cl 1',
  ];
}

function variableLines(plan: Plan): Lines {
  return [
    ...comment('without this the Authorization field does not reach the application'),
    ...authorization(plan.mount),
    ...lengthLines(),
    ...pathVariables(plan),
  ];
}

function authorization(mount: string): Lines {
  return [`<Location "${mount === '' ? '/' : mount}">`, '    CGIPassAuth On', '</Location>'];
}

// Apache calls the whole path SCRIPT_NAME. mod_proxy_fcgi lets that be mended; with the others the
// server knows better: of the path as the client wrote it, the mount is what --script-name says.
function pathVariables({ settings, mount }: Plan): Lines {
  if (settings.protocol === 'fastcgi') {
    const pattern = mount.replaceAll(/[.+]/g, String.raw`\$&`);
    return [
      ...comment('SCRIPT_NAME is the path at which the application is mounted, PATH_INFO the rest'),
      `ProxyFCGISetEnvIf "reqenv('SCRIPT_NAME') =~ m#^${pattern}(.*)$#" PATH_INFO "$1"`,
      `ProxyFCGISetEnvIf "true" SCRIPT_NAME "${mount}"`,
    ];
  }
  return mount === ''
    ? []
    : comment(
        `what Apache calls SCRIPT_NAME is not the mount: the server is told, by --script-name`,
      );
}

function urlOf({ settings, name, mount }: Plan, peer: PeerAddress): string {
  const scheme = SCHEMES[settings.protocol];
  // mod_proxy_http passes on the path of the URL; the others take it from the request
  const path = settings.protocol === 'scgi' || settings.protocol === 'uwsgi' ? '' : mount;
  return 'path' in peer
    ? `unix:${peer.path}|${scheme}://${name}${path}`
    : `${scheme}://${hostAndPort(peer)}${path}`;
}

function passLines(plan: Plan, peer: PeerAddress): Lines {
  const { mount } = plan;
  const slash = mount === '' ? '/' : '';
  const target = quoteApache('the address of the server', `${urlOf(plan, peer)}${slash}`);
  return [
    ...timeComment(),
    `ProxyPass "${mount === '' ? '/' : mount}" ${target} ${parameters(plan)}${rawPath(plan)}`,
  ];
}

function timeComment(): Lines {
  return comment(
    'timeout: longer than a call may block a worker (--timeout); ttl: how long idle connections are',
    'kept, for less time than the server does (--keep-alive-timeout)',
  );
}

function parameters({ settings }: Plan): string {
  const idle = idleTimeOf(settings);
  const reuse =
    settings.protocol === 'http' && idle !== undefined ? `ttl=${idle}` : 'disablereuse=on';
  // the others pass on what comes at once
  const flush = settings.protocol === 'fastcgi' ? ' flushpackets=on' : '';
  return `connectiontimeout=5 timeout=${answerTimeOf(settings)} ${reuse}${flush}`;
}

// The path goes on as the client wrote it.
function rawPath({ settings }: Plan): string {
  return settings.protocol === 'http' ? ' nocanon' : '';
}

function balancerLines(plan: Plan, peers: readonly PeerAddress[]): Lines {
  const { mount, name } = plan;
  const bare = { ...plan, mount: '' };
  const members = peers.map((peer, index) => {
    const url = urlOf('path' in peer ? { ...bare, name: `${name}-${index + 1}` } : bare, peer);
    return `BalancerMember ${quoteApache('--upstream', url)} ${parameters(plan)} retry=10`;
  });
  const path = plan.settings.protocol === 'scgi' || plan.settings.protocol === 'uwsgi' ? '' : mount;
  return [
    ...comment(
      'a server that cannot be reached is left out for ten seconds (retry), and the next one asked; a',
      'request that was sent is never sent again',
    ),
    ...timeComment(),
    `<Proxy "balancer://${name}">`,
    ...indent(members, '    '),
    '</Proxy>',
    `ProxyPass "${mount === '' ? '/' : mount}" "balancer://${name}${path}${mount === '' ? '/' : ''}"${rawPath(plan)}`,
  ];
}

/** The application as a program that Apache starts for each request. */
export function cgiLines(plan: Plan): Door {
  const { mount, directory, settings } = plan;
  const file = fileOf(plan);
  const script = quoteApache('FILE', mount === '' ? `${file}/` : file);
  const given = SETTING_ROWS.filter(
    ([name, row]) => plan.isGiven(name) && takesFlag('cgi', name, row) && name !== 'scriptName',
  );
  return {
    modules: ['alias', 'cgid', 'env'],
    lines: [
      ...comment(
        `${basename(file)} is executable (chmod +x) and begins with the line`,
        '    #!/usr/bin/env -S tsgi cgi',
        'Each request starts a process of its own; its errors are in the log of Apache.',
      ),
      `ScriptAlias "${mount === '' ? '/' : mount}" ${script}`,
      `<Directory ${quoteApache('FILE', dirname(file))}>`,
      '    Require all granted',
      '    AllowOverride None',
      '    Options +ExecCGI',
      ...indent(
        comment('without this the Authorization field does not reach the application'),
        '    ',
      ),
      '    CGIPassAuth On',
      '</Directory>',
      ...lengthLines(),
      ...comment('where env finds tsgi, and tsgi node'),
      `SetEnv PATH ${quoteApache('the directory', `${join(directory, 'node_modules/.bin')}:/usr/local/bin:/usr/bin:/bin`)}`,
      ...given.map(([name, row]) => {
        const value = quoteApache(variableOf(name), printValue(row, settings[name]));
        return `SetEnv ${variableOf(name)} ${value}`;
      }),
    ],
  };
}
