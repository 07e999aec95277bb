import type { Application, Outcome } from '@tsgi/types';
import type { CheckId, PlainData, Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import { toBytes } from '../../wire/byte-string.ts';
import {
  answering,
  describeThrown,
  emptyChunks,
  endless,
  illegal,
  thrownBy,
  trackedBody,
} from './applications.ts';

/** An outcome as an event can hold it; an absent member and an undefined one are the same. */
function describeOutcome(outcome: Outcome, fault: unknown): PlainData {
  const { status, bytesSent, aborted, error } = outcome;
  const told = error === fault ? 'the fault itself' : describeThrown(error);
  return { status, bytesSent, aborted, error: error === undefined ? undefined : told };
}

const FAULT = new Error('broken on purpose');

/** One end of a response and the outcome that callbacks are told. */
interface OutcomeCase {
  readonly id: CheckId;
  readonly title: string;
  readonly app: (probe: Probe) => Application;
  readonly drive?: (driver: Driver) => Promise<void>;
  readonly expect: Readonly<Record<string, unknown>>;
}

function reporting(probe: Probe, application: Application): Application {
  return (environ, startResponse) => {
    environ['tsgi.on_finish']((outcome) => {
      probe.record('outcome', describeOutcome(outcome, FAULT));
    });
    return application(environ, startResponse);
  };
}

function throwing(): never {
  throw FAULT;
}

function outcomeCheck({ id, title, app, drive, expect }: OutcomeCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => reporting(probe, app(probe)),
    run: async (driver) => {
      if (drive === undefined) await driver.exchange();
      else await drive(driver);
      const data = (await driver.event('outcome')).data as Readonly<Record<string, unknown>>;
      for (const [member, value] of Object.entries(expect)) {
        driver.assert.equal(`outcome.${member}`, data[member], value);
      }
    },
  };
}

const outcomes: readonly OutcomeCase[] = [
  {
    id: 'FINISH-OUTCOME.complete',
    title: 'A complete response has its status and octets, and no error',
    app: (probe) => answering(probe, { status: '201 Created', chunks: ['abc', 'de'] }),
    expect: { status: 201, bytesSent: 5, aborted: false, error: undefined },
  },
  {
    id: 'FINISH-OUTCOME.streamed',
    title: 'Octets of framing are not counted',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return ['abc', '', 'de'].map(toBytes).values();
    },
    expect: { status: 200, bytesSent: 5, aborted: false, error: undefined },
  },
  {
    id: 'FINISH-OUTCOME.fault-before-commit',
    title: 'A fault before the commit has the status 500 and the value thrown',
    app: () => throwing,
    expect: { status: 500, aborted: false, error: 'the fault itself' },
  },
  {
    id: 'FINISH-OUTCOME.fault-after-commit',
    title: 'A fault after the commit is an aborted response',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: ['abc', throwing] });
    },
    expect: { status: 200, bytesSent: 3, aborted: true, error: 'the fault itself' },
  },
  {
    id: 'FINISH-OUTCOME.too-many-octets',
    title: 'A response that was cut at its Content-Length is complete',
    app: (probe) => answering(probe, { headers: [['Content-Length', '2']], chunks: ['abc'] }),
    expect: { status: 200, bytesSent: 2, aborted: false, error: undefined },
  },
  {
    id: 'FINISH-OUTCOME.too-few-octets',
    title: 'Fewer octets than Content-Length are an aborted response',
    app: (probe) => answering(probe, { headers: [['Content-Length', '9']], chunks: ['abc'] }),
    drive: async (driver) => {
      await (await driver.begin()).responseOrEnd();
    },
    expect: {
      status: 200,
      bytesSent: 3,
      aborted: true,
      error: { kind: 'Error', code: 'ERR_TSGI_CONTENT_UNDER' },
    },
  },
  {
    id: 'FINISH-OUTCOME.forbidden-content',
    title: 'A response whose content was discarded is complete',
    app: (probe) => answering(probe, { status: '204 No Content', chunks: ['abc'] }),
    expect: { status: 204, bytesSent: 0, aborted: false, error: undefined },
  },
  {
    id: 'FINISH-OUTCOME.disconnect',
    title: 'A disconnect after the commit is an aborted response',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return trackedBody(probe, { steps: endless() });
    },
    drive: async (driver) => {
      const connection = await driver.begin();
      await connection.receivedOctets(1);
      await connection.abort('rst');
    },
    expect: {
      status: 200,
      aborted: true,
      error: { kind: 'Error', code: 'ERR_TSGI_ABORTED' },
    },
  },
];

/** Every response without content: what callbacks are told, in the order of the requests. */
const withoutContent: ServerCheck = {
  id: 'FINISH-OUTCOME.no-content',
  title: 'Where no content is sent, no octets are told, whatever the body holds',
  app: (probe) => (environ, startResponse) => {
    environ['tsgi.on_finish'](({ bytesSent, aborted }) => {
      probe.record('outcome', [bytesSent, aborted]);
    });
    if (environ.PATH_INFO === '/fault') throw FAULT;
    const status = environ.PATH_INFO === '/304' ? '304 Not Modified' : '200 OK';
    startResponse(status, [probe.tag]);
    const chunks = [toBytes('abc'), toBytes('de')];
    return environ.PATH_INFO === '/array' ? chunks : chunks.values();
  },
  run: async (driver) => {
    const requests = [
      { method: 'HEAD', target: '/array' },
      { method: 'HEAD', target: '/iterator' },
      { method: 'HEAD', target: '/fault' },
      { method: 'GET', target: '/304' },
    ];
    for (const [index, request] of requests.entries()) {
      await driver.exchange(request);
      await driver.event('outcome', index + 1);
    }
    await driver.settle();
    const got = driver.events('outcome').map(({ data }) => data);
    const none = requests.map(() => [0, false]);
    driver.assert.equal('octets sent and aborted', got, none);
  },
};

/** The callbacks of tsgi.on_finish. */
export const finishChecks: readonly ServerCheck[] = [
  ...outcomes.map(outcomeCheck),
  withoutContent,
  {
    id: 'FINISH-OUTCOME.own-answer',
    title: 'The octets of an own answer are those of its content',
    app: (probe) => reporting(probe, throwing),
    run: async (driver) => {
      const { body } = await driver.exchange();
      const { data } = await driver.event('outcome');
      const { bytesSent } = data as { readonly bytesSent: number };
      driver.assert.equal('octets told beyond those received', bytesSent - body.length, 0);
    },
  },
  {
    id: 'FINISH-OUTCOME.disconnect-before-commit',
    title: 'A disconnect before the commit has no status and no octets',
    gates: ['client gone'],
    app: (probe) =>
      reporting(probe, (_environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        return emptyChunks(probe);
      }),
    run: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold client gone');
      await connection.abort('rst');
      driver.release('client gone');
      const { data } = await driver.event('outcome');
      driver.assert.equal('outcome', data, {
        status: undefined,
        bytesSent: 0,
        aborted: true,
        error: { kind: 'Error', code: 'ERR_TSGI_ABORTED' },
      });
    },
  },
  {
    id: 'FINISH-ORDER.late',
    title: 'A callback that a running callback registers is the next to run',
    app: (probe) => (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      register(() => probe.record('finish', 'a'));
      register(() => {
        probe.record('finish', 'b');
        register(() => probe.record('finish', 'c'));
      });
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      const got = driver.events('finish').map(({ data }) => data);
      driver.assert.equal('order of callbacks', got, ['b', 'c', 'a']);
    },
  },
  ...(
    [
      ['complete', (probe: Probe) => answering(probe)],
      ['application-throws', () => throwing],
      ['no-body', () => () => illegal(undefined)],
    ] as const
  ).map(
    ([variant, app]): ServerCheck => ({
      id: `FINISH-ALWAYS.${variant}`,
      title: `Every callback runs exactly once (${variant.replaceAll('-', ' ')})`,
      app: (probe) => (environ, startResponse) => {
        environ['tsgi.on_finish'](() => probe.record('finish', 'a'));
        environ['tsgi.on_finish'](() => probe.record('finish', 'b'));
        return app(probe)(environ, startResponse);
      },
      run: async (driver) => {
        await driver.exchange();
        await driver.settle();
        const got = driver.events('finish').map(({ data }) => data);
        driver.assert.equal('callbacks, sorted', got.map(String).toSorted(), ['a', 'b']);
      },
    }),
  ),
  {
    id: 'FINISH-ALWAYS.same-function-twice',
    title: 'A function that is registered twice runs twice',
    app: (probe) => (environ, startResponse) => {
      const callback = (): void => probe.record('finish');
      environ['tsgi.on_finish'](callback);
      environ['tsgi.on_finish'](callback);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls of the callback', driver.events('finish').length, 2);
    },
  },
  {
    id: 'FINISH-ORDER.three',
    title: 'The last callback registered runs first',
    app: (probe) => (environ, startResponse) => {
      for (const name of ['a', 'b', 'c']) {
        environ['tsgi.on_finish'](() => probe.record('finish', name));
      }
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('finish', 3);
      await driver.settle();
      const got = driver.events('finish').map(({ data }) => data);
      driver.assert.equal('order of callbacks', got, ['c', 'b', 'a']);
    },
  },
  {
    id: 'FINISH-LATE.in-callback',
    title: 'A callback registered by a callback runs',
    app: (probe) => (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      register(() => register(() => probe.record('late')));
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls of the late callback', driver.events('late').length, 1);
    },
  },
  {
    id: 'FINISH-ENDED.after-response',
    title: 'Registering throws ERR_TSGI_ENDED once all callbacks have run',
    gates: ['later'],
    app: (probe) => (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      register(() => probe.record('finish'));
      // Not by another request: that may come to another process.
      const registerLate = async (): Promise<void> => {
        await probe.holdAsync('later');
        const thrown = thrownBy(() => register(() => undefined));
        probe.record('late', thrown);
      };
      void registerLate();
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.event('finish');
      driver.release('later');
      const { data } = await driver.event('late');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_ENDED');
    },
  },
  {
    id: 'FINISH-FUNCTION.values',
    title: 'What is no function is refused with ERR_TSGI_CALLBACK',
    app: (probe) => (environ, startResponse) => {
      const register = environ['tsgi.on_finish'];
      const values = [undefined, null, 5, {}, 'text'];
      const codes = values.map((value) => thrownBy(() => register(illegal(value))).code);
      probe.record('codes', [...new Set(codes)]);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('thrown', (await driver.event('codes')).data, ['ERR_TSGI_CALLBACK']);
    },
  },
];
