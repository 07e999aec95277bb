import { fileURLToPath } from 'node:url';
import { octets } from './reference.mjs';

const ANIMALS = fileURLToPath(new URL('animals.txt', import.meta.url));

/** Requests under P12 and P0. */
const LASTS = 5;

const shared = { last: undefined };

/** Applications that make of a request what they must not. */
export const requestMutants = [
  {
    id: 'A17',
    defect: 'throws without a Host field',
    seam: 'host',
    make: () => (_app, environ) => environ.HTTP_HOST.toLowerCase(),
  },
  {
    id: 'A18',
    defect: 'takes no CONTENT_LENGTH for no body',
    seam: 'readAll',
    make: (original) => (app, environ) =>
      environ.CONTENT_LENGTH === undefined ? '' : original(app, environ),
  },
  {
    id: 'A18-first',
    defect: 'takes the first chunk of the request body for all of it',
    seam: 'readAll',
    make: () => (_app, environ) => {
      for (const part of environ['tsgi.input']) return Buffer.from(part).toString('latin1');
      return '';
    },
  },
  {
    id: 'A18-number',
    defect: 'reads as many octets as CONTENT_LENGTH says, or 10',
    seam: 'readAll',
    make: () => (_app, environ) =>
      Buffer.from(environ['tsgi.input'].read(Number(environ.CONTENT_LENGTH ?? 10))).toString(
        'latin1',
      ),
  },
  {
    id: 'A19',
    defect: 'keeps something under a key of the standard',
    seam: 'remember',
    make: () => (_app, environ) => {
      environ['tsgi.seen'] = true;
    },
  },
  {
    id: 'A19-undotted',
    defect: 'keeps something under a key without a dot',
    seam: 'remember',
    make: () => (_app, environ) => {
      environ.SEEN = 'yes';
    },
  },
  {
    id: 'A20',
    defect: 'closes the input',
    seam: 'readAll',
    make: (original) => (app, environ) => {
      const text = original(app, environ);
      environ['tsgi.input'].close?.();
      return text;
    },
  },
  {
    id: 'A20-errors',
    defect: 'ends the error stream',
    seam: 'missing',
    make: (original) => (app, call) => {
      call.environ['tsgi.errors'].end?.();
      return original(app, call);
    },
  },
  {
    id: 'A21',
    defect: 'takes a broken request body for a short one',
    seam: 'refuse',
    make: () => (app, call) => {
      app.begin(app, call, 200, []);
      return [octets('thank you')];
    },
  },
  {
    id: 'A24',
    defect: 'has no content for HEAD',
    seam: 'body',
    make: (original) => (app, chunks, call) =>
      original(app, call.environ.REQUEST_METHOD === 'HEAD' ? [] : chunks, call),
  },
  {
    id: 'A24-status',
    defect: 'does not know HEAD',
    seam: 'route',
    make: (original) => (app, environ) =>
      environ.REQUEST_METHOD === 'HEAD' ? app.handlers.missing : original(app, environ),
  },
  {
    id: 'A24-fields',
    defect: 'leaves out a header for HEAD',
    seam: 'headers',
    make: (original) => (app, pairs, call) =>
      original(app, pairs).filter(
        ([name]) => name !== 'X-A' || call.environ.REQUEST_METHOD !== 'HEAD',
      ),
  },
  {
    id: 'A25',
    defect: 'keeps the request in a variable of the module',
    seam: 'list',
    make: () => (app, call) => {
      shared.last = call.environ;
      app.begin(app, call, 200, []);
      return (function* lazy() {
        yield octets(`page of ${shared.last.QUERY_STRING}`);
      })();
    },
  },
  {
    id: 'A25-begin',
    defect: 'keeps the request in a variable of the module while startResponse runs',
    seam: 'missing',
    make: () => (app, call) => {
      shared.last = call.environ;
      app.begin(app, call, 404, []);
      return [octets(`nothing at ${shared.last.QUERY_STRING}`)];
    },
  },
  {
    id: 'A25-cached',
    defect: 'remembers the first query for ever',
    seam: 'listing',
    make: () => {
      let first;
      return (_app, environ) => {
        if (environ.QUERY_STRING.includes('tsgi')) first ??= environ.QUERY_STRING;
        return `page ${first ?? ''}`;
      };
    },
  },
  {
    id: 'A25-once',
    defect: 'returns one generator for every request',
    seam: 'missing',
    make: () => {
      const once = [octets('nothing here')].values();
      return (app, call) => {
        app.begin(app, call, 404, []);
        return once;
      };
    },
  },
  {
    id: 'A26',
    defect: 'routes by REQUEST_URI',
    seam: 'route',
    make: () => (app, environ) => {
      const [path] = environ.REQUEST_URI.slice(environ.SCRIPT_NAME.length).split('?');
      const name = path.slice(1) || 'home';
      return Object.hasOwn(app.handlers, name) ? app.handlers[name] : app.handlers.missing;
    },
  },
  {
    id: 'A26-page',
    defect: 'chooses a text by REQUEST_URI',
    seam: 'missing',
    make: () => (app, call) => {
      app.begin(app, call, 404, [['Content-Type', 'text/plain']]);
      const isKnown = call.environ.REQUEST_URI.includes('/nothing');
      return [octets(isKnown ? 'nothing here' : 'nothing anywhere')];
    },
  },
  {
    id: 'A17-feature',
    defect: 'throws without tsgi.file_wrapper',
    seam: 'file',
    make: () => (_app, environ) => environ['tsgi.file_wrapper'](ANIMALS),
  },
  {
    id: 'A27-source',
    defect: 'leaves SCRIPT_NAME out of the source of a picture',
    seam: 'link',
    make: () => (_app, _environ, path) => `" src=${path} alt="`,
  },
  {
    id: 'A27',
    defect: 'leaves SCRIPT_NAME out of its links',
    seam: 'link',
    make: () => (_app, _environ, path) => path,
  },
  {
    id: 'A29',
    defect: 'forgets to close a file that it does not send',
    seam: 'glance',
    make: (original) => (app, environ) => {
      const wrap = environ['tsgi.file_wrapper'];
      if (wrap === undefined) return original(app, environ);
      const fake = { 'tsgi.file_wrapper': (...args) => ({ ...wrap(...args), close: undefined }) };
      return original(app, fake);
    },
  },
  {
    id: 'A29-known',
    defect: 'opens a file and answers 304',
    seam: 'unchanged',
    make: () => (_app, environ) => {
      environ['tsgi.file_wrapper']?.(ANIMALS);
      return [];
    },
  },
  {
    id: 'A30-throws',
    defect: 'throws from a listener of tsgi.signal',
    seam: 'watch',
    make: () => (_app, environ) => {
      const signal = environ['tsgi.signal'];
      if (signal === undefined || signal.aborted) return;
      signal.addEventListener('abort', () => {
        throw new Error('what now?');
      });
    },
  },
  {
    id: 'A19-finish',
    defect: 'keeps something under a key without a dot once the response is over',
    seam: 'remember',
    make: () => (_app, environ) => {
      environ['tsgi.on_finish'](() => {
        environ.FINISHED = 'yes';
      });
    },
  },
  {
    id: 'A20-failed',
    defect: 'destroys the input where it has failed',
    seam: 'refuse',
    make: (original) => (app, call, error) => {
      call.environ['tsgi.input'].destroy?.();
      return original(app, call, error);
    },
  },
  {
    id: 'A25-posted',
    defect: 'collects request bodies in a variable of the module',
    seam: 'echo',
    make: () => {
      const parts = [];
      return (app, call) => {
        app.begin(app, call, 200, []);
        return (function* collect() {
          for (const part of call.environ['tsgi.input']) {
            parts.push(part);
            yield new Uint8Array(0);
          }
          yield Buffer.concat(parts.splice(0));
        })();
      };
    },
  },
  {
    id: 'A25-first',
    defect: 'remembers the first page of all for ever',
    seam: 'listing',
    make: (original) => {
      let first;
      return (app, environ) => (first ??= original(app, environ) + environ.QUERY_STRING);
    },
  },
  {
    id: 'A25-worn',
    defect: 'has nothing to say after some requests',
    seam: 'missing',
    make: (original) => {
      let left = LASTS;
      return (app, call) => {
        const body = original(app, call);
        left -= 1;
        return left >= 0 ? body : [];
      };
    },
  },
  {
    id: 'A30',
    defect: 'listens to a signal without looking at it',
    seam: 'watch',
    make: () => (_app, environ) => {
      environ['tsgi.signal']?.addEventListener('abort', () => undefined);
    },
  },
  {
    id: 'A31',
    defect: 'counts requests in tsgi.state',
    seam: 'missing',
    make: (original) => (app, call) => {
      const state = call.environ['tsgi.state'];
      if (state !== undefined) state['example.count'] = (state['example.count'] ?? 0) + 1;
      return original(app, call);
    },
  },
  {
    id: 'A32',
    defect: 'answers with another status than its author expects',
    seam: 'moved',
    make: () => (_app, call) => {
      call.start('302 Found', [['Location', `${call.environ.SCRIPT_NAME}/list`]]);
      return [octets('see there')];
    },
  },
  {
    id: 'A33',
    defect: 'changes headers that are frozen',
    seam: 'begin',
    make: () => (app, call, code, pairs) => {
      const headers = app.headers(app, pairs, call);
      call.start(app.status(app, code), headers);
      headers.length += 0;
    },
  },
  {
    id: 'A34',
    defect: 'always throws',
    seam: 'answer',
    make: () => () => {
      throw new Error('this application is broken');
    },
  },
];
