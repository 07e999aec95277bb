import { octets } from './reference.mjs';

/** Applications that differ from the reference in ways that every rule allows. */
export const applicationVariants = [
  {
    id: 'LA1',
    defect: 'none: begins when it is pulled, after an empty chunk',
    seam: 'missing',
    make: () => (app, call) =>
      (function* lazy() {
        yield new Uint8Array(0);
        app.begin(app, call, 404, []);
        yield octets('nothing here');
      })(),
  },
  {
    id: 'LA2',
    defect: 'none: has no chunks at all',
    seam: 'missing',
    make: () => (app, call) => {
      app.begin(app, call, 404, []);
      return new Set();
    },
  },
  {
    id: 'LA3',
    defect: 'none: has an iterator of its own and no close()',
    seam: 'missing',
    make: () => (app, call) => {
      app.begin(app, call, 404, []);
      let left = 2;
      const next = () => ((left -= 1) >= 0 ? { value: octets('x') } : { done: true });
      return { [Symbol.iterator]: () => ({ next }) };
    },
  },
  {
    id: 'LA4',
    defect: 'none: lets errors through that it could answer',
    seam: 'refuse',
    make: () => (_app, _call, error) => {
      throw error;
    },
  },
  {
    id: 'LA5',
    defect: 'none: replaces a page by an error page',
    seam: 'missing',
    make: () => (_app, call) => {
      call.start('200 OK', []);
      call.start('404 Not Found', [], new Error('not there after all'));
      return [octets('nothing here')];
    },
  },
  {
    id: 'LA6',
    defect: 'none: yields one chunk of the module to every client',
    seam: 'missing',
    make: () => {
      const chunk = octets('nothing here');
      return (app, call) => {
        app.begin(app, call, 404, []);
        return new Set([chunk]);
      };
    },
  },
  {
    id: 'LA7',
    defect: 'none: answers a refused header with an error page',
    seam: 'begin',
    make: (original) => (app, call, code, pairs) => {
      try {
        original(app, call, code, pairs);
      } catch (error) {
        call.start('500 Internal Server Error', [], error);
      }
    },
  },
  {
    id: 'LA8',
    defect: 'none: does not read the request body',
    seam: 'readAll',
    make: () => () => '',
  },
  {
    id: 'LA9',
    defect: 'none: shows REQUEST_URI on a page',
    seam: 'missing',
    make: () => (app, call) => {
      app.begin(app, call, 404, [['Content-Type', 'text/plain']]);
      return [octets(`nothing at ${call.environ.REQUEST_URI}`)];
    },
  },
  {
    id: 'LA10',
    defect: 'none: refuses a long body by its length, or once it has read too much of it',
    seam: 'echo',
    make: () => (app, call) => {
      const { environ } = call;
      const tooLong = () => {
        call.start('413 Content Too Large', []);
        return [octets('too long')];
      };
      if (Number(environ.CONTENT_LENGTH ?? 0) > 60) return tooLong();
      try {
        const text = environ['tsgi.input'].read(61);
        if (text.length > 60) return tooLong();
        app.begin(app, call, 200, [['Content-Type', 'text/plain']]);
        return [text];
      } catch (error) {
        return app.refuse(app, call, error);
      }
    },
  },
  {
    id: 'LA11',
    defect: 'none: answers 429 now and then',
    seam: 'missing',
    make: (original) => {
      let count = 0;
      return (app, call) => {
        count += 1;
        if (count % 4 !== 3) return original(app, call);
        call.start('429 Too Many Requests', []);
        return [octets('not so fast')];
      };
    },
  },
  {
    id: 'LA12',
    defect: 'none: keeps one timer for all requests',
    seam: 'missing',
    make: (original) => {
      let timer;
      return (app, call) => {
        timer ??= setInterval(() => undefined, 60_000).unref();
        return original(app, call);
      };
    },
  },
];
