/** What a worker dies of that its own watch ends; Node.js gives it no other meaning. */
export const HANG_SIGNAL = 'SIGALRM';

/** A call on the stack of the stuck thread, the innermost first. */
export interface StackFrame {
  readonly functionName: string;
  readonly url: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** What is known of a worker that is stuck. */
export interface Hang {
  readonly worker: number;
  readonly pid: number;
  /** Milliseconds for which the event loop has stood still. */
  readonly silence: number;
  /** The setting that was exceeded, in milliseconds. */
  readonly timeout: number;
  /** The request, and whether it is certain that it is the one. */
  readonly request:
    | { readonly text: string; readonly certain: boolean; readonly age: number }
    | undefined;
  /** Undefined where it could not be had. */
  readonly stack: readonly StackFrame[] | undefined;
}

/** The message for the error log. */
export function formatHang(hang: Hang): string {
  const { worker, pid, silence, timeout, stack } = hang;
  const head =
    `worker ${worker} (process ${pid}) was stuck in a synchronous call for ` +
    `${seconds(silence)} (--timeout is ${seconds(timeout)}) and is killed: ${describeRequest(hang)}`;
  const frames = stack?.map(formatFrame) ?? ['no JavaScript stack could be had'];
  return [head, ...frames.map((line) => `    ${line}`)].join('\n');
}

function describeRequest({ request }: Hang): string {
  if (request === undefined) {
    return 'no request has begun';
  }
  const text = `${escape(request.text)}, begun ${seconds(request.age)} ago`;
  return request.certain
    ? text
    : `outside of any call of the application; the last one was ${text}`;
}

function formatFrame({ functionName, url, line, column }: StackFrame): string {
  const place = escape(`${url === '' ? '<anonymous>' : url}:${line}:${column}`);
  return functionName === '' ? `at ${place}` : `at ${escape(functionName)} (${place})`;
}

// Nothing that a client sends may forge a line.
function escape(text: string): string {
  return text.replaceAll(
    /[^\u0020-\u007e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
