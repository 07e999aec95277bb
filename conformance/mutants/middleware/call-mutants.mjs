/** Middleware that calls, begins or passes on as it must not. */
export const callMutants = [
  {
    id: 'M08',
    defect: 'calls the inner application twice',
    seam: 'call',
    make: (original) => (mw, call) => {
      const again = { ...call, inner: Object.assign(Object.create(null), call.inner) };
      const first = call.application(again.inner, () => undefined);
      first.close?.();
      void Promise.resolve(first).catch(() => undefined);
      return original(mw, call);
    },
  },
  {
    id: 'M09',
    defect: 'begins with 200 before the inner application has begun',
    seam: 'call',
    make: (original) => (mw, call) => {
      call.start('200 OK', [['Content-Type', 'text/plain']]);
      call.innerStart = (status, headers, error) => {
        if (error !== undefined) call.start(status, headers, error);
      };
      return original(mw, call);
    },
  },
  {
    id: 'M10',
    defect: 'begins a second time after it has passed a response on',
    seam: 'start',
    make: (original) => (mw, call) => {
      const start = original(mw, call);
      return (status, headers, error) => {
        start(status, headers, error);
        try {
          if (error === undefined) call.start('200 OK', []);
        } catch {
          // That is the defect.
        }
      };
    },
  },
  {
    id: 'M11',
    defect: 'drops the third argument',
    seam: 'start',
    make: () => (mw, call) => (status, headers) => {
      call.start(status, mw.headers(mw, headers, call));
    },
  },
  {
    id: 'M11-null',
    defect: 'supplies null as an error where there is none',
    seam: 'start',
    make: () => (mw, call) => (status, headers, error) => {
      call.started = true;
      call.start(status, mw.headers(mw, headers, call), error ?? null);
    },
  },
  {
    id: 'M11-late',
    defect: 'keeps the error of a late call to itself',
    seam: 'start',
    make: (original) => (mw, call) => {
      const start = original(mw, call);
      return (status, headers, error) => {
        try {
          start(status, headers, error);
        } catch (thrown) {
          if (thrown !== error) throw thrown;
        }
      };
    },
  },
  {
    id: 'M11-falsy',
    defect: 'passes an error on only where it is truthy',
    seam: 'start',
    make: () => (mw, call) => (status, headers, error) => {
      call.started = true;
      call.start(status, mw.headers(mw, headers, call), ...(error ? [error] : []));
    },
  },
  {
    id: 'M12',
    defect: 'expects a status before the inner application returns',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      if (!call.started) throw new Error('no status');
      return original(mw, body, call);
    },
  },
  {
    id: 'M16',
    defect: 'adds a header that it does not declare',
    seam: 'headers',
    make: (original) => (mw, headers, call) => [...original(mw, headers, call), ['X-Other', 'yes']],
  },
  {
    id: 'M16-status',
    defect: 'turns every status into 200',
    seam: 'start',
    make: (original) => (mw, call) => {
      const start = original(mw, call);
      return (status, headers, error) => {
        start(/^[23]/.test(status) || error !== undefined ? status : '200 OK', headers, error);
      };
    },
  },
  {
    id: 'M16-answer',
    defect: 'answers HEAD by itself without a word of it',
    seam: 'answer',
    make: (original) => (mw, call) => {
      if (call.environ.REQUEST_METHOD !== 'HEAD') return original(mw, call);
      call.start('405 Method Not Allowed', [['Allow', 'GET']]);
      return [];
    },
  },
  {
    id: 'M16-never',
    defect: 'never lets a request through',
    seam: 'answer',
    make: () => (_mw, call) => {
      call.start('403 Forbidden', []);
      return [];
    },
    declares: { mayShortCircuit: true },
  },
  {
    id: 'M16-breaks',
    defect: 'throws at an Array',
    seam: 'body',
    make: (original) => (mw, body, call) => {
      if (Array.isArray(body)) throw new Error('an Array');
      return original(mw, body, call);
    },
  },
  ...['Connection', 'Keep-Alive', 'Transfer-Encoding'].map((name) => ({
    id: `M17-${name.toLowerCase()}`,
    defect: `adds ${name}`,
    seam: 'headers',
    make: (original) => (mw, headers, call) => [...original(mw, headers, call), [name, 'close']],
  })),
  {
    id: 'M19',
    defect: 'passes on only the entries that it knows',
    seam: 'environ',
    make: (original) => (mw, environ) => {
      const inner = original(mw, environ);
      for (const key of Object.keys(inner)) if (key.startsWith('vendor.')) delete inner[key];
      return inner;
    },
  },
  {
    id: 'M20',
    defect: 'puts a number where a string belongs',
    seam: 'mount',
    make: () => (_mw, inner) => {
      inner.SERVER_PORT = Number(inner.SERVER_PORT);
    },
  },
  {
    id: 'M20-literal',
    defect: 'passes on an object literal',
    seam: 'environ',
    make: (original) => (mw, environ) => ({ ...original(mw, environ) }),
  },
  {
    id: 'M20-host',
    defect: 'throws without a Host field',
    seam: 'remember',
    make: (original) => (mw, environ) => {
      environ['reference.host'] = environ.HTTP_HOST.toLowerCase();
      original(mw, environ);
    },
  },
  {
    id: 'M22',
    defect: 'forgets the callbacks',
    seam: 'onFinish',
    make: () => () => () => undefined,
  },
  {
    id: 'M22-twice',
    defect: 'registers every callback twice',
    seam: 'onFinish',
    make: (original) => (mw, environ) => {
      const register = original(mw, environ);
      return (callback) => {
        register(callback);
        register(callback);
      };
    },
  },
  {
    id: 'M24',
    defect: 'answers an error with an empty page',
    seam: 'call',
    make: (original) => (mw, call) => {
      try {
        return original(mw, call);
      } catch {
        if (!call.started) call.start('200 OK', []);
        return [];
      }
    },
  },
  {
    id: 'M33',
    defect: 'moves a prefix to SCRIPT_NAME and leaves it in PATH_INFO',
    seam: 'mount',
    make: () => (_mw, inner) => {
      inner.SCRIPT_NAME += '/probe';
    },
  },
  {
    id: 'M34',
    defect: 'rewrites REQUEST_URI',
    seam: 'mount',
    make: () => (_mw, inner) => {
      inner.REQUEST_URI = '/rewritten';
    },
  },
  {
    id: 'M35',
    defect: 'holds startResponse back and leaves tsgi.flush_headers as it is',
    seam: 'call',
    make: (original) => (mw, call) => {
      const { innerStart } = call;
      let held;
      let isBack = false;
      call.innerStart = (...args) => {
        if (args[2] === undefined && !isBack) {
          held = () => innerStart(...args);
          return;
        }
        held = undefined;
        innerStart(...args);
      };
      const result = original(mw, call);
      isBack = true;
      held?.();
      return result;
    },
  },
  {
    id: 'M36',
    defect: 'sorts tsgi.raw_headers',
    seam: 'raw',
    make: () => (_mw, inner) => {
      const raw = inner['tsgi.raw_headers'];
      if (raw !== undefined) inner['tsgi.raw_headers'] = raw.toReversed();
    },
  },
  {
    id: 'M37',
    defect: 'rewrites a field and leaves tsgi.raw_headers as it is',
    seam: 'raw',
    make: () => (_mw, inner) => {
      inner.HTTP_HOST = 'rewritten.test';
    },
  },
  {
    id: 'M38',
    defect: 'gives a signal that knows nothing of the client',
    seam: 'signal',
    make: () => () => new AbortController().signal,
  },
  {
    id: 'M39',
    defect: 'adds tsgi.tls on the word of a field',
    seam: 'raw',
    make: () => (_mw, inner) => {
      inner['tsgi.tls'] = { version: 'TLSv1.3' };
    },
  },
  {
    id: 'M39-forwarded',
    defect: 'adds tsgi.tls where X-Forwarded-Proto says so',
    seam: 'raw',
    make: () => (_mw, inner) => {
      if (inner.HTTP_X_FORWARDED_PROTO === 'https') inner['tsgi.tls'] = { version: 'TLSv1.3' };
    },
  },
  {
    id: 'M40',
    defect: 'keeps something in tsgi.state without its name',
    seam: 'remember',
    make: () => (_mw, environ) => {
      const state = environ['tsgi.state'];
      if (state !== undefined) state.count = 1;
    },
  },
  {
    id: 'M41',
    defect: 'sets tsgi.async to true',
    seam: 'asyncFlag',
    make: () => (_mw, inner) => {
      inner['tsgi.async'] = true;
    },
  },
  {
    id: 'M42',
    defect: 'gives a status that is none',
    seam: 'start',
    make: () => (mw, call) => (status, headers, error) => {
      call.start(status.slice(0, 3), mw.headers(mw, headers, call), error);
    },
  },
  {
    id: 'M43',
    defect: 'knows nothing of asynchronous results and leaves tsgi.async true',
    seam: 'result',
    make: () => (mw, result, call) => mw.body(mw, result, call),
  },
  {
    id: 'M44',
    defect: 'knows nothing of promises and leaves tsgi.async true',
    seam: 'result',
    make: () => (mw, result, call) => mw.wrap(mw, result, call),
  },
];
