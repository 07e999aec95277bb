import type { HeaderList } from '@tsgi/types';
import { editStart } from './edit-start.ts';
import { type EitherMiddleware, either } from './either.ts';
import { fieldValue } from './header-list.ts';
import { optionError } from './option-error.ts';

/** The fields that `securityHeaders` sets; `false` leaves one out, a string replaces its value. */
export interface SecurityHeadersOptions {
  /**
   * Content-Security-Policy: what a page may load, and who may frame it. Default
   * `default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none';
   * object-src 'none'`.
   */
  readonly contentSecurityPolicy?: string | false;
  /**
   * Strict-Transport-Security, over https only: how long browsers come by https alone. Default
   * `max-age=31536000; includeSubDomains`.
   */
  readonly strictTransportSecurity?: string | false;
  /** X-Content-Type-Options: no guessing of media types. Default `nosniff`. */
  readonly contentTypeOptions?: string | false;
  /** X-Frame-Options: for browsers that do not know `frame-ancestors`. Default `DENY`. */
  readonly frameOptions?: string | false;
  /**
   * Referrer-Policy: how much of its address a page tells where its links lead. Default
   * `strict-origin-when-cross-origin`.
   */
  readonly referrerPolicy?: string | false;
  /**
   * Cross-Origin-Opener-Policy: which windows keep a reference to this one. Default
   * `same-origin`.
   */
  readonly crossOriginOpenerPolicy?: string | false;
  /** Cross-Origin-Resource-Policy: which pages may embed it. Default `same-origin`. */
  readonly crossOriginResourcePolicy?: string | false;
  /** Origin-Agent-Cluster: keeps the origin apart from others of its site. Default `?1`. */
  readonly originAgentCluster?: string | false;
  /**
   * Permissions-Policy: which features of the browser the page may use. Default
   * `camera=(), geolocation=(), microphone=()`.
   */
  readonly permissionsPolicy?: string | false;
}

type Option = keyof SecurityHeadersOptions;

/** What each option sets, and its default: everything comes from this origin and nothing frames it. */
export const SECURITY_HEADERS: Readonly<Record<Option, readonly [name: string, value: string]>> = {
  contentSecurityPolicy: [
    'Content-Security-Policy',
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  ],
  strictTransportSecurity: ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'],
  contentTypeOptions: ['X-Content-Type-Options', 'nosniff'],
  frameOptions: ['X-Frame-Options', 'DENY'],
  referrerPolicy: ['Referrer-Policy', 'strict-origin-when-cross-origin'],
  crossOriginOpenerPolicy: ['Cross-Origin-Opener-Policy', 'same-origin'],
  crossOriginResourcePolicy: ['Cross-Origin-Resource-Policy', 'same-origin'],
  originAgentCluster: ['Origin-Agent-Cluster', '?1'],
  permissionsPolicy: ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
};

const VALUE = /^[\t\x20-\x7E]+$/;

/**
 * Adds the response fields that browsers read as restrictions, the strict values by default. A
 * field that the application sets itself stays as it is; Strict-Transport-Security is only sent
 * over https (RFC 6797, 7.2). Throws a TypeError for an unknown option or a value that is no line
 * of visible ASCII.
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): EitherMiddleware {
  const fields = chosenFields(options);
  const insecure = fields.filter(([name]) => name !== 'Strict-Transport-Security');
  return either((application) => (environ, startResponse) => {
    const wanted = environ['tsgi.url_scheme'] === 'https' ? fields : insecure;
    return application(
      environ,
      editStart(startResponse, ({ status, headers }) => ({
        status,
        headers: [
          ...headers,
          ...wanted.filter(([name]) => fieldValue(headers, name) === undefined),
        ],
      })),
    );
  });
}

function chosenFields(options: SecurityHeadersOptions): HeaderList {
  for (const [option, value] of Object.entries(options) as Array<[Option, unknown]>) {
    const isKnown = Object.hasOwn(SECURITY_HEADERS, option);
    const isValue =
      value === undefined || value === false || (typeof value === 'string' && VALUE.test(value));
    if (!isKnown || !isValue) {
      throw optionError(
        'securityHeaders',
        isKnown ? option : `there is no option ${option};`,
        value,
      );
    }
  }
  return (Object.keys(SECURITY_HEADERS) as Option[]).flatMap((option) => {
    const [name, value] = SECURITY_HEADERS[option];
    const given = options[option];
    return given === false ? [] : [[name, given ?? value] as const];
  });
}
