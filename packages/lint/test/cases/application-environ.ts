// Applications and middleware that use their environ wrongly, each in one way, under a sound server.

import type { LintOptions, RuleId } from '../../src/index.ts';
import { coded } from '../gateway.ts';
import { BODY_CASES } from './application-body.ts';
import { START_CASES } from './application-start.ts';
import { type ApplicationCase, HELLO, OK, quietly } from './case.ts';

const abortedInput = {
  read: () => {
    throw coded('ERR_TSGI_INPUT_ABORTED');
  },
  *[Symbol.iterator]() {
    yield HELLO;
    throw coded('ERR_TSGI_INPUT_TOO_LARGE');
  },
};

const inputCases: readonly ApplicationCase[] = [
  {
    name: 'answers 200 after the input has failed',
    rule: 'APP-INPUT-ERROR',
    got: 'status 200 after the error "Error: ERR_TSGI_INPUT_ABORTED"',
    application: (environ, startResponse) => {
      quietly(() => environ['tsgi.input'].read());
      startResponse(OK, []);
      return [];
    },
    request: { environ: { 'tsgi.input': abortedInput } },
  },
  {
    name: 'answers 201 after an iteration of the input has failed',
    rule: 'APP-INPUT-ERROR',
    got: 'status 201 after the error "Error: ERR_TSGI_INPUT_TOO_LARGE"',
    application: (environ, startResponse) => {
      quietly(() => [...environ['tsgi.input']]);
      startResponse('201 Created', []);
      return [HELLO];
    },
    request: { environ: { 'tsgi.input': abortedInput } },
  },
  ...(['close', 'end', 'destroy'] as const).flatMap((method) =>
    (['tsgi.input', 'tsgi.errors'] as const).map(
      (key): ApplicationCase => ({
        name: `calls ${method}() of ${key}`,
        rule: 'APP-INPUT-CLOSE',
        got: `a call of ${method}() of ${key}`,
        application: (environ, startResponse) => {
          startResponse(OK, []);
          Reflect.apply(Reflect.get(environ[key], method), environ[key], []);
          return [];
        },
        request: { environ: { [key]: closableStream(key, method) } },
      }),
    ),
  ),
];

function closableStream(key: 'tsgi.input' | 'tsgi.errors', method: string): object {
  const stream =
    key === 'tsgi.errors'
      ? { write() {}, flush() {} }
      : { read: () => new Uint8Array(0), *[Symbol.iterator]() {} };
  return Object.assign(stream, { [method]() {} });
}

const environCases: readonly ApplicationCase[] = [
  ...(['FOO', 'foo', 'tsgi.mine'] as const).map(
    (key): ApplicationCase => ({
      name: `adds ${key} to its environ`,
      rule: 'APP-ENV-KEYS',
      got: `the new key "${key}"`,
      application: (environ, startResponse) => {
        Reflect.set(environ, key, 'x');
        startResponse(OK, []);
        return [];
      },
    }),
  ),
  {
    name: 'adds a symbol to its environ',
    rule: 'APP-ENV-KEYS',
    got: 'the new key "Symbol(mine)"',
    application: (environ, startResponse) => {
      Reflect.set(environ, Symbol('mine'), 'x');
      startResponse(OK, []);
      return [];
    },
  },
  {
    name: 'adds a key while it yields',
    rule: 'APP-ENV-KEYS',
    got: 'the new key "late"',
    application: function* late(environ, startResponse) {
      startResponse(OK, []);
      yield HELLO;
      Reflect.set(environ, 'late', 1);
    },
  },
  {
    name: 'adds a key in close()',
    rule: 'APP-ENV-KEYS',
    got: 'the new key "later"',
    application: (environ, startResponse) => {
      startResponse(OK, []);
      return Object.assign([HELLO], { close: () => void Reflect.set(environ, 'later', 1) });
    },
  },
  {
    name: 'adds a key once the response is over',
    rule: 'APP-ENV-KEYS',
    got: 'the new key "latest"',
    application: (environ, startResponse) => {
      environ['tsgi.on_finish'](() => void Reflect.set(environ, 'latest', 1));
      startResponse(OK, []);
      return [HELLO];
    },
  },
  {
    name: 'sets tsgi.async to true',
    rule: 'ASYNC-NO-UPGRADE',
    got: 'tsgi.async changed from false to true',
    application: (environ, startResponse) => {
      environ['tsgi.async'] = true;
      startResponse(OK, []);
      return [];
    },
  },
];

const fileCases: readonly ApplicationCase[] = [
  {
    name: 'forgets a file that it has opened',
    rule: 'FILE-UNUSED',
    got: 'no close() of 1 that tsgi.file_wrapper gave',
    application: (environ, startResponse) => {
      environ['tsgi.file_wrapper']?.('/srv/a');
      startResponse(OK, []);
      return environ['tsgi.file_wrapper']?.('/srv/b') ?? [];
    },
    request: { environ: { 'tsgi.file_wrapper': () => [HELLO] } },
  },
];

const asMiddleware: LintOptions = { inner: 'middleware' };

const middlewareCases: readonly ApplicationCase[] = [
  {
    name: 'as a middleware changes REQUEST_URI',
    options: asMiddleware,
    rule: 'MW-URI',
    got: 'REQUEST_URI changed to "/other"',
    application: (environ, startResponse) => {
      environ.REQUEST_URI = '/other';
      startResponse(OK, []);
      return [];
    },
  },
  {
    name: 'as a middleware removes a key that it does not know',
    rule: 'MW-ENV-KEEP',
    got: '"acme.user" was removed',
    application: (environ, startResponse) => {
      delete environ['acme.user'];
      startResponse(OK, []);
      return [];
    },
    request: { environ: { 'acme.user': 'x' } },
    options: asMiddleware,
  },
];

const NAMED: readonly (readonly [name: string, rule: RuleId])[] = [
  ['yields a string', 'MW-TYPE'],
  ['yields fewer octets', 'MW-CL'],
  ['yields content with status 204', 'MW-NOBODY'],
  ['yields other octets than its region', 'MW-FILE'],
  ['has the headers [["Upgrade"', 'MW-HOP'],
  ['calls startResponse twice', 'MW-SR-ONCE'],
];

// The same faults under the names that they have for a middleware.
const namedCases: readonly ApplicationCase[] = NAMED.map(([name, rule]) => {
  const found = findCase([...START_CASES, ...BODY_CASES], name);
  const { got, application } = found;
  return { name: `as a middleware ${found.name}`, rule, got, application, options: asMiddleware };
});

function findCase(cases: readonly ApplicationCase[], name: string): ApplicationCase {
  const found = cases.find((candidate) => candidate.name.startsWith(name));
  if (found === undefined) {
    throw new Error(`no case is called ${name}`);
  }
  return found;
}

/** Every application and middleware that the lint has to catch by its environ, or by its role. */
export const ENVIRON_USE_CASES: readonly ApplicationCase[] = [
  ...inputCases,
  ...environCases,
  ...fileCases,
  ...middlewareCases,
  ...namedCases,
];
