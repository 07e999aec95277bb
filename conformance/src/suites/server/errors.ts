import type { Application } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { answering, byPath, endless, illegal, trackedBody } from './applications.ts';
import type { Tracking } from './applications.ts';
import { assertOwn500, assertResponse, fieldOf, readFollowing } from './tables.ts';

const SECRET = 'kit-secret-text';

function fail(): never {
  throw new Error(SECRET);
}

function started(probe: Probe, tracking: Tracking, length?: string): Application {
  return (_environ, startResponse) => {
    const headers = length === undefined ? [] : [['Content-Length', length] as const];
    startResponse('200 OK', [probe.tag, ...headers]);
    return trackedBody(probe, tracking);
  };
}

/** Ways in which an application fails before the commit. */
const EARLY: Readonly<Record<string, (probe: Probe) => Application>> = {
  call: () => fail,
  'call-after-start': (probe) => (_environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    return fail();
  },
  iterator: (probe) => (_environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    return { [Symbol.iterator]: fail };
  },
  next: (probe) => started(probe, { steps: [fail] }),
  'next-after-empty-chunks': (probe) => started(probe, { steps: ['', '', fail] }),
  'end-of-empty-body': () => () => [],
  'no-iterator': (probe) => (_environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    return { [Symbol.iterator]: () => illegal(undefined) };
  },
  'no-result': (probe) => (_environ, startResponse) => {
    startResponse('200 OK', [probe.tag]);
    return { [Symbol.iterator]: () => ({ next: () => illegal(undefined) }) };
  },
  'throws-status': () => () => {
    throw Object.assign(new Error(SECRET), {
      status: 404,
      statusCode: 404,
      expose: true,
      headers: { 'Tsgi-Nonce': SECRET },
    });
  },
  'throws-undefined': () => () => {
    throw illegal(undefined);
  },
  'throws-string': () => () => {
    throw illegal(SECRET);
  },
  'throws-null-prototype': () => () => {
    throw illegal(Object.create(null));
  },
};

/** Ways in which an application fails after the commit. */
const LATE: Readonly<Record<string, { app: (probe: Probe) => Application; old?: boolean }>> = {
  chunked: { app: (probe) => started(probe, { steps: ['first', fail] }) },
  'content-length': { app: (probe) => started(probe, { steps: ['first', fail] }, '99') },
  'last-octet-sent': { app: (probe) => started(probe, { steps: ['first', fail] }) },
  'bad-chunk': {
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return [toBytes('first'), illegal('text')].values();
    },
  },
};

const early = Object.entries(EARLY).map(
  ([variant, app]): ServerCheck => ({
    id: `EXC-500.${variant}`,
    title: `A fault before the commit is answered with 500 (${variant.replaceAll('-', ' ')})`,
    app,
    run: async (driver) => {
      const response = await driver.exchange();
      assertOwn500(driver, response);
      driver.assert.equal('nonce fields', fieldOf(response, 'tsgi-nonce').length, 0);
    },
  }),
);

const late = Object.entries(LATE).map(
  ([variant, { app }]): ServerCheck => ({
    id: `EXC-TRUNCATE.${variant}`,
    title: `A fault after the commit leaves the response incomplete (${variant.replaceAll('-', ' ')})`,
    app,
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.received('first');
      const response = await connection.response();
      driver.assert.equal('response is complete', response.complete, false);
      driver.assert.equal('content', fromBytes(response.body), 'first');
    },
  }),
);

/** An error in the cleanup is logged as it is, or with a code of its own. */
const IN_CLEANUP = /kit-secret-text|ERR_TSGI_CLEANUP/;

/** A fault that the server should log, by the code or the message that the log holds. */
const REPORTED: Readonly<Record<string, readonly [app: (probe: Probe) => Application, RegExp]>> = {
  thrown: [() => fail, /kit-secret-text/],
  'thrown-late': [(probe) => started(probe, { steps: ['first', fail] }), /kit-secret-text/],
  close: [(probe) => started(probe, { steps: ['ok'], onClose: fail }), IN_CLEANUP],
  callback: [
    (probe) => (environ, startResponse) => {
      environ['tsgi.on_finish'](fail);
      return answering(probe)(environ, startResponse);
    },
    IN_CLEANUP,
  ],
  'too-many-octets': [(probe) => started(probe, { steps: ['abc'] }, '2'), /ERR_TSGI_CONTENT_OVER/],
  'too-few-octets': [(probe) => started(probe, { steps: ['abc'] }, '9'), /ERR_TSGI_CONTENT_UNDER/],
  'not-started': [() => () => [], /ERR_TSGI_NOT_STARTED/],
  'no-body': [() => () => illegal('text'), /ERR_TSGI_BODY/],
  'forbidden-content': [
    (probe) => answering(probe, { status: '204 No Content', chunks: ['abc'] }),
    /ERR_TSGI_CONTENT_FORBIDDEN/,
  ],
};

const reported = Object.entries(REPORTED).map(
  ([variant, [app, pattern]]): ServerCheck => ({
    id: `ERR-REPORTED.${variant}`,
    title: `The adapter's onError is told of the fault (${variant.replaceAll('-', ' ')})`,
    hearsLog: true,
    app,
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.responseOrEnd();
      const error = await driver.fault(pattern);
      driver.assert.holds('fault reported', pattern.test(error), {
        expected: String(pattern),
        got: error,
      });
    },
  }),
);

interface SurvivalCase {
  readonly id: CheckId;
  readonly title: string;
  readonly app: (probe: Probe) => Application;
  readonly reset?: boolean;
}

const survivals: readonly SurvivalCase[] = [
  { id: 'EXC-SURVIVE.call', title: 'a throw', app: () => fail },
  {
    id: 'EXC-SURVIVE.next',
    title: 'a throw after the commit',
    app: (probe) => started(probe, { steps: ['first', fail] }),
  },
  {
    id: 'EXC-SURVIVE.cleanup',
    title: 'a throw in close()',
    app: (probe) => started(probe, { steps: ['ok'], onClose: fail }),
  },
  {
    id: 'EXC-SURVIVE.reset',
    title: 'a reset by the client',
    app: (probe) => started(probe, { steps: endless() }),
    reset: true,
  },
];

const survival = survivals.map(
  ({ id, title, app, reset }): ServerCheck => ({
    id,
    title: `The next request is answered after ${title}`,
    app: (probe) => {
      const judged = app(probe);
      const watched: Application = (environ, startResponse) => {
        environ['tsgi.on_finish'](() => probe.record('finish'));
        return judged(environ, startResponse);
      };
      return byPath({ '/fault': watched }, answering(probe));
    },
    run: async (driver) => {
      const connection = await driver.begin({ target: '/fault' });
      if (reset === true) {
        await connection.receivedOctets(1);
        await connection.abort('rst');
      } else await connection.responseOrEnd();
      await driver.event('finish');
      assertResponse(driver, await driver.exchange(), {});
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 2);
    },
  }),
);

function giveThree(): IteratorResult<Uint8Array> {
  return { done: false, value: toBytes('abc') };
}

function rejecting(): Promise<never> {
  return Promise.reject(new Error(SECRET));
}

async function rejectLater(probe: Probe): Promise<never> {
  await Promise.resolve();
  probe.record('rejects');
  throw new Error(SECRET);
}

/** A step of the cleanup that gives a promise, which rejects. */
const rejections = (['return', 'close', 'callback'] as const).map(
  (step): ServerCheck => ({
    id: `EXC-SURVIVE.rejected-${step}`,
    title: `The next request is answered after ${step} has given a promise that rejects`,
    app: (probe) => {
      const judged: Application = (environ, startResponse) => {
        environ['tsgi.on_finish'](() => {
          probe.record('finish');
          return step === 'callback' ? rejecting() : undefined;
        });
        startResponse('200 OK', [probe.tag, ['Content-Length', '2']]);
        const iterator = {
          next: giveThree,
          return: step === 'return' ? illegal(rejecting) : undefined,
        };
        const close = step === 'close' ? illegal(rejecting) : undefined;
        return illegal({ [Symbol.iterator]: () => iterator, close });
      };
      return byPath({ '/fault': judged }, answering(probe));
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange({ target: '/fault' }), { body: 'ab' });
      await driver.event('finish');
      await driver.ping();
      assertResponse(driver, await driver.exchange(), {});
    },
  }),
);

/** What becomes of faults of the application. */
export const errorChecks: readonly ServerCheck[] = [
  ...early,
  ...late,
  ...reported,
  ...survival,
  ...rejections,
  {
    id: 'EXC-500.form',
    title: 'The own answer has its status line as its content, which is text/plain',
    app: () => fail,
    run: async (driver) => {
      const response = await driver.exchange();
      const content = fromBytes(response.body);
      driver.assert.equal('content', content, '500 Internal Server Error\n');
      driver.assert.equal('Content-Type', fieldOf(response, 'content-type'), ['text/plain']);
    },
  },
  {
    id: 'EXC-500.connection-goes-on',
    title: 'What follows an own answer on the connection is not damaged by it, also after HEAD',
    requires: ['keepAlive'],
    app: (probe) => byPath({ '/next': answering(probe) }, fail),
    run: async (driver) => {
      for (const method of ['GET', 'HEAD']) {
        const connection = await driver.begin({ method });
        driver.assert.equal('status code', (await connection.response(method)).statusCode, 500);
        const next = await readFollowing(driver, connection);
        driver.assert.oneOf('status of the next response', next?.status, ['200 OK', undefined]);
        driver.assert.equal('octets that belong to no response', connection.unread, 0);
      }
    },
  },
  {
    id: 'EXC-DISCLOSE.code',
    title: 'The own answer holds no code of an error that the server made',
    app: (probe) => (_environ, startResponse) => {
      startResponse('200 OK', [probe.tag]);
      return illegal('text');
    },
    run: async (driver) => {
      const response = await driver.exchange();
      const fields = response.fields.map(([name, value]) => `${name}: ${value}`).join('\n');
      const text = `${response.status}\n${fields}\n${fromBytes(response.body)}`;
      driver.assert.equal('the answer names a code', text.includes('ERR_TSGI'), false);
    },
  },
  {
    id: 'EXC-RESET.http10',
    title: 'A response that ends with the connection is aborted by a reset',
    requires: ['http10'],
    app: (probe) => started(probe, { steps: ['first', fail] }),
    run: async (driver) => {
      const connection = await driver.begin({ version: 'HTTP/1.0' });
      await connection.receivedOctets(1);
      driver.assert.equal('end of the connection', await connection.ended(), 'rst');
    },
  },
  {
    id: 'EXC-REJECTION.sync-profile',
    title: 'A promise that an application returns against the profile may reject',
    app: (probe) => byPath({ '/promise': () => illegal(rejectLater(probe)) }, answering(probe)),
    run: async (driver) => {
      assertOwn500(driver, await driver.exchange({ target: '/promise' }));
      await driver.event('rejects');
      await driver.ping();
      assertResponse(driver, await driver.exchange(), {});
    },
  },
  {
    id: 'EXC-NOTEXT.after-commit',
    title: 'No octet is sent that the application did not yield',
    app: (probe) => started(probe, { steps: ['first', fail] }),
    run: async (driver) => {
      const connection = await driver.begin();
      await connection.ended();
      const response = await connection.response();
      driver.assert.equal('content', fromBytes(response.body), 'first');
      driver.assert.equal('octets after it', connection.unread, 0);
    },
  },
  {
    id: 'EXC-DISCLOSE.message',
    title: 'The own answer holds nothing of the error',
    app: () => () => {
      const error = new Error(SECRET);
      throw Object.assign(error, { code: 'KIT_SECRET_CODE', extra: SECRET });
    },
    run: async (driver) => {
      const response = await driver.exchange();
      assertOwn500(driver, response);
      const fields = response.fields.map(([name, value]) => `${name}: ${value}`).join('\n');
      const text = `${response.status}\n${fields}\n${fromBytes(response.body)}`;
      const found = [SECRET, 'KIT_SECRET_CODE', 'errors.js', ' at '].filter((word) =>
        text.includes(word),
      );
      driver.assert.equal('words of the error in the answer', found, []);
    },
  },
];
