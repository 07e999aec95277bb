import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeInit } from '../../src/init/write-init.ts';
import type { Settings } from '../../src/settings/table.ts';
import { INPUT } from './inputs.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { run, scratch } from './program.ts';

function dockerfile(settings: Partial<Settings> = {}, inFile: readonly (keyof Settings)[] = []) {
  return parseDockerfile(writeInit('docker', { ...INPUT, settings, inFile, part: 'dockerfile' }));
}

/** The words of CMD, and those that HEALTHCHECK runs. */
function commands(settings?: Partial<Settings>, inFile?: readonly (keyof Settings)[]) {
  const instructions = dockerfile(settings, inFile);
  const command = instructions.find(({ name }) => name === 'CMD');
  const check = instructions.find(({ name }) => name === 'HEALTHCHECK');
  const probe = /CMD (.*)$/.exec(check?.text ?? '')?.[1] ?? '[]';
  return {
    command: JSON.parse(command?.text ?? '[]') as string[],
    probe: JSON.parse(probe) as string[],
  };
}

const directory = scratch();
const seen: string[] = [];
let status = 200;
const server = createServer((request, response) => {
  seen.push(request.url ?? '');
  response.writeHead(status).end();
});
const onSocket = createServer((_request, response) => void response.end());
const path = join(directory, 'app.sock');

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  onSocket.listen(path);
  await Promise.all([once(server, 'listening'), once(onSocket, 'listening')]);
});

afterAll(() => {
  server.close();
  onSocket.close();
});

describe('tsgi init docker', () => {
  test('writes a Dockerfile of two stages whose last one is not root', () => {
    const instructions = dockerfile();
    const names = instructions.map(({ name }) => name);
    expect(names.filter((name) => name === 'FROM')).toHaveLength(2);
    expect(instructions[0]?.text).toBe('node:22-slim AS build');
    const last = instructions.slice(names.lastIndexOf('FROM'));
    expect(last.map(({ name, text }) => `${name} ${text}`).slice(0, 7)).toEqual([
      'FROM node:22-slim',
      'ENV NODE_ENV=production',
      'WORKDIR /app',
      'COPY --from=build /app ./',
      'USER node',
      'EXPOSE 8000',
      'STOPSIGNAL SIGTERM',
    ]);
  });

  test('listens on all addresses of the container, and answers for its health', () => {
    const start = ['node', 'node_modules/tsgi/bin/tsgi.mjs', 'serve', 'app.mjs'];
    const health = ['--health-path', '/healthz'];
    expect(commands().command).toEqual([...start, '--bind', '0.0.0.0:8000', ...health]);
    expect(
      commands({ bind: [{ host: '127.0.0.1', port: 80 }], workers: 2, healthPath: '/well' }, [
        'bind',
        'workers',
        'healthPath',
      ]).command,
    ).toEqual([...start, '--bind', '0.0.0.0:80']);
    expect(
      commands({ bind: [{ host: '::', port: 1 }, { path: '/a' }], healthPath: '/w' }).command,
    ).toEqual([...start, '--bind', '[::]:1,unix:/a', '--health-path', '/w']);
  });

  test.each([
    [200, 0],
    [503, 1],
  ])('asks for its health: %i is %i', async (answer, expected) => {
    status = answer;
    const { port } = server.address() as AddressInfo;
    const settings = { bind: [{ host: '0.0.0.0', port }], healthPath: '/well?"$x' };
    const [, ...args] = commands(settings).probe;
    expect(await run(process.execPath, ...args)).toEqual({ status: expected, output: '' });
    expect(seen.at(-1)).toBe('/well?"$x');
  });

  test.each(['http', 'uwsgi'] as const)(
    'finds out whether a socket is served, by %s',
    async (protocol) => {
      const probe = async (file: string): Promise<number> => {
        const [, ...args] = commands({ protocol, bind: [{ path: file }] }).probe;
        return (await run(process.execPath, ...args)).status;
      };
      expect(await probe(path)).toBe(0);
      expect(await probe(join(directory, 'absent.sock'))).toBe(1);
    },
  );

  test('keeps secrets out of the image', () => {
    const text = writeInit('docker', { ...INPUT, part: 'dockerignore' });
    const patterns = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(patterns).toEqual(expect.arrayContaining(['.env', '*.pem', '*.key', 'node_modules']));
    expect(patterns.filter((pattern) => /\s/.test(pattern))).toEqual([]);
  });

  test('writes both files one after the other', () => {
    const parts = ['dockerfile', 'dockerignore'].map((part) =>
      writeInit('docker', { ...INPUT, part }),
    );
    expect(writeInit('docker', INPUT)).toBe(parts.join('\n'));
    expect(() => writeInit('docker', { ...INPUT, part: 'compose' })).toThrow(
      '--part takes one of dockerfile, dockerignore for docker; got "compose"',
    );
  });
});
