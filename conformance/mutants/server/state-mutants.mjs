import { alterEnviron, alterInput, excuse, only } from './alter.mjs';
import { fault } from './reference/environ.mjs';

const always = () => true;
const hooksOf = ({ options }) => options.lifespan ?? {};
let shared;

export const stateMutants = [
  {
    id: 'S390',
    defect: 'has no tsgi.state without a lifespan',
    ...only(
      'offerExtensions',
      ({ label = '' }, { server }) =>
        server.options.lifespan === undefined && !label.startsWith('BOOT-'),
      (original, ...args) => {
        const { 'tsgi.state': _state, ...rest } = original(...args);
        return rest;
      },
    ),
  },
  {
    id: 'S391',
    defect: 'gives each request a copy of the state',
    ...alterEnviron((environ) => {
      environ['tsgi.state'] = { ...environ['tsgi.state'] };
    }),
  },
  {
    id: 'S392',
    defect: 'the state inherits from Object.prototype',
    ...only('newState', always, () => ({})),
  },
  {
    id: 'S393',
    defect: 'the state is an Array',
    ...only('newState', always, () => Object.setPrototypeOf([], null)),
  },
  {
    id: 'S394',
    defect: 'two servers share one state',
    stateful: true,
    seam: 'newState',
    make: (original) => () => (shared ??= original()),
  },
  {
    id: 'S395',
    defect: 'counts requests in the state',
    ...alterEnviron((environ) => {
      const state = environ['tsgi.state'];
      state.requests = (state.requests ?? 0) + 1;
    }),
    stateful: true,
  },
  {
    id: 'S396',
    defect: 'starts without a lifespan that has the wrong shape',
    ...only(
      'open',
      (_listener, { options }) => options.lifespan !== undefined,
      (original, listener, server) => {
        try {
          server.seams.checkLifespan(server.options.lifespan);
        } catch {
          server.options = { ...server.options, lifespan: undefined };
        }
        return original(listener, server);
      },
    ),
  },
  {
    id: 'S413',
    defect: 'refuses a lifespan of the wrong shape with another code',
    ...excuse('checkLifespan', always, () => {
      throw new TypeError('the lifespan is malformed');
    }),
  },
  {
    id: 'S397',
    defect: 'calls the hooks without their lifespan',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (_original, server) => {
        const { startup } = hooksOf(server);
        await startup(server.state);
      },
    ),
  },
  {
    id: 'S398',
    defect: 'calls shutdown without the state',
    ...only(
      'shutDown',
      (server) => Boolean(hooksOf(server).shutdown),
      async (_original, server) => {
        if (server.isDown) return;
        server.isDown = true;
        await hooksOf(server).shutdown();
      },
    ),
  },
  {
    id: 'S399',
    defect: 'does not await the startup',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (_original, server) => {
        Promise.resolve(hooksOf(server).startup(server.state)).catch(() => undefined);
      },
    ),
  },
  {
    id: 'S400',
    defect: 'listens before the startup',
    ...only('open', always, async (_original, listener, server) => {
      const { seams, options } = server;
      seams.checkLifespan(options.lifespan === undefined ? {} : options.lifespan);
      server.state = seams.newState();
      const started = seams.startUp(server);
      const serve = seams.serveRequest;
      server.seams = {
        ...seams,
        serveRequest: async (...args) => {
          await started;
          return serve(...args);
        },
      };
      await seams.listen(listener, options);
      await started;
    }),
    when: (_listener, { options }) => Boolean(options.lifespan),
  },
  {
    id: 'S401',
    defect: 'runs startup again for the second request',
    ...only(
      'serveRequest',
      (_connection, server) => Boolean(hooksOf(server).startup),
      async (original, connection, server) => {
        server.requests = (server.requests ?? 0) + 1;
        if (server.requests === 2) await hooksOf(server).startup(server.state);
        return original(connection, server);
      },
    ),
  },
  {
    id: 'S402',
    defect: 'serves although the startup has failed',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (original, server) => {
        await original(server).catch(() => undefined);
      },
    ),
  },
  {
    id: 'S403',
    defect: 'calls shutdown after a failed startup',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (original, server) => {
        try {
          await original(server);
        } catch (error) {
          await server.seams.shutDown(server);
          throw error;
        }
      },
    ),
  },
  {
    id: 'S404',
    defect: 'calls shutdown before the last response is over',
    ...only(
      'close',
      (_listener, { options }) => Boolean(options.lifespan?.shutdown),
      async (_original, listener, server) => {
        await server.seams.shutDown(server);
        await server.seams.stop(listener, server);
      },
    ),
  },
  {
    id: 'S405',
    defect: 'calls no shutdown',
    ...only(
      'shutDown',
      (server) => Boolean(hooksOf(server).shutdown),
      async () => undefined,
    ),
  },
  {
    id: 'S406',
    defect: 'does not await the shutdown',
    ...only(
      'shutDown',
      (server) => Boolean(hooksOf(server).shutdown),
      async (original, server) => {
        original(server).catch((error) => server.options.onError?.(error));
      },
    ),
  },
  {
    id: 'S407',
    defect: 'swallows what shutdown throws',
    ...only(
      'shutDown',
      (server) => Boolean(hooksOf(server).shutdown),
      async (original, server) => {
        await original(server).catch(() => undefined);
      },
    ),
  },
  {
    id: 'S408',
    defect: 'an error of shutdown keeps the server listening',
    ...only(
      'close',
      (_listener, { options }) => Boolean(options.lifespan?.shutdown),
      async (original, listener, server) => {
        const failing = await server.seams.shutDown(server).then(
          () => false,
          () => true,
        );
        if (failing) throw new Error('kit-lifespan-fault');
        await original(listener, server);
      },
    ),
  },
  {
    id: 'S409',
    defect: 'calls shutdown twice',
    ...only(
      'shutDown',
      (server) => Boolean(hooksOf(server).shutdown),
      async (original, server) => {
        await original(server);
        server.isDown = false;
        await original(server);
      },
    ),
  },
  {
    id: 'S410',
    defect: 'a failed startup is told without its error',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (original, server) => {
        await original(server).catch(() => {
          throw new Error('the startup has failed');
        });
      },
    ),
  },
  {
    id: 'S411',
    defect: 'calls the application before the startup is over',
    ...only(
      'open',
      (_listener, { options }) => Boolean(options.lifespan),
      async (original, listener, server) => {
        const { seams, options } = server;
        server.state = seams.newState();
        seams.checkLifespan(options.lifespan);
        await seams.listen(listener, options);
        await seams.startUp(server);
      },
    ),
  },
  {
    id: 'S412',
    defect: 'has no tsgi.state in a request with a body',
    ...alterEnviron((environ) => {
      if (environ.CONTENT_LENGTH !== undefined) delete environ['tsgi.state'];
    }),
  },
  {
    id: 'S960',
    defect: 'takes whatever is falsy for an absent hook',
    ...alterInput('checkLifespan', (lifespan) => [
      lifespan && typeof lifespan === 'object'
        ? { startup: lifespan.startup || undefined, shutdown: lifespan.shutdown || undefined }
        : lifespan,
    ]),
  },
  {
    id: 'S961',
    defect: 'wants both hooks',
    ...only(
      'open',
      (_listener, { options: { lifespan, label = '' } }) =>
        Boolean(lifespan?.startup) !== Boolean(lifespan?.shutdown) &&
        !label.startsWith('LIFESPAN-EXPORT'),
      () => {
        throw fault('ERR_TSGI_OPTION');
      },
    ),
  },
  {
    id: 'S972',
    defect: 'calls the hooks whether they are there or not',
    ...only(
      'shutDown',
      ({ options: { lifespan } }) => lifespan?.startup && lifespan.shutdown === undefined,
      async (_original, { options: { lifespan } }) => lifespan.shutdown(),
    ),
  },
  {
    id: 'S973',
    defect: 'runs a startup only where there is a shutdown',
    ...only(
      'startUp',
      ({ options: { lifespan } }) => Boolean(lifespan?.startup) && !lifespan.shutdown,
      async () => undefined,
    ),
  },
  {
    id: 'S962',
    defect: 'calls hooks only where they are properties of the lifespan itself',
    ...only(
      'open',
      (_listener, { options }) => Boolean(options.lifespan?.startup),
      (original, listener, server) => {
        const { lifespan } = server.options;
        if (!Object.hasOwn(lifespan, 'startup')) {
          server.options = { ...server.options, lifespan: {} };
        }
        return original(listener, server);
      },
    ),
  },
  {
    id: 'S963',
    defect: 'awaits a startup only where it returns a promise',
    ...only(
      'startUp',
      (server) => Boolean(hooksOf(server).startup),
      async (_original, { options, state }) => {
        const started = options.lifespan.startup(state);
        if (started instanceof Promise) await started;
      },
    ),
  },
  {
    id: 'S965',
    defect: 'waits for connections and not for the cleanup of their responses',
    ...only('stop', always, (original, listener, server) => {
      server.closing = true;
      return original(listener, { ...server, served: new Set() });
    }),
  },
];
