import { describe, expect, test } from 'vitest';
import { installArguments } from '../src/install-peers.ts';

const all = (): boolean => true;
const none = (): boolean => false;

describe('installArguments', () => {
  test('installs nothing for servers that need no package', () => {
    const peers = ['raw', 'node-http', 'tsgi-net', 'gunicorn'] as const;
    expect(installArguments({ peers, autocannon: false }, all)).toBeUndefined();
  });

  test('installs nothing where nothing is missing', () => {
    expect(
      installArguments({ peers: ['fastify', 'bun'], autocannon: false }, none),
    ).toBeUndefined();
  });

  test('leaves out Bun and Deno where neither takes part', () => {
    const args = installArguments({ peers: ['raw', 'fastify'], autocannon: false }, all);
    expect(args).toContain('--omit=optional');
    expect(args).toContain('--ignore-scripts');
  });

  test('installs them where one takes part', () => {
    const args = installArguments({ peers: ['fastify', 'deno'], autocannon: false }, all);
    expect(args).not.toContain('--omit=optional');
  });

  test('installs for autocannon alone', () => {
    expect(installArguments({ peers: ['raw'], autocannon: true }, none)).toContain('install');
  });
});
