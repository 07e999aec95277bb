import type { Application, Body, Environ, FileWrapper } from '@tsgi/types';
import type { Probe, ServerCheck } from '../../check.ts';
import type { Driver } from '../../engine/driver.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';
import { illegal } from './applications.ts';
import { closeFile, isOpenFile, openFile, writeScratchFile } from './disk.ts';
import type { ScratchFile } from './disk.ts';

const TEXT = '0123456789abcdef';
/** More octets than a kernel buffers on a loopback connection. */
const BEYOND_BUFFERS = 16 * 1_048_576;

/** The wrapper of an environ that has one. */
export function wrapperOf(environ: Environ): FileWrapper {
  return environ['tsgi.file_wrapper'] ?? illegal(undefined);
}

/** An application that has a file for as long as its response lasts. */
export function withFile(
  content: string,
  use: (file: ScratchFile, ...args: Parameters<Application>) => Body,
): Application {
  return (environ, startResponse) => {
    const file = writeScratchFile(content);
    environ['tsgi.on_finish'](() => file.remove());
    return use(file, environ, startResponse);
  };
}

/** The descriptor that a body of the wrapper names. */
export function descriptorOf(body: Body): number {
  return body['tsgi.file']?.fd ?? -1;
}

/** Ways in which a response with a region ends; its descriptor must be closed, or kept, after each. */
interface EndCase {
  readonly variant: string;
  readonly request?: RequestShape;
  readonly app: (file: ScratchFile, environ: Environ, probe: Probe) => Body;
  readonly drive?: (driver: Driver) => Promise<void>;
}

/** Leaves in the midst of the response. */
export async function leave(driver: Driver): Promise<void> {
  const connection = await driver.begin();
  await connection.receivedOctets(1);
  await connection.abort('rst');
}

const pathBody: EndCase['app'] = (file, environ) => wrapperOf(environ)(file.path);

const ENDS: readonly EndCase[] = [
  { variant: 'complete', app: pathBody },
  { variant: 'head', request: { method: 'HEAD' }, app: pathBody },
  {
    variant: 'reset',
    app: (file, environ) => {
      file.truncate(BEYOND_BUFFERS);
      return wrapperOf(environ)(file.path);
    },
    drive: leave,
  },
  {
    variant: 'truncated',
    app: (file, environ) => {
      const body = wrapperOf(environ)(file.path);
      file.truncate(0);
      return body;
    },
  },
];

function endChecks(
  rule: 'FILE-CLOSE' | 'FILE-KEEP',
  title: string,
  isKept: boolean,
): readonly ServerCheck[] {
  return ENDS.map(
    ({ variant, request, app, drive }): ServerCheck => ({
      id: `${rule}.${variant}`,
      title: `${title} (${variant})`,
      app: (probe) => (environ, startResponse) => {
        const file = writeScratchFile(TEXT);
        const own = openFile(file.path);
        const wrapper = wrapperOf(environ);
        // One callback, so that the order of callbacks is no matter here.
        environ['tsgi.on_finish'](() => {
          const isOpen = isOpenFile(isKept ? own : watched, file.path);
          probe.record('descriptor', isOpen ? 'open' : 'closed');
          closeFile(own, file.path);
          file.remove();
        });
        if (isKept) environ['tsgi.file_wrapper'] = (_file, range) => wrapper(own, range);
        startResponse('200 OK', [probe.tag]);
        const body = app(file, environ, probe);
        const watched = descriptorOf(body);
        return body;
      },
      run: async (driver) => {
        if (drive === undefined) await driver.exchange(request);
        else await drive(driver);
        const { data } = await driver.event('descriptor');
        driver.assert.equal('descriptor after the response', data, isKept ? 'open' : 'closed');
      },
    }),
  );
}

/** What becomes of descriptors at the end of a response. */
export const fileEndChecks: readonly ServerCheck[] = [
  ...endChecks('FILE-CLOSE', 'The descriptor that the wrapper opened is closed', false),
  ...endChecks('FILE-KEEP', 'The descriptor of the application stays open', true),
];
