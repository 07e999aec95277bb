// A correct application of the asynchronous profile that consists of seams.
import { octets } from './reference.mjs';

export const asyncRequests = [
  { method: 'GET', target: '/' },
  { method: 'HEAD', target: '/' },
  {
    method: 'POST',
    target: '/echo',
    headers: [['Content-Type', 'text/plain']],
    body: 'one two three four five six seven eight nine ten',
  },
];

/** Every piece of the application, by the name under which the others call it. */
export const asyncSeams = {
  /** What is answered where nothing asynchronous is taken. */
  refuse: (_app, _environ, startResponse) => {
    startResponse('500 Internal Server Error', [['Content-Type', 'text/plain']]);
    return [octets('this application is asynchronous')];
  },
  readAll: async (_app, environ) => {
    const parts = [];
    for await (const part of environ['tsgi.async_input']) parts.push(part);
    return Buffer.concat(parts);
  },
  watch: (_app, environ) => {
    const signal = environ['tsgi.signal'];
    if (!signal.aborted) signal.addEventListener('abort', () => undefined);
  },
  body: (app, chunks) => ({
    [Symbol.asyncIterator]: () => app.iterate(app, chunks),
    close: async () => undefined,
  }),
  iterate: (_app, chunks) =>
    (async function* generate() {
      for (const chunk of chunks) {
        await new Promise(setImmediate);
        yield chunk;
      }
    })(),
  answer: async (app, environ, startResponse) => {
    app.watch(app, environ);
    if (environ.PATH_INFO === '/echo') {
      let content;
      try {
        content = await app.readAll(app, environ);
      } catch {
        startResponse('400 Bad Request', []);
        return [octets('the request body was cut short')];
      }
      startResponse('200 OK', [['Content-Type', 'text/plain']]);
      return [content];
    }
    startResponse('200 OK', [['Content-Type', 'text/plain']]);
    return app.body(app, [octets('first '), octets('second')]);
  },
  dispatch: (app, environ, startResponse) =>
    environ['tsgi.async']
      ? app.answer(app, environ, startResponse)
      : app.refuse(app, environ, startResponse),
};

/** The application that these seams make. */
export function makeAsyncApplication(seams) {
  const app = { ...seams };
  return (environ, startResponse) => app.dispatch(app, environ, startResponse);
}
