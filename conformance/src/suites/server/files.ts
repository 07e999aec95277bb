import type { FileWrapper } from '@tsgi/types';
import type { CheckId, ServerCheck } from '../../check.ts';
import { fromBytes, toBytes } from '../../wire/byte-string.ts';
import { answering, byPath, describeThrown, illegal, thrownBy } from './applications.ts';
import { closeFile, openFile, readNext, writeScratchFile } from './disk.ts';
import type { ScratchFile } from './disk.ts';
import { pattern } from './pattern.ts';
import { descriptorOf, fileEndChecks, leave, withFile, wrapperOf } from './file-ends.ts';
import { assertOwn500, assertResponse, fieldOf } from './tables.ts';

const TEXT = '0123456789abcdef';
const LONG = 300_000;

/** A region, and what of the file it stands for. */
interface RangeCase {
  readonly variant: string;
  readonly range?: { readonly offset?: number; readonly length?: number };
  readonly body: string;
}

const RANGES: readonly RangeCase[] = [
  { variant: 'whole', body: TEXT },
  { variant: 'offset', range: { offset: 3 }, body: TEXT.slice(3) },
  { variant: 'both', range: { offset: 3, length: 4 }, body: TEXT.slice(3, 7) },
  { variant: 'empty', range: { offset: 16 }, body: '' },
];

const ranges = RANGES.map(
  ({ variant, range, body }): ServerCheck => ({
    id: `FILE-RANGE.${variant}`,
    title: `The octets of the region are sent and no others (${variant})`,
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        return wrapperOf(environ)(file.path, range);
      }),
    run: async (driver) => assertResponse(driver, await driver.exchange(), { body }),
  }),
);

const BAD_RANGES: readonly { readonly offset?: unknown; readonly length?: unknown }[] = [
  { offset: -1 },
  { offset: 1.5 },
  { offset: 17 },
  { offset: Number.NaN },
  { offset: '3' },
  { length: -1 },
  { length: 17 },
  { length: 0.5 },
  { offset: 10, length: 7 },
  { offset: 2 ** 53 },
];

/** What the wrapper throws, in the place of an application that answers all the same. */
function throwing(
  id: CheckId,
  title: string,
  { calls, expect }: { calls: (file: ScratchFile, wrap: FileWrapper) => void; expect: unknown },
): ServerCheck {
  return {
    id,
    title,
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        const wrap = wrapperOf(environ);
        const isError = thrownBy(() => calls(file, wrap)).kind !== 'none';
        probe.record('thrown', isError);
        return answering(probe, { status: '404 Not Found' })(environ, startResponse);
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('thrown', (await driver.event('thrown')).data, expect);
      driver.assert.equal('status', response.status, '404 Not Found');
    },
  };
}

const refusals: readonly ServerCheck[] = [
  throwing('FILE-OPEN-ERROR.missing', 'A path that does not exist is refused at the call', {
    calls: ({ path }, wrap) => void wrap(`${path}-missing`),
    expect: true,
  }),
  throwing('FILE-OPEN-ERROR.folder', 'A folder is refused at the call', {
    calls: ({ folder }, wrap) => void wrap(folder),
    expect: true,
  }),
  {
    id: 'FILE-BOUNDS.ranges',
    title: 'A range that is no range of the file is a RangeError at the call',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        const kinds = BAD_RANGES.map(
          (range) => thrownBy(() => wrapperOf(environ)(file.path, illegal(range))).kind,
        );
        probe.record('kinds', [...new Set(kinds)]);
        return answering(probe)(environ, startResponse);
      }),
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('thrown', (await driver.event('kinds')).data, ['RangeError']);
    },
  },
];

/** A body of a file that is cut before it is sent, and what becomes of the response. */
const truncations: readonly ServerCheck[] = [
  {
    id: 'FILE-TRUNCATED.before-commit',
    title: 'A file that is empty by the time it is sent is a 500 with ERR_TSGI_FILE',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        environ['tsgi.on_finish'](({ error }) => probe.record('error', describeThrown(error)));
        startResponse('200 OK', [probe.tag]);
        const body = wrapperOf(environ)(file.path);
        file.truncate(0);
        return body;
      }),
    run: async (driver) => {
      assertOwn500(driver, await driver.exchange());
      const { data } = await driver.event('error');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_FILE');
    },
  },
  {
    id: 'FILE-TRUNCATED.after-commit',
    title: 'A file that ends before its region leaves the response incomplete',
    app: (probe) =>
      withFile(pattern(LONG), (file, environ, startResponse) => {
        environ['tsgi.on_finish'](({ error }) => probe.record('error', describeThrown(error)));
        startResponse('200 OK', [probe.tag]);
        const body = wrapperOf(environ)(file.path);
        file.truncate(100_000);
        return body;
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('response is complete', response.complete, false);
      const { data } = await driver.event('error');
      driver.assert.equal('code', (data as { code?: string }).code, 'ERR_TSGI_FILE');
    },
  },
];

/** Two downloads in which the number of a closed descriptor stands for another file. */
const lifetime: ServerCheck = {
  id: 'FILE-LIFETIME.number-reused',
  title: 'The number of a closed descriptor is not used again for the region it once had',
  app: (probe) => {
    const wanted = writeScratchFile(pattern(LONG));
    const other = writeScratchFile('secret '.repeat(60_000));
    let stranger: number | undefined;
    return byPath(
      {
        '/end': (environ, startResponse) => {
          if (stranger !== undefined) closeFile(stranger, other.path);
          wanted.remove();
          other.remove();
          return answering(probe)(environ, startResponse);
        },
      },
      (environ, startResponse) => {
        const body = wrapperOf(environ)(wanted.path);
        const number = descriptorOf(body);
        environ['tsgi.on_finish'](() => {
          stranger ??= openFile(other.path);
          probe.record('reused', stranger === number);
        });
        startResponse('200 OK', [probe.tag]);
        return body;
      },
    );
  },
  run: async (driver) => {
    await leave(driver);
    await driver.event('reused');
    const response = await driver.exchange();
    const isRight = fromBytes(response.body) === pattern(LONG);
    driver.assert.equal('content is that of the file', isRight, true);
    await driver.exchange({ target: '/end' });
  },
};

/** `tsgi.file_wrapper`. */
export const fileChecks: readonly ServerCheck[] = [
  ...ranges,
  ...fileEndChecks,
  ...refusals,
  ...truncations,
  lifetime,
  {
    id: 'FILE-RANGE.long',
    title: 'A long region arrives whole and in order',
    app: (probe) =>
      withFile(pattern(LONG), (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        return wrapperOf(environ)(file.path, { offset: 1000 });
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      const isRight = fromBytes(response.body) === pattern(LONG).slice(1000);
      driver.assert.equal('content is that of the region', isRight, true);
    },
  },
  {
    id: 'FILE-RANGE.async',
    title: 'The same under the asynchronous profile',
    requires: ['async'],
    settings: { profile: 'async' },
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        return wrapperOf(environ)(file.path, { offset: 3, length: 4 });
      }),
    run: async (driver) => assertResponse(driver, await driver.exchange(), { body: '3456' }),
  },
  {
    id: 'FILE-DEFER.not-returned',
    title: 'A call of the wrapper sends nothing',
    gates: ['looked'],
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [['X-First', '1']]);
        const body = wrapperOf(environ)(file.path);
        probe.hold('looked');
        body.close?.();
        startResponse('500 Replaced', [probe.tag], new Error('not sent'));
        return [toBytes('ok')];
      }),
    run: async (driver) => {
      const connection = await driver.begin();
      await driver.event('hold looked');
      driver.assert.equal('octets after the call', await connection.octetsSoFar(), 0);
      driver.release('looked');
      assertResponse(driver, await connection.response(), { status: '500 Replaced' });
    },
  },
  {
    id: 'FILE-POSITION.shared-descriptor',
    title: 'One descriptor serves two responses and keeps its position',
    app: (probe) => {
      const file = writeScratchFile(TEXT);
      const fd = openFile(file.path);
      readNext(fd);
      return byPath(
        {
          '/end': (environ, startResponse) => {
            probe.record('next', readNext(fd));
            closeFile(fd, file.path);
            file.remove();
            return answering(probe)(environ, startResponse);
          },
        },
        (environ, startResponse) => {
          startResponse('200 OK', [probe.tag]);
          return wrapperOf(environ)(fd, { offset: 2, length: 5 });
        },
      );
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: '23456' });
      assertResponse(driver, await driver.exchange(), { body: '23456' });
      await driver.exchange({ target: '/end' });
      const { data } = await driver.event('next');
      driver.assert.equal('octet at the position of the descriptor', data, '1');
    },
  },
  {
    id: 'FILE-PLAIN.iterated',
    title: 'The body gives its octets to whoever iterates it',
    app: (probe) =>
      withFile(pattern(LONG), (file, environ, startResponse) => {
        const body = wrapperOf(environ)(file.path, { offset: 5, length: 200_000 });
        const chunks = [...body];
        body.close?.();
        probe.record('octets', chunks.map(fromBytes).join('') === pattern(LONG).slice(5, 200_005));
        probe.record(
          'closed',
          thrownBy(() => void [...body]),
        );
        startResponse('200 OK', [probe.tag]);
        return [toBytes('ok')];
      }),
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('octets');
      driver.assert.equal('octets are those of the region', data, true);
      const { data: late } = await driver.event('closed');
      driver.assert.equal(
        'iterating after close()',
        (late as { code?: string }).code,
        'ERR_TSGI_FILE',
      );
    },
  },
  {
    id: 'FILE-START.lazy-body',
    title: 'A body whose first step calls startResponse is iterated, whatever region it names',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        const inner = wrapperOf(environ)(file.path);
        return {
          'tsgi.file': inner['tsgi.file'],
          *[Symbol.iterator]() {
            startResponse('203 Lazy', [probe.tag]);
            yield* inner;
          },
          close: () => inner.close?.(),
        };
      }),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { status: '203 Lazy', body: TEXT });
    },
  },
  {
    id: 'FILE-SEND.not-iterated',
    title: 'A region is sent without iterating its body',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        const inner = wrapperOf(environ)(file.path);
        return {
          'tsgi.file': inner['tsgi.file'],
          [Symbol.iterator]: () => {
            probe.record('iterator');
            return inner[Symbol.iterator]();
          },
          close: () => inner.close?.(),
        };
      }),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), { body: TEXT });
      await driver.settle();
      driver.assert.equal('iterators', driver.events('iterator').length, 0);
    },
  },
  {
    id: 'FILE-LENGTH.region',
    title: 'A region that is sent has its length as Content-Length',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        return wrapperOf(environ)(file.path, { offset: 4 });
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('Content-Length', fieldOf(response, 'content-length'), ['12']);
    },
  },
];
