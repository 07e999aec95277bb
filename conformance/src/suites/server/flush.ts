import type { Application, Environ, StatusLine } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import { illegal, thrownBy, trackedBody } from './applications.ts';
import { dataOf } from './seen.ts';
import { assertResponse, fieldOf } from './tables.ts';

function flush(environ: Environ): void {
  (environ['tsgi.flush_headers'] ?? illegal(undefined))();
}

function fail(): never {
  throw new Error('broken on purpose');
}

/** Flushes and then fails before any content; the client sees the flushed status and no end. */
function faultCheck(id: CheckId, title: string, app: (probe: Probe) => Application): ServerCheck {
  return {
    id,
    title,
    app,
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('status', response.status, '203 Flushed');
      driver.assert.equal('response is complete', response.complete, false);
    },
  };
}

function start(probe: Probe, status: StatusLine = '200 OK'): Application {
  return (environ, startResponse) => {
    startResponse(status, [probe.tag]);
    flush(environ);
    return [];
  };
}

/** `tsgi.flush_headers`. */
export const flushChecks: readonly ServerCheck[] = [
  {
    id: 'FLUSH-COMMIT.start-response',
    title: 'After a flush, startResponse behaves as after the first chunk',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      flush(environ);
      const error = new Error('late');
      const rethrown = thrownBy(() => startResponse('500 Late', [], error));
      const again = thrownBy(() => startResponse('404 Not Found', []));
      probe.record('thrown', [rethrown.kind, again.code]);
      return [toBytes('ok')];
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      const { data } = await driver.event('thrown');
      driver.assert.equal('thrown', data, ['Error', 'ERR_TSGI_ALREADY_STARTED']);
    },
  },
  ...(
    [
      ['in-call', false],
      ['in-next', true],
    ] as const
  ).map(
    ([variant, isLazy]): ServerCheck => ({
      id: `FLUSH-NOW.${variant}`,
      title: `The head reaches the client while the application blocks the thread (${variant})`,
      gates: ['seen'],
      app: (probe) => (environ, startResponse) => {
        const go = (): string => {
          startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
          flush(environ);
          probe.hold('seen');
          return 'ok';
        };
        if (!isLazy) return [toBytes(go())];
        return trackedBody(probe, { steps: [go] });
      },
      run: async (driver) => {
        const connection = await driver.begin();
        await connection.receivedOctets('HTTP/1.1 200 OK\r\n\r\n'.length);
        await driver.event('hold seen');
        driver.release('seen');
        assertResponse(driver, await connection.response(), {});
      },
    }),
  ),
  ...(
    [
      ['unset', () => undefined],
      [
        'failed',
        (startResponse: Parameters<Application>[1]) => {
          thrownBy(() => startResponse(illegal('x'), []));
        },
      ],
    ] as const
  ).map(
    ([variant, before]): ServerCheck => ({
      id: `FLUSH-UNSET.${variant}`,
      title: `A flush with nothing stored throws and changes nothing (${variant})`,
      app: (probe) => (environ, startResponse) => {
        before(startResponse);
        probe.record(
          'thrown',
          thrownBy(() => flush(environ)),
        );
        startResponse('201 Later', [probe.tag], new Error('the last call counts'));
        return [toBytes('ok')];
      },
      run: async (driver) => {
        const response = await driver.exchange();
        const { data } = await driver.event('thrown');
        driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_NOT_STARTED');
        assertResponse(driver, response, { status: '201 Later' });
      },
    }),
  ),
  {
    id: 'FLUSH-AGAIN.twice-and-late',
    title: 'A flush after the commit, after a chunk and after the end does nothing',
    app: (probe) => (environ, startResponse) => {
      const again = (place: string): void => {
        probe.record('again', [place, thrownBy(() => flush(environ)).kind]);
      };
      environ['tsgi.on_finish'](() => again('callback'));
      startResponse('200 OK', [probe.tag]);
      flush(environ);
      again('call');
      const step = (): string => {
        again('next');
        return 'k';
      };
      return trackedBody(probe, { steps: ['o', step] });
    },
    run: async (driver) => {
      const connection = await driver.begin();
      assertResponse(driver, await connection.response(), {});
      await driver.event('again', 3);
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
      const got = dataOf(driver, 'again').slice(0, 3);
      driver.assert.equal('thrown', got, [
        ['call', 'none'],
        ['next', 'none'],
        ['callback', 'none'],
      ]);
    },
  },
  {
    id: 'FLUSH-FRAMING.array',
    title: 'An Array after a flush has no Content-Length',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      flush(environ);
      return [toBytes('o'), toBytes('k')];
    },
    run: async (driver) => {
      const response = await driver.exchange();
      assertResponse(driver, response, {});
      driver.assert.equal('Content-Length', fieldOf(response, 'content-length'), []);
    },
  },
  {
    id: 'FLUSH-FRAMING.content-length',
    title: 'A Content-Length that the application gave frames what was flushed',
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
      flush(environ);
      return [toBytes('ok')].values();
    },
    run: async (driver) => {
      const response = await driver.exchange();
      assertResponse(driver, response, {});
      driver.assert.equal('Content-Length', fieldOf(response, 'content-length'), ['2']);
    },
  },
  {
    id: 'FLUSH-FRAMING.no-content',
    title: 'A flushed 204 is complete with its head',
    app: (probe) => start(probe, '204 No Content'),
    run: async (driver) => {
      const response = await driver.exchange();
      assertResponse(driver, response, { status: '204 No Content', body: '' });
      const framing = ['content-length', 'transfer-encoding'].flatMap((name) =>
        fieldOf(response, name),
      );
      driver.assert.equal('fields of framing', framing, []);
    },
  },
  {
    id: 'FLUSH-FRAMING.http10',
    title: 'A flushed response to HTTP/1.0 ends with the connection',
    requires: ['http10'],
    app: (probe) => (environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      flush(environ);
      return [toBytes('o'), toBytes('k')];
    },
    run: async (driver) => {
      const response = await driver.exchange({ version: 'HTTP/1.0' });
      driver.assert.equal('Transfer-Encoding', fieldOf(response, 'transfer-encoding'), []);
    },
  },
  {
    id: 'SIGNAL-ONLY.flushed-head',
    title: 'A fault after a flush that was all of the response aborts no signal',
    requires: ['signal', 'flushHeaders'],
    app: (probe) => (environ, startResponse) => {
      const signal = environ['tsgi.signal'];
      environ['tsgi.on_finish'](() => probe.record('aborted', signal?.aborted));
      startResponse('203 Flushed', [probe.tag]);
      flush(environ);
      return fail();
    },
    run: async (driver) => {
      await driver.exchange({ method: 'HEAD' });
      driver.assert.equal('signal is aborted', (await driver.event('aborted')).data, false);
    },
  },
  faultCheck(
    'FLUSH-FAULT.call',
    'A throw after the flush leaves the response incomplete',
    (probe) => {
      return (environ, startResponse) => {
        startResponse('203 Flushed', [probe.tag]);
        flush(environ);
        return fail();
      };
    },
  ),
  faultCheck('FLUSH-FAULT.bad-array', 'So does an Array with a wrong element', (probe) => {
    return (environ, startResponse) => {
      startResponse('203 Flushed', [probe.tag]);
      flush(environ);
      return [illegal('text')];
    };
  }),
  {
    id: 'FLUSH-FAULT.outcome',
    title: 'A throw after the flush is an aborted response, and its signal aborts',
    app: (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish']((outcome) => {
        const { status, aborted } = outcome;
        const signal = environ['tsgi.signal']?.aborted ?? true;
        probe.record('outcome', { status, aborted, signal });
      });
      startResponse('203 Flushed', [probe.tag]);
      flush(environ);
      return fail();
    },
    run: async (driver) => {
      await driver.begin();
      const { data } = await driver.event('outcome');
      driver.assert.equal('outcome', data, { status: 203, aborted: true, signal: true });
    },
  },
];
