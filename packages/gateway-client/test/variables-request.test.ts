import type { Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import type { ForwardOptions } from '../src/options.ts';
import { resolveOptions } from '../src/settings.ts';
import { variablesRequest } from '../src/variables-request.ts';
import { environOf } from './fixtures.ts';

function variablesOf(
  entries: Partial<Environ>,
  options: Partial<ForwardOptions> = {},
  contentLength?: number,
): Record<string, string> {
  const settings = resolveOptions({ upstreams: ['uwsgi://127.0.0.1:1'], ...options });
  const { variables } = variablesRequest(environOf(entries), settings, {
    contentLength,
    script: undefined,
  });
  const pairs = variables.flatMap((name, at) => (at % 2 === 0 ? [[name, variables[at + 1]]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}

describe('the variables of a request', () => {
  test('are those of CGI, with the mount in SCRIPT_NAME', () => {
    const variables = variablesOf(
      {
        REQUEST_METHOD: 'POST',
        SCRIPT_NAME: '/app',
        PATH_INFO: '/x/y',
        QUERY_STRING: 'a=1',
        REQUEST_URI: '/app/x/%79?a=1',
        CONTENT_TYPE: 'text/plain',
        REMOTE_PORT: '5000',
        REMOTE_USER: 'ada',
        AUTH_TYPE: 'Basic',
        'tsgi.url_scheme': 'https',
      },
      {},
      7,
    );
    expect(variables).toMatchObject({
      GATEWAY_INTERFACE: 'CGI/1.1',
      REQUEST_METHOD: 'POST',
      SCRIPT_NAME: '/app',
      PATH_INFO: '/x/y',
      QUERY_STRING: 'a=1',
      REQUEST_URI: '/app/x/y?a=1',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '7',
      SERVER_NAME: 'site.test',
      SERVER_PORT: '80',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '192.0.2.7',
      REMOTE_PORT: '5000',
      REMOTE_USER: 'ada',
      AUTH_TYPE: 'Basic',
      HTTPS: 'on',
      HTTP_HOST: 'site.test',
    });
  });

  test('hold paths as octets', () => {
    const { PATH_INFO, SCRIPT_NAME, REQUEST_URI } = variablesOf({
      SCRIPT_NAME: '/%C3%A4',
      PATH_INFO: '/caf%C3%A9/%E9/100%25',
    });
    expect(SCRIPT_NAME).toBe('/\xc3\xa4');
    expect(PATH_INFO).toBe('/caf\xc3\xa9/\xe9/100%');
    expect(REQUEST_URI).toBe('/%C3%A4/caf%C3%A9/%E9/100%25');
  });

  test.each([
    ['/a%2Fb', {}],
    ['/a%00b', {}],
    ['/a%00b', { encodedSlashes: 'decode' }],
  ] as const)('are refused for the path %s with %o', (path, options) => {
    expect(() => variablesOf({ PATH_INFO: path }, options)).toThrow(
      expect.objectContaining({ code: 'ERR_GATEWAY_PATH' }),
    );
  });

  test('have a slash for an encoded one where that is asked for', () => {
    const variables = variablesOf({ PATH_INFO: '/a%2Fb' }, { encodedSlashes: 'decode' });
    expect(variables).toMatchObject({ PATH_INFO: '/a/b', REQUEST_URI: '/a%2Fb' });
  });

  test('have REQUEST_URI as it was received where that is asked for', () => {
    const entries = { PATH_INFO: '/admin', REQUEST_URI: '/x/../%61dmin' };
    expect(variablesOf(entries)['REQUEST_URI']).toBe('/admin');
    expect(variablesOf(entries, { requestUri: 'received' })['REQUEST_URI']).toBe('/x/../%61dmin');
  });

  test('hold nothing that the client says of itself, and no HTTP_PROXY', () => {
    const variables = variablesOf({
      HTTP_X_FORWARDED_FOR: '1.2.3.4',
      HTTP_FORWARDED: 'for=1.2.3.4',
      HTTP_PROXY: 'http://evil',
      HTTP_CONNECTION: 'X-Private',
      HTTP_X_PRIVATE: '1',
      HTTP_EXPECT: '100-continue',
      HTTP_CONTENT_LENGTH: '9',
    });
    const fields = Object.keys(variables).filter((name) => name.startsWith('HTTP_'));
    expect(fields).toEqual(['HTTP_HOST']);
  });

  test('hold it where the client is trusted', () => {
    const variables = variablesOf({ HTTP_X_FORWARDED_FOR: '192.0.2.1' }, { trustForwarded: true });
    expect(variables['HTTP_X_FORWARDED_FOR']).toBe('192.0.2.1');
  });

  test('are replaced by those of the options', () => {
    const variables = variablesOf(
      { HTTP_X_KEY: 'guess' },
      { fields: { 'x-key': 'secret' }, variables: { UWSGI_SCHEME: 'https', SERVER_NAME: 'other' } },
    );
    expect(variables).toMatchObject({
      HTTP_X_KEY: 'secret',
      UWSGI_SCHEME: 'https',
      SERVER_NAME: 'other',
    });
  });

  test('are complete where the peer has no address', () => {
    const environ = environOf();
    delete environ.REMOTE_ADDR;
    const settings = resolveOptions({ upstreams: ['scgi://127.0.0.1:1'] });
    const { variables } = variablesRequest(environ, settings, {
      contentLength: undefined,
      script: undefined,
    });
    expect(variables[variables.indexOf('REMOTE_ADDR') + 1]).toBe('');
    expect(variables).not.toContain('CONTENT_LENGTH');
  });
});
