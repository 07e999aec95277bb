import { ANY_TIME, answerTimeOf, type Plan, secondsOf } from './plan.ts';
import { oneLine, refuse } from './refuse.ts';
import { comment, type Lines } from './layout.ts';

/** A word of nginx. Throws where it has a `$`, which begins a variable and cannot be escaped. */
export function quoteNginx(label: string, text: string): string {
  if (text.includes('$')) {
    throw refuse(
      `${label} holds a $, which nginx takes for a variable; got ${JSON.stringify(text)}`,
    );
  }
  return /^[\w@%+=:,./[\]-]+$/.test(oneLine(label, text))
    ? text
    : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A variable of the configuration's own; one whose name begins with a digit would be a group. */
export function variableOf({ name }: Plan, what: 'host' | 'path'): string {
  return `tsgi_${name.replaceAll('-', '_')}_${what}`;
}

/** What nginx does with a request that is for the application: the inside of its location. */
export function nginxDoor(plan: Plan): Lines {
  const { protocol } = plan.settings;
  const prefix = protocol === 'http' ? 'proxy' : protocol;
  return [
    `${prefix}_pass ${protocol === 'http' ? 'http://' : ''}${plan.name};`,
    ...(protocol === 'http' ? forwardedLines(plan) : variableLines(plan, protocol)),
    '',
    ...timeLines(plan, prefix),
    '',
    ...repeatLines(prefix),
    '',
    ...bufferLines(prefix),
  ];
}

function forwardedLines(plan: Plan): Lines {
  return [
    ...comment('without these two lines each request has a connection of its own'),
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    `proxy_set_header Host $${variableOf(plan, 'host')};`,
    ...comment(
      'who the client is, for --forwarded-allow-ips; what a client has written there itself is replaced,',
      'since `*`, which is right on a Unix socket, would believe it',
    ),
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    'proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Port $server_port;',
    'proxy_set_header X-Forwarded-Prefix "";',
    'proxy_set_header Forwarded "";',
  ];
}

/** RFC 3875 section 4.1, and what else servers agree on. */
function variableLines(plan: Plan, protocol: 'fastcgi' | 'scgi' | 'uwsgi'): Lines {
  const { mount, serverName } = plan;
  const variables: ReadonlyArray<readonly [string, string]> = [
    ['REQUEST_METHOD', '$request_method'],
    ['REQUEST_URI', '$request_uri'],
    ['SCRIPT_NAME', mount === '' ? '""' : mount],
    ['PATH_INFO', mount === '' ? '$document_uri' : `$${variableOf(plan, 'path')}`],
    ['QUERY_STRING', '$query_string'],
    ['CONTENT_TYPE', '$content_type'],
    // nginx writes that of SCGI itself, as its first one
    ...(protocol === 'scgi'
      ? [['SCGI', '1'] as const]
      : [['CONTENT_LENGTH', '$content_length'] as const]),
    ['SERVER_PROTOCOL', '$server_protocol'],
    ['SERVER_SOFTWARE', 'nginx/$nginx_version'],
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['SERVER_NAME', serverName.length === 0 ? '$server_addr' : '$server_name'],
    ['SERVER_ADDR', '$server_addr'],
    ['SERVER_PORT', '$server_port'],
    ['REMOTE_ADDR', '$remote_addr'],
    ['REMOTE_PORT', '$remote_port'],
    ['REQUEST_SCHEME', '$scheme'],
    ['HTTPS', '$https if_not_empty'],
  ];
  return [
    ...(protocol === 'fastcgi'
      ? [...comment('connections are kept, as keepalive above says'), 'fastcgi_keep_conn on;']
      : []),
    ...comment(
      `in place of ${protocol}_params, whose SCRIPT_NAME is the whole path: this is the path at which`,
      'the application is mounted, PATH_INFO the rest, and REQUEST_URI what the client wrote',
    ),
    ...variables.map(([variable, value]) => `${protocol}_param ${variable.padEnd(17)} ${value};`),
  ];
}

function timeLines({ settings }: Plan, prefix: string): Lines {
  return [
    ...comment('longer than a call may block a worker (--timeout), so that the server decides'),
    `${prefix}_connect_timeout 5s;`,
    `${prefix}_send_timeout ${secondsOf(settings.bodyTimeout, ANY_TIME)}s;`,
    `${prefix}_read_timeout ${answerTimeOf(settings)}s;`,
  ];
}

// What nginx has sent of a POST, PATCH or LOCK it repeats only where `non_idempotent` says so.
function repeatLines(prefix: string): Lines {
  return [
    ...comment(
      'where a server cannot be reached, or fails before it answers, the next one is asked: never with',
      'a POST, PATCH or LOCK that was sent, and not after ten seconds, when the request is slow by itself',
    ),
    `${prefix}_next_upstream error timeout;`,
    `${prefix}_next_upstream_timeout 10s;`,
  ];
}

// nginx sends the length of what it has read so far to an SCGI server, and the rest behind it.
function bufferLines(prefix: string): Lines {
  return [
    ...comment(
      'what comes is passed on at once, both ways: the server itself keeps slow clients waiting without',
      'a thread or a process for each of them, and a response may go on for ever',
    ),
    `${prefix}_buffering off;`,
    ...(prefix === 'scgi'
      ? [
          ...comment('but for bodies of requests: SCGI wants their length first'),
          'scgi_request_buffering on;',
        ]
      : [`${prefix}_request_buffering off;`]),
    ...comment(
      'room for the head of a response; nginx wants the second line for the sake of the first',
    ),
    `${prefix}_buffer_size 16k;`,
    `${prefix}_buffers 8 16k;`,
  ];
}
