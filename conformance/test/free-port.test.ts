import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../src/engine/free-port.ts';

describe('findFreePort', () => {
  test('gives a port below those that systems give out, on which nobody listens', async () => {
    const port = await findFreePort();
    expect(port).toBeLessThan(32_768);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  test('never gives the same port twice in a row', async () => {
    expect(await findFreePort()).not.toBe(await findFreePort());
  });
});
