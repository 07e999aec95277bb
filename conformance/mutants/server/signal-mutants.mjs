import { alterEnviron, alterResult, only } from './alter.mjs';

const always = () => true;
const wasAborted = ({ outcome }) => outcome.aborted && outcome.error?.code === 'ERR_TSGI_ABORTED';
const isOver = ({ handedOver }) => handedOver;
let shared;

export const signalMutants = [
  {
    id: 'S370',
    defect: 'never aborts the signal',
    ...only('abortSignal', always, () => undefined),
  },
  {
    id: 'S371',
    defect: 'aborts the signal only where the client has left',
    ...only(
      'onFault',
      ({ response }) => response.state === 'committed',
      (original, x, error) => {
        const { abortSignal } = x;
        x.abortSignal = () => undefined;
        original(x, error);
        x.abortSignal = abortSignal;
      },
    ),
  },
  {
    id: 'S372',
    defect: 'aborts the signal at the end of every response',
    ...only('cleanup', isOver, (original, x) => {
      x.handedOver = false;
      x.abortSignal();
      return original(x);
    }),
  },
  {
    id: 'S373',
    defect: 'aborts the signal where the application throws',
    ...only(
      'onFault',
      ({ response }) => response.state !== 'committed',
      (original, x, error) => {
        x.abortSignal();
        original(x, error);
      },
    ),
  },
  {
    id: 'S374',
    defect: 'dispatches abort twice',
    ...only(
      'abortSignal',
      (_controller, x) => !x.handedOver,
      (original, controller, x) => {
        const isFirst = !controller.signal.aborted;
        original(controller, x);
        if (isFirst) controller.signal.dispatchEvent(new Event('abort'));
      },
    ),
  },
  {
    id: 'S375',
    defect: 'one signal for all requests',
    stateful: true,
    seam: 'makeSignal',
    make: (original) => () =>
      (shared = shared === undefined || shared.signal.aborted ? original() : shared),
  },
  {
    id: 'S376',
    defect: 'aborts the signal when the cleanup is over',
    ...only(
      'abortSignal',
      (_controller, x) => !x.handedOver,
      (original, controller, x) => {
        x.callbacks?.unshift(() => original(controller, x));
      },
    ),
  },
  {
    id: 'S377',
    defect: 'the signal says aborted after its listeners have been called',
    ...only(
      'abortSignal',
      (_controller, x) => !x.handedOver,
      (_original, { signal }) => {
        signal.dispatchEvent(new Event('abort'));
      },
    ),
  },
  {
    id: 'S378',
    defect: 'gives no reason for the abort',
    ...only(
      'abortSignal',
      (_controller, x) => !x.handedOver,
      (_original, controller) => {
        controller.abort();
      },
    ),
  },
  {
    id: 'S379',
    defect: 'listeners cannot be removed',
    ...alterEnviron((environ) => {
      const signal = environ['tsgi.signal'];
      signal.removeEventListener = () => undefined;
    }),
    when: always,
  },
  {
    id: 'S380',
    defect: 'the signal is no AbortSignal',
    ...alterEnviron((environ) => {
      const signal = environ['tsgi.signal'];
      environ['tsgi.signal'] = {
        get aborted() {
          return signal.aborted;
        },
        get reason() {
          return signal.reason;
        },
        addEventListener: (...args) => signal.addEventListener(...args),
        removeEventListener: (...args) => signal.removeEventListener(...args),
      };
    }),
  },
  {
    id: 'S381',
    defect: 'the signal is aborted from the beginning',
    ...alterResult('makeSignal', (controller) => ({
      signal: Object.defineProperty(controller.signal, 'aborted', { value: true }),
      abort: (reason) => controller.abort(reason),
    })),
    stateful: true,
  },
  {
    id: 'S382',
    defect: 'aborts the signal where the client leaves during the cleanup',
    ...only('cleanup', isOver, async (original, x) => {
      await original({ ...x, callbacks: [] });
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      if (x.isGone()) {
        x.handedOver = false;
        x.abortSignal();
      }
      await original({ ...x, iterator: undefined, result: undefined });
      x.callbacks = undefined;
    }),
  },
  {
    id: 'S383',
    defect: 'calls a listener again for every one there is',
    ...only(
      'abortSignal',
      (_controller, x) => !x.handedOver,
      (original, controller, x) => {
        original(controller, x);
        x.callbacks?.push(() => undefined);
        controller.signal.dispatchEvent(new Event('abort'));
      },
    ),
  },
  {
    id: 'S384',
    defect: 'says that a response was aborted whose client left after it',
    ...only('cleanup', wasAborted, (original, x) => {
      Object.assign(x.outcome, { aborted: false });
      return original(x);
    }),
  },
  {
    id: 'S955',
    defect: 'gives the fault of the application as the reason of the abort',
    ...only(
      'abortSignal',
      (_controller, { outcome, handedOver }) => outcome.error !== undefined && !handedOver,
      (_original, controller, { outcome }) => controller.abort(outcome.error),
    ),
  },
  {
    id: 'S956',
    defect: 'calls a listener as often as it was added',
    ...alterEnviron((environ) => {
      const signal = environ['tsgi.signal'];
      const seen = new WeakSet();
      const { addEventListener } = signal;
      signal.addEventListener = (type, listener, options) => {
        const again = () => listener();
        addEventListener.call(signal, type, seen.has(listener) ? again : listener, options);
        seen.add(listener);
      };
    }),
    when: always,
  },
  {
    id: 'S957',
    defect: 'aborts the signal of a response that it cuts at its Content-Length',
    ...only(
      'take',
      ({ response }) => response.fields?.some(([name]) => /^content-length$/i.test(name)),
      async (original, x, chunk) => {
        const isLast = await original(x, chunk);
        if (isLast && x.response.framing.kind === 'length') x.abortSignal();
        return isLast;
      },
    ),
  },
];
