import { lint, lintAsync, type LintError } from '@tsgi/lint';
import { devErrors } from '@tsgi/middleware/dev-errors';
import { health } from '@tsgi/middleware/health';
import { proxyFix } from '@tsgi/middleware/proxy-fix';
import type { ServeOptions } from '@tsgi/server';
import type { Application, AsyncApplication, Profile } from '@tsgi/types';
import type { Settings } from '../settings/table.ts';
import type { Logs } from './logs.ts';

/** The settings that say what stands around an application. */
export type WrapSettings = Pick<
  Settings,
  'profile' | 'forwardedAllowIps' | 'healthPath' | 'lint' | 'proxyProtocol'
>;

/** An application as it is served. */
export interface WrappedApplication {
  readonly application: AsyncApplication;
  /** Options for `serve` that belong to it. */
  readonly serveHooks: Pick<ServeOptions, 'errors' | 'onRequestEnd' | 'proxyProtocol'>;
  /** From now on the health path answers with 503. */
  setDraining(): void;
}

/** What is done for development only. */
export interface WrapOptions {
  /** Whether errors become pages with sources, and findings of the lint errors. Default false. */
  readonly development?: boolean;
}

/**
 * Puts around an application what the settings ask for, from the outside: trusted proxies, health
 * path, error pages, lint. The access log is written by the server's own hook, since what the server
 * refuses never comes here.
 */
export function wrapApplication(
  loaded: { readonly application: AsyncApplication; readonly profile: Profile },
  settings: WrapSettings,
  logs: Logs,
  { development = false }: WrapOptions = {},
): WrappedApplication {
  const { forwardedAllowIps, healthPath, proxyProtocol } = settings;
  const { access, error } = logs;
  let draining = false;
  const profile = settings.profile ?? loaded.profile;
  let application = settings.lint
    ? lintApplication(loaded.application, profile, development ? undefined : error)
    : loaded.application;
  if (development) {
    application = devErrors({ remote: true })(application);
  }
  if (healthPath !== undefined) {
    application = health({ path: healthPath, ready: () => !draining })(application);
  }
  if (forwardedAllowIps.length > 0) {
    application = proxyFix({ trusted: forwardedAllowIps })(application);
  }
  return {
    application,
    serveHooks: {
      errors: error.stream,
      ...(access === undefined ? {} : { onRequestEnd: (record) => access.write(record) }),
      proxyProtocol,
    },
    setDraining() {
      draining = true;
    },
  };
}

// In service a finding is told and changes nothing; in development it is an error like any other.
function lintApplication(
  application: AsyncApplication,
  profile: Profile,
  log: Logs['error'] | undefined,
): AsyncApplication {
  const options =
    log === undefined
      ? {}
      : { onFinding: ({ message, blame }: LintError) => log.warn(`lint (${blame}): ${message}`) };
  return profile === 'async'
    ? lintAsync(application, options)
    : lint(application as Application, options);
}
