import type { CheckId, ModuleShape, ServerCheck } from '../../check.ts';
import { answering } from './applications.ts';
import { assertResponse } from './tables.ts';

const AN_OBJECT = { source: '{}' };

/** Modules by what they export, and what the server has to take for the application. */
const FOUND: Readonly<Record<string, ModuleShape>> = {
  default: { default: 'application', handler: 'decoy' },
  app: { app: 'application' },
  application: { application: 'application' },
  'default-before-app': { app: 'decoy', application: 'decoy', default: 'application' },
  'app-before-application': { application: 'decoy', app: 'application' },
  'default-is-no-function': { default: AN_OBJECT, app: 'application' },
  'app-is-no-function': { app: { source: `'text'` }, application: 'application' },
  'other-exports': { handler: 'decoy', application: 'application', middleware: 'decoy' },
};

/** Modules in which there is no application. */
const NONE: Readonly<Record<string, ModuleShape>> = {
  empty: {},
  'other-names': { handler: 'decoy', main: 'decoy' },
  'no-functions': { default: AN_OBJECT, app: { source: 'null' }, application: { source: '1' } },
};

const WRONG_PROFILES: Readonly<Record<string, string>> = {
  'other-word': `'threads'`,
  'other-case': `'Async'`,
  empty: `''`,
  boolean: 'true',
  null: 'null',
};

const found = Object.entries(FOUND).map(
  ([variant, module]): ServerCheck => ({
    id: `MOD-EXPORT.${variant}`,
    title: `The application is found (${variant.replaceAll('-', ' ')})`,
    unstarted: true,
    app: (probe) => answering(probe),
    run: async (driver) => {
      const reason = await driver.refusal({ module });
      driver.assert.equal('start', reason === undefined ? 'succeeded' : 'failed', 'succeeded');
      assertResponse(driver, await driver.exchange(), {});
      await driver.event('call');
      if (!Object.values(module).includes('decoy')) return;
      driver.assert.equal('calls of another export', driver.events('decoy').length, 0);
    },
  }),
);

interface RefusedModule {
  readonly id: CheckId;
  readonly title: string;
  readonly module: ModuleShape;
}

/** The server does not start with such a module, while it does with a good one. */
function refused({ id, title, module }: RefusedModule): ServerCheck {
  return {
    id,
    title,
    requires: ['modules'],
    unstarted: true,
    app: (probe) => answering(probe),
    run: async (driver) => {
      const reason = await driver.refusal({ module });
      driver.assert.equal('start', reason === undefined ? 'succeeded' : 'failed', 'failed');
      await driver.launch({ module: { default: 'application' } });
      assertResponse(driver, await driver.exchange(), {});
    },
  };
}

/** What servers that load applications from modules make of them. */
export const moduleChecks: readonly ServerCheck[] = [
  {
    id: 'BOOT-CAPABILITY.modules',
    title: 'The server loads a module and serves its default export',
    probes: 'modules',
    settings: { module: { default: 'application' } },
    app: (probe) => answering(probe),
    run: async (driver) => assertResponse(driver, await driver.exchange(), {}),
  },
  ...found,
  ...Object.entries(NONE).map(([variant, module]) =>
    refused({
      id: `MOD-NONE.${variant}`,
      title: `A module without an application is no start (${variant.replaceAll('-', ' ')})`,
      module,
    }),
  ),
  {
    id: 'MOD-PROFILE.async',
    title: 'A module of the asynchronous profile is served as such, or the server does not start',
    unstarted: true,
    app: (probe) => async (environ, startResponse) => {
      await Promise.resolve();
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      const module = { default: 'application', profile: { source: `'async'` } } as const;
      const reason = await driver.refusal({ module });
      if (reason === undefined) assertResponse(driver, await driver.exchange(), {});
      else {
        driver.assert.equal('a reason is given', reason === '', false);
        await driver.launch({ module: { default: 'application', profile: { source: `'sync'` } } });
        await driver.ping();
      }
    },
  },
  {
    id: 'ASYNC-MODULE.declared',
    title: 'A module that declares the asynchronous profile is called under it',
    requires: ['modules'],
    settings: { module: { default: 'application', profile: { source: `'async'` } } },
    app: (probe) => async (environ, startResponse) => {
      probe.record('async', environ['tsgi.async']);
      await Promise.resolve();
      return answering(probe)(environ, startResponse);
    },
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      const { data } = await driver.event('async');
      driver.assert.equal('tsgi.async', data, true);
    },
  },
  ...(
    [
      ['module', 'no profile', {}],
      ['module-sync', 'the synchronous profile', { profile: { source: `'sync'` } }],
    ] as const
  ).map(
    ([variant, declared, more]): ServerCheck => ({
      id: `ASYNC-DECLARE.${variant}`,
      title: `A module that declares ${declared} is called under the synchronous one`,
      requires: ['modules'],
      settings: { module: { default: 'application', ...more } },
      app: (probe) => (environ, startResponse) => {
        probe.record('async', environ['tsgi.async']);
        return answering(probe)(environ, startResponse);
      },
      run: async (driver) => {
        assertResponse(driver, await driver.exchange(), {});
        const { data } = await driver.event('async');
        driver.assert.equal('tsgi.async', data, false);
      },
    }),
  ),
  ...Object.entries(WRONG_PROFILES).map(([variant, source]) =>
    refused({
      id: `ASYNC-PROFILE-VALUE.${variant}`,
      title: `A profile that does not exist is no start (${variant.replaceAll('-', ' ')})`,
      module: { default: 'application', profile: { source } },
    }),
  ),
  {
    id: 'LIFESPAN-EXPORT.startup',
    title: 'The startup of the export lifespan has run before the application is called',
    requires: ['modules', 'state'],
    settings: {
      module: {
        default: 'application',
        lifespan: { source: `stage.lifespanOf('LIFESPAN-EXPORT.startup', '')` },
      },
    },
    app: (probe) => (environ, startResponse) => {
      probe.record('state', environ['tsgi.state']?.['kit.started'] === true);
      return answering(probe)(environ, startResponse);
    },
    lifespan: () => ({
      startup: (state) => {
        state['kit.started'] = true;
      },
    }),
    run: async (driver) => {
      assertResponse(driver, await driver.exchange(), {});
      const { data } = await driver.event('state');
      driver.assert.equal('what startup left in tsgi.state is there', data, true);
    },
  },
];
