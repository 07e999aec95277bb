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
];
