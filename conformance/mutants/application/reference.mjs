// A correct application that consists of seams; a mutant replaces one of them.
import { fileURLToPath } from 'node:url';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);
const TAG = '"article"';
const ARTICLE = 'an article that clients keep';
const ANIMALS = fileURLToPath(new URL('animals.txt', import.meta.url));

export const octets = (text) => encoder.encode(text);

/** The resources that bodies hold, counted. */
let held = 0;
export const openResources = () => held;

/** What the application is asked, so that every route has a part in the verdict. */
export const requests = [
  { method: 'GET', target: '/', expect: { from: 200, to: 200 } },
  { method: 'HEAD', target: '/' },
  {
    method: 'POST',
    target: '/echo',
    headers: [['Content-Type', 'text/plain']],
    body: 'one two three four five six seven eight nine ten',
    expect: { from: 200, to: 200 },
  },
  { method: 'GET', target: '/list?page=2', expect: { from: 200, to: 299 } },
  { method: 'GET', target: '/empty', expect: { from: 204, to: 204 } },
  { method: 'GET', target: '/moved', expect: { from: 303, to: 303 } },
  { method: 'GET', target: '/file' },
  { method: 'GET', target: '/preview' },
  { method: 'GET', target: '/article' },
  { method: 'GET', target: '/nothing', expect: { from: 404, to: 404 } },
];

/** Every piece of the application, by the name under which the others call it. */
export const referenceSeams = {
  /** Finds the handler for a request. */
  route: (app, environ) => {
    const name = environ.PATH_INFO.slice(1) || 'home';
    return Object.hasOwn(app.handlers, name) ? app.handlers[name] : app.handlers.missing;
  },
  status: (_app, code) =>
    ({ 200: '200 OK', 204: '204 No Content', 303: '303 See Other' })[code] ?? `${code} Not Found`,
  headers: (_app, pairs) => pairs.map(([name, value]) => [name, value]),
  /** Calls startResponse. */
  begin: (app, call, code, pairs) => {
    call.start(app.status(app, code), app.headers(app, pairs, call));
  },
  /** Gives a link to a page of its own. */
  link: (_app, environ, path) => environ.SCRIPT_NAME + path,
  /** Who asks, for the greeting. */
  host: (_app, environ) => environ.HTTP_HOST ?? environ.SERVER_NAME,
  /** Keeps something for the time of a request. */
  remember: (_app, environ) => {
    environ['example.seen'] = true;
  },
  /** Opens what a body holds. */
  open: () => {
    held += 1;
    return { open: true };
  },
  release: (_app, resource) => {
    if (resource.open) held -= 1;
    resource.open = false;
  },
  /** A body of chunks that holds a resource until it is closed. */
  body: (app, chunks, call) => {
    const resource = app.open(app);
    return {
      [Symbol.iterator]: () => app.iterate(app, chunks, call),
      close: () => app.release(app, resource),
    };
  },
  iterate: (_app, chunks) => chunks[Symbol.iterator](),
  chunk: (_app, text) => octets(text),
  /** The whole request body, as a string of octets. */
  readAll: (_app, environ) => {
    const parts = [];
    for (const part of environ['tsgi.input']) parts.push(part);
    return Buffer.concat(parts).toString('latin1');
  },
  /** Looks after a client that may leave. */
  watch: (_app, environ) => {
    const signal = environ['tsgi.signal'];
    if (signal === undefined || signal.aborted) return;
    signal.addEventListener('abort', () => undefined);
  },
  file: (_app, environ) => environ['tsgi.file_wrapper']?.(ANIMALS) ?? [octets('no files here')],
  /** Looks at a file and answers with something else. */
  glance: (_app, environ) => {
    environ['tsgi.file_wrapper']?.(ANIMALS).close?.();
  },
  home: (app, call) => {
    const { environ } = call;
    app.remember(app, environ);
    app.watch(app, environ);
    const page = `<a href="${app.link(app, environ, '/list')}">list</a> of ${app.host(app, environ)}`;
    app.begin(app, call, 200, [
      ['Content-Type', 'text/html'],
      ['X-A', 'a'],
    ]);
    return app.body(app, [EMPTY, app.chunk(app, page), app.chunk(app, ' and more')], call);
  },
  list: (app, call) => {
    const text = app.listing(app, call.environ);
    app.begin(app, call, 200, [
      ['Content-Type', 'text/plain'],
      ['Content-Length', String(app.measure(app, text))],
    ]);
    return [app.chunk(app, text)];
  },
  listing: (_app, { QUERY_STRING }) => `page ${new URLSearchParams(QUERY_STRING).get('page')}`,
  measure: (_app, text) => octets(text).length,
  echo: (app, call) => {
    let text;
    try {
      text = app.readAll(app, call.environ);
    } catch (error) {
      return app.refuse(app, call, error);
    }
    app.begin(app, call, 200, [['Content-Type', 'text/plain']]);
    return app.body(app, [octets('you sent: '), Buffer.from(text, 'latin1')], call);
  },
  refuse: (_app, call) => {
    call.start('400 Bad Request', []);
    return [octets('the request body was cut short')];
  },
  empty: (app, call) => {
    app.begin(app, call, 204, []);
    return app.nothing(app);
  },
  nothing: () => [],
  moved: (app, call) => {
    app.begin(app, call, 303, [['Location', app.link(app, call.environ, '/list')]]);
    return [octets('see there')];
  },
  /** A page with validators, for clients that keep it, continue it or ask for it compressed. */
  article: (app, call) => {
    const { environ } = call;
    if (environ.HTTP_IF_NONE_MATCH === TAG) {
      call.start('304 Not Modified', app.headers(app, [['ETag', TAG]], call));
      return app.unchanged(app, environ);
    }
    const start = app.offset(app, environ);
    const text = app.encode(app, octets(ARTICLE.slice(start)), environ);
    const fields = [
      ['ETag', TAG],
      ['Content-Length', String(app.measureOf(app, text))],
    ];
    const status = start === 0 ? app.status(app, 200) : '206 Partial Content';
    call.start(status, app.headers(app, fields, call));
    return [text];
  },
  unchanged: () => [],
  offset: (_app, environ) => Number(/^bytes=(\d)-$/.exec(environ.HTTP_RANGE ?? '')?.[1] ?? 0),
  encode: (_app, content) => content,
  measureOf: (_app, content) => content.length,
  preview: (app, call) => {
    app.glance(app, call.environ);
    app.begin(app, call, 200, [['Content-Type', 'text/plain']]);
    return [octets('a preview')];
  },
  missing: (app, call) => {
    app.begin(app, call, 404, [['Content-Type', 'text/plain']]);
    return [octets('nothing here')];
  },
  /** What the server gets. */
  answer: (app, call) => app.route(app, call.environ)(app, call),
};

/** The application that these seams make. */
export function makeApplication(seams) {
  const app = {
    ...seams,
    handlers: {
      home: seams.home,
      list: seams.list,
      echo: seams.echo,
      empty: seams.empty,
      moved: seams.moved,
      article: seams.article,
      preview: seams.preview,
      missing: seams.missing,
      file: (_app, call) => {
        app.begin(app, call, 200, [['Content-Type', 'text/plain']]);
        return app.file(app, call.environ);
      },
    },
  };
  return (environ, startResponse) => app.answer(app, { environ, start: startResponse });
}
