import { Session } from 'node:inspector';
import type { StackFrame } from './hang-message.ts';

/** What was seen on the stack of the main thread. */
export interface ReadStack {
  /** Undefined where the main thread could not be stopped. */
  readonly stack: readonly StackFrame[] | undefined;
  /** Method and path of the environ that a function on the stack has. */
  readonly request: string | undefined;
  /** Lets the main thread go on. */
  resume(): void;
}

/** How long the main thread may take to stop, in milliseconds: in native code it does not. */
const STOP_TIMEOUT = 1000;
const MOST_FRAMES = 30;

const READ_ENVIRON = `typeof environ === 'object' && environ !== null
  && typeof environ.REQUEST_METHOD === 'string'
  ? environ.REQUEST_METHOD + ' ' + environ.SCRIPT_NAME + environ.PATH_INFO
    + (environ.QUERY_STRING === '' ? '' : '?…')
  : ''`;

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number | undefined;
  };
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
}

/** The URL of each script by its id. */
type Scripts = ReadonlyMap<string, string>;

/**
 * Stops the main thread from another one, be it in an endless loop, and reads its stack; it stays
 * stopped until `resume`.
 */
export function readStack(): Promise<ReadStack> {
  const session = new Session();
  const resume = (): void => session.disconnect();
  const nothing: ReadStack = { stack: undefined, request: undefined, resume };
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(nothing), STOP_TIMEOUT);
    try {
      session.connectToMainThread();
      const scripts = new Map<string, string>();
      session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
      session.on('Debugger.paused', ({ params }) => {
        clearTimeout(timer);
        const frames = params.callFrames.slice(0, MOST_FRAMES);
        const stack = frames.map((frame) => describeFrame(frame, scripts));
        void findRequest(session, frames).then((request) => resolve({ stack, request, resume }));
      });
      session.post('Debugger.enable');
      session.post('Debugger.pause');
    } catch {
      // a runtime without this way to another thread
      clearTimeout(timer);
      resolve(nothing);
    }
  });
}

function describeFrame({ functionName, location }: CallFrame, scripts: Scripts): StackFrame {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  const url = scripts.get(scriptId) ?? '';
  return { functionName, url, line: lineNumber + 1, column: columnNumber + 1 };
}

async function findRequest(
  session: Session,
  frames: readonly CallFrame[],
): Promise<string | undefined> {
  for (const { callFrameId } of frames) {
    const request = await evaluate(session, callFrameId);
    if (request !== '') {
      return request;
    }
  }
  return undefined;
}

function evaluate(session: Session, callFrameId: string): Promise<string> {
  const params = { callFrameId, expression: READ_ENVIRON, silent: true, throwOnSideEffect: true };
  return new Promise((resolve) => {
    session.post('Debugger.evaluateOnCallFrame', params, (error, reply) => {
      const value: unknown = error === null ? (reply as Evaluated).result.value : undefined;
      resolve(typeof value === 'string' ? value : '');
    });
  });
}
