import { describe, expect, test } from 'vitest';
import { echo, get, octets, post, startOn, TRANSPORTS } from '../server-fixture.ts';

describe.each(TRANSPORTS)('clients that vanish on %s', (transport) => {
  const start = startOn(transport);

  test.each(['fin', 'reset'] as const)(
    'after any octet of a request, by %s, leave the server running',
    async (how) => {
      const { client, server } = await start(echo);
      const request = post('/', 'abcdef', 'Expect: 100-continue');
      for (let length = 0; length <= request.length; length += 3) {
        const raw = await client();
        raw.send(request.slice(0, length));
        if (how === 'reset') {
          raw.socket.resetAndDestroy();
        } else {
          raw.close();
        }
      }
      const last = await client();
      last.send(post('/', 'still there'));
      await expect(last.until('still there')).resolves.toContain('200 OK');
      last.close();
      await server.close();
      expect(server.counters()).toMatchObject({ connections: 0, active: 0 });
    },
  );

  test('in the middle of a response leave nothing behind', async () => {
    let open = 0;
    const { client, server, faults } = await start((_environ, startResponse) => {
      open += 1;
      startResponse('200 OK', []);
      return {
        *[Symbol.iterator]() {
          for (;;) {
            yield octets('x'.repeat(1000));
          }
        },
        close() {
          open -= 1;
        },
      };
    });
    for (let count = 0; count < 30; count++) {
      const raw = await client();
      raw.send(get('/'));
      await raw.until('xxx');
      if (count % 2 === 0) {
        raw.socket.resetAndDestroy();
      } else {
        raw.close();
      }
    }
    await server.close();
    expect(open).toBe(0);
    expect(faults).toEqual([]);
    expect(server.counters()).toMatchObject({ connections: 0, active: 0, requests: 30 });
  });
});
