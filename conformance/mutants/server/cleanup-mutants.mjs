import { alterEnviron, alterInput, only } from './alter.mjs';

/** Runs the cleanup without some of its steps. */
const without = (when, change) =>
  only(
    'cleanup',
    (x) => Boolean(when(x)),
    (original, x) => original({ ...x, ...change(x) }),
  );
const noClose = () => ({ result: undefined });
const isDone = ({ outcome }) => !outcome.aborted && outcome.error === undefined;
const isBodiless = ({ method, response }) =>
  method === 'HEAD' || [204, 205, 304].includes(response.code);

export const cleanupMutants = [
  {
    id: 'S76',
    defect: 'never calls close() after exhaustion',
    ...without((x) => isDone(x) && !isBodiless(x) && x.finished, noClose),
  },
  {
    id: 'S77',
    defect: 'calls close() twice',
    seam: 'cleanup',
    make: (original) => async (x) => {
      await original(x);
      if (typeof x.result?.close === 'function' && isDone(x))
        await x.seams.step(x, () => x.result.close());
    },
  },
  {
    id: 'S78',
    defect: 'runs close() before return()',
    seam: 'cleanup',
    make: (original) => async (x) => {
      const { iterator, result } = x;
      if (x.finished || !iterator?.return || !result?.close) return original(x);
      await x.seams.step(x, () => result.close());
      return original({ ...x, result: undefined });
    },
  },
  {
    id: 'S79',
    defect: 'no close() after the client has left',
    ...without(({ outcome }) => outcome.error?.code === 'ERR_TSGI_ABORTED', noClose),
  },
  {
    id: 'S81',
    defect: 'no return() after the client has left',
    ...without(
      ({ outcome }) => outcome.error?.code === 'ERR_TSGI_ABORTED',
      () => ({ finished: true }),
    ),
  },
  {
    id: 'S82',
    defect: 'no close() after next() has thrown',
    ...without(({ outcome, finished, iterator }) => iterator && finished && outcome.error, noClose),
  },
  {
    id: 'S83',
    defect: 'no close() where the content is not sent',
    ...without(isBodiless, noClose),
  },
  {
    id: 'S84',
    defect: 'no close() where the response was never started',
    ...without(({ outcome }) => outcome.error?.code === 'ERR_TSGI_NOT_STARTED', noClose),
  },
  {
    id: 'S85',
    defect: 'no close() on what is no body',
    ...without(({ outcome }) => /BODY$|UNSUPPORTED$/.test(outcome.error?.code), noClose),
  },
  {
    id: 'S173',
    defect: 'calls return() after exhaustion',
    ...without(
      (x) => isDone(x) && x.finished,
      () => ({ finished: false }),
    ),
  },
  {
    id: 'S174',
    defect: 'no return() after HEAD and bodiless statuses',
    ...without(isBodiless, () => ({ finished: true })),
  },
  {
    id: 'S175',
    defect: 'an error in a step ends the cleanup',
    seam: 'step',
    make: (original) => async (x, run) => {
      let isBroken = false;
      const onError = (error) => {
        isBroken = true;
        x.onError(error);
      };
      await original({ ...x, onError }, run);
      if (isBroken) Object.assign(x, { result: undefined }).callbacks.length = 0;
    },
  },
  {
    id: 'S176',
    defect: 'disposes the body',
    seam: 'cleanup',
    make: (original) => async (x) => {
      await original(x);
      x.result?.[Symbol.dispose]?.();
    },
  },
  {
    id: 'S177',
    defect: 'forgets callbacks where the application threw',
    ...without(
      ({ outcome, result }) => outcome.error && result === undefined,
      () => ({ callbacks: [] }),
    ),
  },
  {
    id: 'S178',
    defect: 'runs callbacks first in, first out',
    ...alterInput('cleanup', (x) => {
      x.callbacks.reverse();
      return [x];
    }),
  },
  {
    id: 'S179',
    defect: 'forgets callbacks that callbacks register',
    seam: 'cleanup',
    make: (original) => async (x) => {
      const known = x.callbacks.splice(0);
      await original({ ...x, callbacks: known });
      x.callbacks = undefined;
    },
  },
  {
    id: 'S180',
    defect: 'takes callbacks after the end',
    seam: 'cleanup',
    make: (original) => (x) => original({ ...x }),
  },
  {
    id: 'S211',
    defect: 'takes anything for a callback',
    ...alterEnviron((environ) => {
      const register = environ['tsgi.on_finish'];
      environ['tsgi.on_finish'] = (callback) =>
        typeof callback === 'function' && register(callback);
    }),
  },
  {
    id: 'S212',
    defect: 'leaves the rejection of a promise that it does not take',
    seam: 'callApplication',
    make: (original) => async (x) => {
      if (x.asynchronous) await original(x);
      else x.result = x.application(x.environ, x.startResponse);
    },
  },
  {
    id: 'S181',
    defect: 'counts the octets of HEAD as sent',
    ...alterInput('cleanup', (x) => {
      if (x.outcome.status === 201) x.outcome.bytesSent += 3;
      return [x];
    }),
  },
  {
    id: 'S182',
    defect: 'tells callbacks nothing of a fault after the commit',
    ...alterInput('cleanup', (x) => {
      if (x.outcome.status !== 500 && x.outcome.error && !x.outcome.error.code) {
        Object.assign(x.outcome, { aborted: false, error: undefined });
      }
      return [x];
    }),
  },
  {
    id: 'S86',
    defect: 'resets the connection on a fault before the commit',
    seam: 'onFault',
    make: (original) => (x, error) => {
      const isEarly = x.response.state !== 'committed' && error?.message === 'kit-secret-text';
      original(isEarly ? { ...x, write: x.reset } : x, error);
    },
  },
  {
    id: 'S87',
    defect: 'ends a response cleanly after a fault',
    seam: 'abort',
    make: (original) => (x) => {
      const { kind } = x.response.framing;
      if (kind === 'chunked') x.write('0\r\n\r\n');
      original(x);
    },
  },
  {
    id: 'S88',
    defect: 'closes in order where only a reset shows the fault',
    seam: 'abort',
    make: () => (x) => x.destroy(),
  },
  {
    id: 'S89',
    defect: 'an error in close() kills the server',
    seam: 'step',
    make: (original) => (x, run) => {
      const onError = (error) => {
        if (x.environ.PATH_INFO !== '/fault') x.onError(error);
        else
          setImmediate(() => {
            throw error;
          });
      };
      return original({ ...x, onError }, run);
    },
  },
  {
    id: 'S90',
    defect: 'shows the message of an error to the client',
    seam: 'onFault',
    make: (original) => (x, error) => {
      const seams = {
        ...x.seams,
        ownAnswer: () => x.seams.ownAnswer(`500 ${error?.message ?? ''}`, x),
      };
      original(error?.extra ? { ...x, seams } : x, error);
    },
  },
  {
    id: 'S91',
    defect: 'reports no octet counts that disagree',
    seam: 'report',
    make: (original) => (options, error) => {
      if (!/CONTENT_(?:OVER|UNDER)/.test(error?.code)) original(options, error);
    },
  },
  {
    id: 'S94',
    defect: 'appends text after a fault',
    seam: 'abort',
    make: (original) => (x) => {
      if (x.response.framing.kind === 'chunked') x.write('5\r\nerror\r\n');
      original(x);
    },
  },
];
