import type { BindAddress, Kind } from './kind.ts';

const TCP = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^\s:[\]/?#]*)):([0-9]{1,5})$/;
const UNIX = /^unix:([^?\0]+)(?:\?mode=(0?[0-7]{3}))?$/;
const DESCRIPTOR = /^fd:\/\/([0-9]{1,9})$/;
const LOOPBACK = '127.0.0.1';

/** Where to listen. `:PORT` is a port of this machine alone. */
export const ADDRESS: Kind<'address'> = {
  takes: 'HOST:PORT with a port from 0 to 65535, unix:/PATH, fd://N or systemd',
  value: 'ADDRESS',
  parse(text) {
    if (text === 'systemd') {
      return text;
    }
    const descriptor = DESCRIPTOR.exec(text);
    return descriptor === null
      ? (parseUnix(text) ?? parseTcp(text))
      : { fd: Number(descriptor[1]) };
  },
  print(address) {
    if (address === 'systemd') {
      return address;
    }
    if ('fd' in address) {
      return `fd://${address.fd}`;
    }
    if ('path' in address) {
      const { path, mode } = address;
      return `unix:${path}${mode === undefined ? '' : `?mode=0${mode.toString(8).padStart(3, '0')}`}`;
    }
    const { host, port } = address;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  },
  schema: {
    type: 'string',
    pattern: '^(?:.*:[0-9]{1,5}|unix:.+|fd://[0-9]+|systemd)$',
    examples: ['127.0.0.1:8000', '[::1]:8000', 'unix:/run/app.sock?mode=0660', 'fd://3', 'systemd'],
  },
};

function parseUnix(text: string): BindAddress | undefined {
  const match = UNIX.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, path = '', mode] = match;
  return mode === undefined ? { path } : { path, mode: Number.parseInt(mode, 8) };
}

function parseTcp(text: string): BindAddress | undefined {
  const match = TCP.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    return undefined;
  }
  return { host: match[1] ?? (match[2] || LOOPBACK), port };
}
