import { apart, comment, indent, type Lines } from './layout.ts';
import type { Plan } from './plan.ts';

/** What a browser has to be told of files that are common on sites. */
const TYPES: Readonly<Record<string, string>> = {
  'text/html': 'html htm',
  'text/css': 'css',
  'text/plain': 'txt',
  'text/javascript': 'js mjs',
  'application/json': 'json map',
  'application/wasm': 'wasm',
  'application/pdf': 'pdf',
  'image/svg+xml': 'svg svgz',
  'image/png': 'png',
  'image/jpeg': 'jpg jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/x-icon': 'ico',
  'font/woff2': 'woff2',
  'video/mp4': 'mp4',
};

/** Where nginx puts what it has no memory for; each is a directory below the prefix. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'] as const;

/** A whole configuration around the context `http`, for an nginx of its own in a directory of its own. */
export function standaloneNginx({ user }: Plan, http: Lines): Lines {
  const types = Object.entries(TYPES).map(([type, endings]) => `${type} ${endings};`);
  return apart(
    comment(
      'A whole configuration, to try it: nginx -p "$PWD" -e stderr -c "$PWD/nginx.conf"',
      'Every file it writes is in the directory that -p names.',
    ),
    [
      ...(user === undefined ? [] : [`user ${user};`]),
      'daemon off;',
      'worker_processes auto;',
      'pid nginx.pid;',
      'error_log stderr;',
    ],
    ['events {', '    worker_connections 1024;', '}'],
    [
      'http {',
      ...indent(
        apart(
          [
            'access_log access.log;',
            ...TEMPORARY.map((name) => `${name}_temp_path ${name}_temp;`),
            'sendfile on;',
            'server_tokens off;',
            'default_type application/octet-stream;',
            'types {',
            ...indent(types, '    '),
            '}',
          ],
          http,
        ),
        '    ',
      ),
      '}',
    ],
  );
}
