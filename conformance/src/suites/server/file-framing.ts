/** Regions of files under the rules of framing, and the wrapper where it is used in other ways. */
import type { Application, Environ, Header, StatusLine } from '@tsgi/types';
import type { CheckId, Probe, ServerCheck } from '../../check.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { answering, illegal, thrownBy } from './applications.ts';
import { closeFile, countOpen, isOpenFile, openFile, readNext, writeScratchFile } from './disk.ts';
import { withFile, wrapperOf } from './file-ends.ts';
import { assertResponse, fieldOf } from './tables.ts';

const TEXT = '0123456789abcdef';

/** A region that is framed by something else than its own length. */
interface FramedCase {
  readonly id: CheckId;
  readonly title: string;
  readonly requires?: ServerCheck['requires'];
  readonly request?: RequestShape;
  readonly status?: StatusLine;
  readonly headers?: readonly Header[];
  /** What the application does before it returns the region. */
  readonly before?: (environ: Environ) => void;
  readonly body?: string;
}

const framed: readonly FramedCase[] = [
  {
    id: 'FRAME-CL-OVER.file',
    title: 'A region that is longer than the Content-Length is cut there',
    headers: [['Content-Length', '4']],
    body: '0123',
  },
  {
    id: 'FLUSH-FRAMING.file',
    title: 'A region after a flush is framed as what has left says',
    requires: ['files', 'flushHeaders'],
    before: (environ) => (environ['tsgi.flush_headers'] ?? illegal(undefined))(),
  },
  {
    id: 'FILE-RANGE.range-field',
    title: 'A Range field of the request changes nothing',
    request: { headers: [['Range', 'bytes=2-4']] },
  },
  {
    id: 'FRAME-HEAD.file',
    title: 'HEAD has nothing of the region',
    request: { method: 'HEAD' },
    body: '',
  },
  ...(['204 No Content', '205 Reset Content', '304 Not Modified'] as const).map(
    (status): FramedCase => ({
      id: `FRAME-DISCARD.file-${status.slice(0, 3)}`,
      title: `${status.slice(0, 3)} has nothing of the region`,
      status,
      body: '',
    }),
  ),
];

function regionOf(probe: Probe, { status = '200 OK', headers = [], before }: FramedCase) {
  return withFile(TEXT, (file, environ, startResponse) => {
    startResponse(status, [probe.tag, ...headers]);
    before?.(environ);
    return wrapperOf(environ)(file.path);
  });
}

function framedCheck(given: FramedCase): ServerCheck {
  const { id, title, requires = ['files'], request = {}, status = '200 OK', body = TEXT } = given;
  return {
    id,
    title,
    requires,
    app: (probe) => regionOf(probe, given),
    run: async (driver) => {
      const connection = await driver.begin(request);
      assertResponse(driver, await connection.response(request.method), { status, body });
      await driver.ping();
      await connection.octetsSoFar();
      driver.assert.equal('octets after the response', connection.unread, 0);
    },
  };
}

/** The application tries something with a file of its own, and reports what came of it. */
function tried(
  id: CheckId,
  title: string,
  { look, expect }: { look: (path: string, environ: Environ) => unknown; expect: unknown },
): ServerCheck {
  return {
    id,
    title,
    app: (probe): Application =>
      withFile(TEXT, (file, environ, startResponse) => {
        probe.record('seen', illegal(look(file.path, environ)));
        return answering(probe)(environ, startResponse);
      }),
    run: async (driver) => {
      await driver.exchange();
      driver.assert.equal('what the application sees', (await driver.event('seen')).data, expect);
    },
  };
}

/** `tsgi.file_wrapper` beside a plain download. */
export const fileFramingChecks: readonly ServerCheck[] = [
  ...framed.map(framedCheck),
  {
    id: 'FRAME-CL-UNDER.file',
    title: 'A region that is shorter than the Content-Length leaves the response incomplete',
    requires: ['files'],
    app: (probe) =>
      regionOf(probe, {
        id: 'FRAME-CL-UNDER.file',
        title: '',
        headers: [['Content-Length', '20']],
      }),
    run: async (driver) => {
      const response = await driver.exchange();
      driver.assert.equal('response is complete', response.complete, false);
    },
  },
  {
    id: 'TRAILERS-ARRAY.file',
    title: 'A region with trailers has no Content-Length',
    requires: ['files', 'trailers'],
    app: (probe) =>
      regionOf(probe, {
        id: 'TRAILERS-ARRAY.file',
        title: '',
        before: (environ) => environ['tsgi.trailers']?.([['X-Digest', 'abc']]),
      }),
    run: async (driver) => {
      const response = await driver.exchange({ headers: [['TE', 'trailers']] });
      driver.assert.equal('Content-Length', fieldOf(response, 'content-length'), []);
    },
  },
  {
    id: 'FILE-RANGE.grown',
    title: 'What a file has gained since the call is not sent',
    app: (probe) =>
      withFile(TEXT, (file, environ, startResponse) => {
        startResponse('200 OK', [probe.tag]);
        const body = wrapperOf(environ)(file.path);
        file.truncate(100);
        return body;
      }),
    run: async (driver) => assertResponse(driver, await driver.exchange(), { body: TEXT }),
  },
  tried('FILE-TRUNCATED.iterated', 'Whoever iterates a body of a file that was cut is told', {
    look: (path, environ) => {
      const file = writeScratchFile(TEXT);
      const body = wrapperOf(environ)(file.path);
      file.truncate(0);
      const { code } = thrownBy(() => void [...body]);
      body.close?.();
      file.remove();
      return path === file.path ? undefined : code;
    },
    expect: 'ERR_TSGI_FILE',
  }),
  tried('FILE-CLOSE.twice', 'A second close() leaves a descriptor of the same number alone', {
    look: (path, environ) => {
      const body = wrapperOf(environ)(path);
      body.close?.();
      const own = openFile(path);
      const { kind } = thrownBy(() => body.close?.());
      const isOpen = isOpenFile(own, path);
      closeFile(own, path);
      return [kind, isOpen];
    },
    expect: ['none', true],
  }),
  tried('FILE-BOUNDS.closed', 'A refused range leaves no descriptor open', {
    look: (path, environ) => {
      thrownBy(() => wrapperOf(environ)(path, { offset: 17 }));
      thrownBy(() => wrapperOf(environ)(path, { length: illegal('3') }));
      return countOpen(path);
    },
    expect: 0,
  }),
  tried('FILE-OPEN-ERROR.code', 'The error of the system is thrown as it is', {
    look: (path, environ) => thrownBy(() => wrapperOf(environ)(`${path}-missing`)).code,
    expect: 'ENOENT',
  }),
  tried('FILE-OPEN-ERROR.no-file', 'What names no file is a TypeError at the call', {
    look: (_path, environ) =>
      [-1, 1.5, Number.NaN, undefined, null, {}].map(
        (file) => thrownBy(() => wrapperOf(environ)(illegal(file))).kind,
      ),
    expect: Array.from({ length: 6 }, () => 'TypeError'),
  }),
  {
    id: 'EXC-500.file',
    title: 'A descriptor that cannot be read is a fault of the application',
    requires: ['files'],
    app: (probe) => (environ, startResponse) => {
      const file = writeScratchFile(TEXT);
      const own = openFile(file.path, 'a');
      environ['tsgi.on_finish'](() => {
        closeFile(own, file.path);
        file.remove();
      });
      startResponse('200 OK', [probe.tag]);
      return wrapperOf(environ)(own);
    },
    run: async (driver) => {
      const { status } = await driver.exchange();
      driver.assert.equal('status', status.slice(0, 3), '500');
    },
  },
  tried('FILE-POSITION.iterated', 'Iterating the body does not move the descriptor', {
    look: (path, environ) => {
      const own = openFile(path);
      const chunks = [...wrapperOf(environ)(own, { offset: 2, length: 5 })];
      const next = readNext(own);
      closeFile(own, path);
      return [chunks.map((chunk) => chunk.length).reduce((sum, size) => sum + size, 0), next];
    },
    expect: [5, '0'],
  }),
];
