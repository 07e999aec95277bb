import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RawConnection } from '../src/raw-connection.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  server = createServer(onSocket).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('RawConnection', () => {
  test('counts what comes and keeps what was not asked for yet', async () => {
    const port = await listen((socket) => socket.on('data', () => socket.end('0123456789')));
    const connection = await RawConnection.open(port);
    await connection.write('x');
    await connection.receive(4);
    await connection.ended();
    expect(connection.received).toBe(6);
    await connection.receive(6);
    expect(connection.received).toBe(0);
  });

  test('rejects a wait for octets that do not come before the end', async () => {
    const port = await listen((socket) => socket.on('data', () => socket.end('0123456789')));
    const connection = await RawConnection.open(port);
    await connection.write('x');
    await expect(connection.receive(11)).rejects.toThrow('the server closed the connection');
    expect(connection.open).toBe(false);
  });

  test('does not wait for a connection that is gone to take octets', async () => {
    const port = await listen((socket) => socket.destroy());
    const connection = await RawConnection.open(port);
    await connection.ended();
    await connection.write('x');
    expect(connection.open).toBe(false);
  });
});
