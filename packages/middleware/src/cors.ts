import type { Environ, HeaderList } from '@tsgi/types';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { withoutFields, withVary } from './header-list.ts';
import { checkCount, optionError } from './option-error.ts';
import { TOKEN } from './token.ts';

/** How `cors` works. */
export interface CorsOptions {
  /** The origins that may read responses: `*`, exact origins, or a function. Default: none. */
  readonly origins?: '*' | readonly string[] | ((origin: string, environ: Environ) => boolean);
  /** The methods that may be used. Default GET, HEAD and POST. */
  readonly methods?: readonly string[];
  /** Request fields that may be sent beyond the safelisted ones. Default: none. */
  readonly requestHeaders?: readonly string[];
  /** Response fields that a script may read beyond the safelisted ones. Default: none. */
  readonly exposedHeaders?: readonly string[];
  /** Whether cookies and authentication are sent along; needs listed origins. Default false. */
  readonly credentials?: boolean;
  /** Seconds for which a browser may keep the answer to a preflight. Default 600. */
  readonly maxAge?: number;
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]+)?$|^null$/;

/**
 * Lets scripts of other origins read responses, as the Fetch standard defines the CORS protocol.
 * Preflight requests are answered with 204 and do not reach the application. Fields that the
 * application sets for this purpose are replaced. Throws a TypeError for a wrong option, among
 * them credentials together with every origin.
 */
export function cors(options: CorsOptions = {}): EitherMiddleware {
  const policy = checkPolicy(options);
  return either((application) => (environ, startResponse) => {
    const origin = environ['HTTP_ORIGIN'];
    const grant = policy.grant(origin, environ);
    if (isPreflight(environ)) {
      const headers = grant === undefined ? [] : policy.preflight;
      startResponse(
        '204 No Content',
        vary([...granted(grant, policy), ...headers], PREFLIGHT_VARY),
      );
      return [];
    }
    const edited = editStart(startResponse, ({ status, headers }) => {
      const own = withoutFields(headers, ...CORS_FIELDS);
      const exposed = grant === undefined ? [] : policy.exposed;
      const list = [...own, ...granted(grant, policy), ...exposed];
      return { status, headers: policy.everyOrigin ? list : vary(list, ['Origin']) };
    });
    return application(environ, edited);
  });
}

const CORS_FIELDS = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Expose-Headers',
] as const;

const PREFLIGHT_VARY = [
  'Origin',
  'Access-Control-Request-Method',
  'Access-Control-Request-Headers',
];

interface Policy {
  readonly everyOrigin: boolean;
  readonly credentials: boolean;
  readonly preflight: HeaderList;
  readonly exposed: HeaderList;
  /** The value of Access-Control-Allow-Origin; `undefined` where nothing is granted. */
  readonly grant: (origin: string | undefined, environ: Environ) => string | undefined;
}

function isPreflight(environ: Environ): boolean {
  return (
    environ.REQUEST_METHOD === 'OPTIONS' &&
    environ['HTTP_ORIGIN'] !== undefined &&
    environ['HTTP_ACCESS_CONTROL_REQUEST_METHOD'] !== undefined
  );
}

function granted(origin: string | undefined, { credentials }: Policy): HeaderList {
  if (origin === undefined) {
    return [];
  }
  return [
    ['Access-Control-Allow-Origin', origin],
    ...(credentials ? ([['Access-Control-Allow-Credentials', 'true']] as const) : []),
  ];
}

function vary(headers: HeaderList, names: readonly string[]): HeaderList {
  return names.reduce<HeaderList>((list, name) => withVary(list, name), headers);
}

function checkPolicy(options: CorsOptions): Policy {
  const {
    origins = [],
    methods = ['GET', 'HEAD', 'POST'],
    credentials = false,
    maxAge = 600,
  } = options;
  const { requestHeaders = [], exposedHeaders = [] } = options;
  checkCount('cors', 'maxAge', maxAge);
  if (origins === '*' && credentials) {
    throw optionError('cors', 'credentials need listed origins; origins', origins);
  }
  checkAll('methods', methods, TOKEN);
  checkAll('requestHeaders', requestHeaders, TOKEN);
  checkAll('exposedHeaders', exposedHeaders, TOKEN);
  if (origins !== '*' && typeof origins !== 'function') {
    checkAll('origins', origins, ORIGIN);
  }
  return {
    everyOrigin: origins === '*',
    credentials,
    preflight: [
      ...listField('Access-Control-Allow-Methods', methods),
      ...listField('Access-Control-Allow-Headers', requestHeaders),
      ['Access-Control-Max-Age', String(maxAge)],
    ],
    exposed: listField('Access-Control-Expose-Headers', exposedHeaders),
    grant: granting(origins),
  };
}

function listField(name: string, values: readonly string[]): HeaderList {
  return values.length === 0 ? [] : [[name, values.join(', ')]];
}

function granting(origins: NonNullable<CorsOptions['origins']>): Policy['grant'] {
  if (origins === '*') {
    return () => '*';
  }
  const isAllowed =
    typeof origins === 'function' ? origins : (origin: string) => origins.includes(origin);
  return (origin, environ) =>
    origin !== undefined && ORIGIN.test(origin) && isAllowed(origin, environ) ? origin : undefined;
}

function checkAll(option: string, values: readonly string[], form: RegExp): void {
  const wrong = values.find((value) => !form.test(value));
  if (wrong !== undefined) {
    throw optionError('cors', `${option} holds a value that cannot be used; it`, wrong);
  }
}
