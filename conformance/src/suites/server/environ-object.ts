import type { Environ } from '@tsgi/types';
import type { ServerCheck } from '../../check.ts';
import { toBytes } from '../../wire/byte-string.ts';
import type { Probe } from '../../check.ts';
import { answering, answeringTracked, thrownBy } from './applications.ts';
import type { CheckId } from '../../check.ts';
import type { RequestShape } from '../../wire/request-bytes.ts';

/** What an application finds wrong with its environ, as words; nothing where all is well. */
type Inspection = (environ: Environ) => readonly string[];

/** The keys of the core and of the accepted extensions. */
const REGISTERED: ReadonlySet<string> = new Set(
  [
    'version url_scheme input input_buffered errors multithread multiprocess run_once interleaved',
    'async on_finish async_input file_wrapper signal early_hints trailers flush_headers',
    'raw_headers tls state',
  ].flatMap((names) => names.split(' ').map((name) => `tsgi.${name}`)),
);

const KINDS: Readonly<Record<string, string>> = {
  REQUEST_METHOD: 'string',
  SCRIPT_NAME: 'string',
  PATH_INFO: 'string',
  QUERY_STRING: 'string',
  REQUEST_URI: 'string',
  SERVER_NAME: 'string',
  SERVER_PORT: 'string',
  SERVER_PROTOCOL: 'string',
  'tsgi.version': 'object',
  'tsgi.url_scheme': 'string',
  'tsgi.input': 'object',
  'tsgi.input_buffered': 'boolean',
  'tsgi.errors': 'object',
  'tsgi.multithread': 'boolean',
  'tsgi.multiprocess': 'boolean',
  'tsgi.run_once': 'boolean',
  'tsgi.interleaved': 'boolean',
  'tsgi.async': 'boolean',
  'tsgi.on_finish': 'function',
};

/** Standard variables whose names an operating system's environment may hold as well. */
const CGI_KEY =
  /^(?:HTTP_|REQUEST_|SERVER_|REMOTE_|CONTENT_|SCRIPT_NAME|PATH_INFO|QUERY_|AUTH_TYPE)/;

interface InspectionCase {
  readonly id: CheckId;
  readonly title: string;
  readonly inspect: Inspection;
  /** A POST with a body unless given. */
  readonly request?: RequestShape;
}

const POST: RequestShape = {
  method: 'POST',
  target: '/p?q',
  headers: [
    ['Content-Type', 'text/plain'],
    ['X-Kit', 'a'],
  ],
  body: 'body',
};

/** The application looks at its environ and reports what it finds; nothing is expected. */
function inspectionCheck({ id, title, inspect, request = POST }: InspectionCase): ServerCheck {
  return {
    id,
    title,
    app: (probe) => (environ, startResponse) => {
      probe.record('findings', [...inspect(environ)]);
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      await driver.exchange(request);
      const { data } = await driver.event('findings');
      driver.assert.equal('findings of the application', data, []);
    },
  };
}

function emptyEntries(environ: Environ): readonly string[] {
  return Object.entries(environ)
    .filter(([, value]) => value === undefined || value === null)
    .map(([key]) => key);
}

function descriptorsOf(environ: Environ): readonly (readonly [string, PropertyDescriptor])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(environ));
}

const inspections: readonly InspectionCase[] = [
  {
    id: 'ENV-PLAIN.keeps-values',
    title: 'Values stored in the environ come back unchanged',
    inspect: (environ) => {
      const values: readonly unknown[] = [{ a: 1 }, 7, undefined, null, Symbol('s'), () => 1];
      return values.flatMap((value, index) => {
        environ['kit.value'] = value;
        return environ['kit.value'] === value ? [] : [`value ${index} was changed`];
      });
    },
  },
  {
    id: 'ENV-PROTO.nothing-inherited',
    title: 'The environ inherits no property',
    inspect: (environ) => {
      const found: string[] = [];
      const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'];
      found.push(...names.filter((name) => name in environ));
      let prototype: unknown = Object.getPrototypeOf(environ);
      while (typeof prototype === 'object' && prototype !== null) {
        found.push(...Reflect.ownKeys(prototype).map(String));
        prototype = Object.getPrototypeOf(prototype);
      }
      return found;
    },
  },
  {
    id: 'ENV-OWN.data-properties',
    title: 'Every entry is an own, enumerable data property',
    inspect: (environ) =>
      descriptorsOf(environ)
        .filter(([, descriptor]) => !('value' in descriptor) || descriptor.enumerable !== true)
        .map(([key]) => key),
  },
  {
    id: 'ENV-MUTABLE.change',
    title: 'Entries can be added, replaced and deleted',
    inspect: (environ) => {
      const fixed = descriptorsOf(environ)
        .filter(
          ([, descriptor]) => descriptor.writable !== true || descriptor.configurable !== true,
        )
        .map(([key]) => key);
      const attempts: Readonly<Record<string, () => void>> = {
        add: () => {
          environ['kit.added'] = true;
        },
        replace: () => {
          environ.PATH_INFO = '/other';
        },
        delete: () => {
          delete environ['HTTP_X_KIT'];
        },
      };
      const failed = Object.entries(attempts)
        .filter(([, attempt]) => thrownBy(attempt).kind !== 'none')
        .map(([name]) => name);
      return [...fixed, ...failed, ...('HTTP_X_KIT' in environ ? ['not deleted'] : [])];
    },
  },
  {
    id: 'ENV-KEYS.grammar',
    title: 'Every key is a CGI key or contains a dot',
    inspect: (environ) =>
      Reflect.ownKeys(environ)
        .filter((key) => typeof key === 'symbol' || !/^[A-Z][A-Z0-9_]*$|\./.test(key))
        .map(String),
  },
  {
    id: 'ENV-REQUIRED.kinds',
    title: 'Every required key is there with a value of its kind',
    inspect: (environ) => {
      const wrong = Object.entries(KINDS).filter(([key, kind]) => {
        const value: unknown = environ[key as `x.${string}`];
        const isThere = Object.hasOwn(environ, key);
        // The types of CGI keys and of the flags are rules of their own.
        const free = kind === 'string' ? !key.includes('.') : kind === 'boolean';
        return !isThere || value === null || (!free && typeof value !== kind);
      });
      return wrong.map(([key]) => key);
    },
  },
  {
    id: 'ENV-OPTIONAL.left-out',
    title: 'No entry is undefined or null',
    inspect: emptyEntries,
  },
  {
    id: 'ENV-OPTIONAL.bare-request',
    title: 'No entry is undefined or null for a request without a body',
    inspect: emptyEntries,
    request: {},
  },
  {
    id: 'ENV-STRING.cgi-values',
    title: 'The value of every CGI key is a string',
    inspect: (environ) =>
      Object.entries(environ)
        .filter(([key, value]) => !key.includes('.') && value !== undefined && value !== null)
        .filter(([, value]) => typeof value !== 'string')
        .map(([key]) => key),
  },
  {
    id: 'ENV-PREFIX.registered',
    title: 'Every key that begins with tsgi. is registered',
    inspect: (environ) =>
      Object.keys(environ).filter((key) => key.startsWith('tsgi.') && !REGISTERED.has(key)),
  },
  {
    id: 'ENV-FLAGS.booleans',
    title: 'The flags are booleans',
    inspect: (environ) =>
      Object.entries(KINDS)
        .filter(([key, kind]) => kind === 'boolean' && key !== 'tsgi.input_buffered')
        .filter(([key]) => Object.hasOwn(environ, key))
        .filter(([key]) => typeof environ[key as `x.${string}`] !== 'boolean')
        .map(([key]) => key),
  },
  {
    id: 'ENV-VERSION.array',
    title: 'tsgi.version is the Array [1, 0]',
    inspect: (environ) => {
      const version: unknown = environ['tsgi.version'];
      return Array.isArray(version) && JSON.stringify(version) === '[1,0]' ? [] : ['other value'];
    },
  },
];

/** Everything that can be seen by looking at one environ. */
export const environObjectChecks: readonly ServerCheck[] = [
  ...inspections.map(inspectionCheck),
  {
    id: 'ENV-FRESH.two-requests',
    title: 'The second request has an environ of its own',
    app: (probe) => {
      let previous: Environ | undefined;
      return (environ, startResponse) => {
        const isKept = environ === previous || 'kit.mark' in environ;
        probe.record('environ', isKept ? 'kept' : 'new');
        environ['kit.mark'] = true;
        previous = environ;
        return answering(probe)(environ, startResponse);
      };
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.exchange();
      const { data } = await driver.event('environ', 2);
      driver.assert.equal('environ of the second request', data, 'new');
    },
  },
  {
    id: 'ENV-OS.variables',
    title: 'No variable of the process is in the environ',
    app: (probe) => {
      const { process } = globalThis as { process?: { env: Record<string, string> } };
      if (process !== undefined) process.env['TSGI_KIT_MARK'] = 'mark';
      return (environ, startResponse) => {
        const names = Object.keys(process?.env ?? {}).filter((name) => !CGI_KEY.test(name));
        const known = new Set(['PATH', 'HOME', 'PWD', 'USER', ...names]);
        const copied = Array.from(known).filter((name) => name in environ);
        probe.record('copied', copied.toSorted());
        return answering(probe)(environ, startResponse);
      };
    },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('copied');
      driver.assert.equal('variables in the environ', data, []);
    },
  },
  {
    id: 'ENV-INTERLEAVED.overlap',
    title: 'While tsgi.interleaved is false, bodies do not overlap',
    gates: ['second request sent'],
    app: overlapApplication,
    run: async (driver) => {
      const first = await driver.begin({ target: '/first' });
      await driver.event('hold second request sent');
      const second = await driver.begin({ target: '/second' });
      driver.release('second request sent');
      await first.response();
      await second.response();
      await driver.settle();
      const overlaps = driver.events('overlap').length;
      const { data } = await driver.event('interleaved');
      driver.assert.equal('tsgi.interleaved or no overlap', data === true || overlaps === 0, true);
    },
  },
];

/** The first body has many chunks; a call during its life is reported. */
function overlapApplication(probe: Probe): ReturnType<ServerCheck['app']> {
  let open = 0;
  return (environ, startResponse) => {
    probe.record('interleaved', environ['tsgi.interleaved']);
    if (open > 0) probe.record('overlap');
    open += 1;
    const chunks = Array.from({ length: 64 }, (): string => 'x');
    const steps = [
      () => {
        if (environ.PATH_INFO === '/first') probe.hold('second request sent');
        return 'x';
      },
      ...chunks,
    ];
    const onClose = (): void => {
      open -= 1;
    };
    return answeringTracked(probe, { steps, onClose })(environ, startResponse);
  };
}

/** How the application is called. */
export const callChecks: readonly ServerCheck[] = [
  {
    id: 'CALL-ARGS.two',
    title: 'The application gets two arguments: an object and a function',
    app: (probe) =>
      function application(...args: readonly unknown[]) {
        probe.record(
          'arguments',
          args.map((argument) => typeof argument),
        );
        const [, startResponse] = args as Parameters<ReturnType<ServerCheck['app']>>;
        startResponse('200 OK', [probe.tag]);
        return [toBytes('ok')];
      },
    run: async (driver) => {
      await driver.exchange();
      const { data } = await driver.event('arguments');
      driver.assert.equal('arguments', data, ['object', 'function']);
    },
  },
  {
    id: 'CALL-ONCE.request',
    title: 'One request leads to one call',
    app: (probe) => answering(probe),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 1);
    },
  },
  {
    id: 'CALL-ONCE.fault',
    title: 'A request whose application throws leads to one call',
    app: () => () => {
      throw new Error('broken on purpose');
    },
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      driver.assert.equal('calls', driver.events('call').length, 1);
    },
  },
  {
    id: 'CALL-OPAQUE.properties',
    title: 'No property of the application is touched',
    fresh: true,
    app: (probe) => answering(probe),
    run: async (driver) => {
      await driver.exchange();
      await driver.settle();
      // each once, however many calls there were
      const touched = new Set(driver.events('touch').map(({ data }) => data));
      driver.assert.equal('properties touched', [...touched], []);
    },
  },
];
