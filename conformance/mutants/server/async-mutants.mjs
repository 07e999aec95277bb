// Defects of the asynchronous profile alone: what a server with a second path for asynchronous bodies
// can do wrong there, and of tsgi.async_input.
import { only } from './alter.mjs';
import { fault } from './reference/environ.mjs';

const isAsync = ({ asynchronous }) => asynchronous;
const isThenable = (value) => typeof value?.then === 'function';
const isDelegated = (value) => isThenable(value) && !(value instanceof Promise);
const isFunction = (value) => typeof value === 'function';
const hasAsync = (body) => isFunction(body?.[Symbol.asyncIterator]);
const isOneSided = (body) => hasAsync(body) && !isFunction(body[Symbol.iterator]);
const DONE = { done: true, value: undefined };

/** Changes what the application has returned before the server looks at it. */
const alterReturned = (change) =>
  only('callApplication', isAsync, (original, x) => {
    const { application } = x;
    x.application = (...args) => change(application(...args), x);
    return original(x);
  });

/** Replaces methods of the iterator of `tsgi.async_input`. */
const alterReading = (change) =>
  only('runExchange', isAsync, (original, x) => {
    const input = x.environ['tsgi.async_input'];
    x.environ['tsgi.async_input'] = {
      [Symbol.asyncIterator]: () => {
        const iterator = input[Symbol.asyncIterator]();
        const plain = {
          next: () => iterator.next(),
          return: () => iterator.return(),
          [Symbol.asyncIterator]: () => plain,
        };
        return Object.assign(plain, change(iterator, x));
      },
    };
    return original(x);
  });

/** Replaces methods of `tsgi.input`. */
const alterSyncInput = (change) =>
  only('runExchange', isAsync, (original, x) => {
    const input = x.environ['tsgi.input'];
    x.environ['tsgi.input'] = {
      read: (size) => input.read(size),
      [Symbol.iterator]: () => input[Symbol.iterator](),
      ...change(input, x.environ),
    };
    return original(x);
  });

const resultMutants = [
  {
    id: 'S900',
    defect: 'awaits thenables only where they are objects',
    ...alterReturned((result) => (isThenable(result) && isFunction(result) ? {} : result)),
  },
  {
    id: 'S901',
    defect: 'takes for the body whatever a thenable hands over, be it a promise',
    ...alterReturned((result) => {
      if (!isDelegated(result)) return result;
      let given;
      result.then(
        (value) => (given ??= value),
        () => undefined,
      );
      return given instanceof Promise ? { given } : result;
    }),
  },
  {
    id: 'S902',
    defect: 'takes the last of the values that a thenable hands over',
    ...alterReturned((result) => {
      if (!isDelegated(result)) return result;
      let last;
      result.then(
        (value) => (last = value),
        () => undefined,
      );
      return last;
    }),
  },
  {
    id: 'S903',
    defect: 'prefers the asynchronous iterator of a body that was promised',
    ...alterReturned((result) => {
      if (!(result instanceof Promise)) return result;
      return result.then((body) =>
        hasAsync(body) && isFunction(body[Symbol.iterator])
          ? { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator]() }
          : body,
      );
    }),
  },
  {
    id: 'S904',
    defect: 'wants startResponse to have been called when an asynchronous body is returned',
    ...only(
      'checkBody',
      (body, { response, asynchronous }) =>
        asynchronous && response.state === 'unset' && isOneSided(body),
      () => {
        throw fault('ERR_TSGI_NOT_STARTED');
      },
    ),
  },
  {
    id: 'S905',
    defect: 'ends the connection of a response that it cuts short as if it were whole',
    ...only(
      'abort',
      ({ asynchronous, response }) => asynchronous && response.framing.kind === 'close',
      (_original, x) => x.destroy(),
    ),
  },
  {
    id: 'S906',
    defect: 'does not close a result that is no body',
    ...only(
      'cleanup',
      ({ asynchronous, result }) =>
        asynchronous && isFunction(result?.close) && !hasAsync(result) && !result[Symbol.iterator],
      (original, x) => {
        x.result = undefined;
        return original(x);
      },
    ),
  },
];

const cleanupMutants = [
  {
    id: 'S907',
    defect: 'returns asynchronous iterators that have ended',
    ...only(
      'cleanup',
      ({ asynchronous, iterator, finished, result }) =>
        asynchronous && iterator !== undefined && finished && isOneSided(result),
      (original, x) => {
        x.finished = false;
        return original(x);
      },
    ),
  },
  {
    id: 'S908',
    defect: 'returns asynchronous iterators only where the client has left',
    ...only(
      'cleanup',
      ({ asynchronous, iterator, finished, isGone }) =>
        asynchronous && iterator !== undefined && !finished && !isGone(),
      (original, x) => {
        x.finished = true;
        return original(x);
      },
    ),
  },
  {
    id: 'S909',
    defect: 'pulls a second chunk of an asynchronous body that has no content',
    ...only(
      'take',
      ({ asynchronous, iterator, method, response }) =>
        asynchronous && iterator && (method === 'HEAD' || /^(?:204|205|304)/.test(response.status)),
      async (original, x, chunk) => {
        const isLast = x.pulledOn === true;
        x.pulledOn = true;
        return (await original(x, chunk)) && isLast;
      },
    ),
  },
  {
    id: 'S910',
    defect: 'does not close an asynchronous body of which it got no iterator',
    ...only(
      'cleanup',
      ({ asynchronous, iterator, result, outcome }) =>
        asynchronous && iterator === undefined && isOneSided(result) && !outcome.aborted,
      (original, x) => {
        x.result = undefined;
        return original(x);
      },
    ),
  },
  {
    id: 'S911',
    defect: 'takes a rejection without a reason for the end of the body',
    ...only(
      'pull',
      (_x, _iterator, kind) => kind === 'async',
      async (original, x, ...rest) => {
        try {
          return await original(x, ...rest);
        } catch (error) {
          if (error !== undefined) throw error;
          x.seams.commit(x, { empty: true });
          return true;
        }
      },
    ),
  },
  {
    id: 'S912',
    defect: 'gives the cleanup up at the first step that rejects',
    ...only('cleanup', isAsync, async (original, x) => {
      const { seams, onError } = x;
      let failed = false;
      const noted = (error) => {
        failed = true;
        onError(error);
      };
      const step = (y, run) => failed || seams.step({ ...y, onError: noted }, run);
      await original(Object.assign(x, { seams: { ...seams, step } }));
    }),
  },
  {
    id: 'S913',
    defect: 'does not await close() of a synchronous body',
    ...only(
      'cleanup',
      ({ asynchronous, result }) =>
        asynchronous && isFunction(result?.[Symbol.iterator]) && isFunction(result.close),
      (original, x) => {
        const { result } = x;
        x.result = { close: () => void result.close() };
        return original(x);
      },
    ),
  },
  {
    id: 'S914',
    defect: 'waits for return() without a limit',
    ...only(
      'cleanup',
      ({ asynchronous, iterator, finished }) =>
        asynchronous && !finished && isFunction(iterator?.return),
      async (original, x) => {
        await Promise.resolve(x.iterator.return()).catch(x.onError);
        x.finished = true;
        await original(x);
      },
    ),
  },
  {
    id: 'S915',
    defect: 'forgets a promise of the call that takes longer than the cleanup limit',
    ...alterReturned((result, x) =>
      result instanceof Promise
        ? result.then((body) => (x.callbacks === undefined ? undefined : body))
        : result,
    ),
  },
  {
    id: 'S916',
    defect: 'opens a body that arrives after the client has left',
    ...only('callApplication', isAsync, async (original, x) => {
      try {
        await original(x);
      } catch (error) {
        if (hasAsync(x.result)) x.result[Symbol.asyncIterator]();
        throw error;
      }
    }),
  },
  {
    id: 'S917',
    defect: 'lets an application start a response whose client has left',
    ...only(
      'startResponse',
      ({ state }, [, , error], { isGone }) => state === 'ended' && error === undefined && isGone(),
      () => undefined,
    ),
  },
  {
    id: 'S918',
    defect: 'reports the rejection of a call whose client has left',
    ...alterReturned((result, x) => {
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => {
        if (x.isGone()) x.onError(error);
        throw error;
      });
    }),
  },
];

const shared = new Uint8Array(1_048_576);

const inputMutants = [
  {
    id: 'S920',
    defect: 'puts every chunk of a request body into the same memory',
    ...alterReading((iterator) => ({
      next: async () => {
        const step = await iterator.next();
        if (step.done) return step;
        shared.set(step.value);
        return { done: false, value: shared.subarray(0, step.value.length) };
      },
    })),
  },
  {
    id: 'S921',
    defect: 'goes on delivering the body after return()',
    ...alterReading(() => ({ return: async () => DONE })),
  },
  {
    id: 'S922',
    defect: 'closes the connection where the reading of the body is broken off',
    ...alterReading((iterator, x) => ({
      return: () => {
        x.destroy();
        return iterator.return();
      },
    })),
  },
  {
    id: 'S923',
    defect: 'says after the response that the body is over',
    ...alterReading((iterator, { response }) => ({
      next: async () => (response.state === 'ended' ? DONE : iterator.next()),
    })),
  },
  {
    id: 'S924',
    defect: 'an iterator of tsgi.input is no use of it before its first step',
    ...alterSyncInput((input) => ({
      *[Symbol.iterator]() {
        yield* input;
      },
    })),
  },
  {
    id: 'S925',
    defect: 'gives an iterator of tsgi.input in spite of another reader',
    ...alterSyncInput((input, environ) => ({
      [Symbol.iterator]: () => {
        try {
          return input[Symbol.iterator]();
        } catch (error) {
          if (!environ['tsgi.input_buffered']) throw error;
          return [].values();
        }
      },
    })),
  },
  {
    id: 'S926',
    defect: 'a read with a size that is none is a use of tsgi.input',
    ...alterSyncInput((input) => ({
      read: (size) => {
        if (size < 0) input.read(0);
        return input.read(size);
      },
    })),
  },
  {
    id: 'S927',
    defect: 'a use of tsgi.input locks out the next one',
    ...alterSyncInput((input) => {
      let isUsed = false;
      return {
        read: (size) => {
          if (isUsed) throw fault('ERR_TSGI_INPUT_LOCKED');
          const part = input.read(size);
          isUsed = true;
          return part;
        },
      };
    }),
  },
  {
    id: 'S928',
    defect: 'gives a second iterator of a body that is on its way',
    ...only(
      'runExchange',
      ({ environ }) => environ['tsgi.input_buffered'] === false,
      (original, x) => {
        const input = x.environ['tsgi.async_input'];
        let iterator;
        const iterate = () => (iterator ??= input[Symbol.asyncIterator]());
        x.environ['tsgi.async_input'] = { [Symbol.asyncIterator]: iterate };
        return original(x);
      },
    ),
  },
];

export const asyncMutants = [...resultMutants, ...cleanupMutants, ...inputMutants];
