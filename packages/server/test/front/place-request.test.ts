import { describe, expect, test } from 'vitest';
import { type FrontPath, type PathRules, placeRequest } from '../../src/front/place-request.ts';

const AUTO: PathRules = { scriptName: undefined, source: 'auto', divided: false };
const CGI: PathRules = { ...AUTO, divided: true };

/** SCRIPT_NAME, PATH_INFO, QUERY_STRING, REQUEST_URI as environ has them. */
function place(path: Partial<FrontPath>, rules: PathRules = AUTO): readonly string[] {
  const given = {
    method: 'GET',
    target: undefined,
    scriptName: '',
    pathInfo: undefined,
    query: undefined,
    ...path,
  };
  const { target, scriptName, requestUri } = placeRequest(given, rules);
  expect(target.path.startsWith(scriptName)).toBe(true);
  return [scriptName, target.path.slice(scriptName.length), target.query, requestUri];
}

describe('placeRequest', () => {
  test.each([
    [
      'what escapes stand for',
      '/m/a%2Fb',
      { scriptName: '/m', pathInfo: '/a/b' },
      ['/m', '/a%2Fb'],
    ],
    [
      'a slash kept as it came',
      '/m/a%2Fb',
      { scriptName: '/m', pathInfo: '/a%2Fb' },
      ['/m', '/a%2Fb'],
    ],
    ['slashes in a row', '/m/a//b', { scriptName: '/m', pathInfo: '/a/b' }, ['/m', '/a//b']],
    ['dot segments', '/m/a/%2e%2e/b', { scriptName: '/m', pathInfo: '/b' }, ['/m', '/b']],
    ['octets', '/m/caf%E9', { scriptName: '/m', pathInfo: '/caf\xe9' }, ['/m', '/caf%E9']],
    ['a percent sign', '/m/a%252Fb', { scriptName: '/m', pathInfo: '/a%2Fb' }, ['/m', '/a%252Fb']],
    ['the mount itself', '/m', { scriptName: '/m', pathInfo: '' }, ['/m', '']],
    ['the mount as uwsgi of Apache has it', '/m', { scriptName: '/m', pathInfo: '/' }, ['/m', '']],
    ['a mount that ends in a slash', '/m/', { scriptName: '/m/', pathInfo: '/' }, ['/m', '/']],
    ['a whole path beside a mount', '/m/x', { scriptName: '/m', pathInfo: '/m/x' }, ['/m', '/x']],
    ['a mount without the rest', '/m/x', { scriptName: '/m' }, ['/m', '/x']],
    ['no mount', '/a%2Fb', { pathInfo: '/a/b' }, ['', '/a%2Fb']],
    ['nothing at all', '/a%2Fb', {}, ['', '/a%2Fb']],
    ['a whole path as SCRIPT_NAME', '/a%2Fb', { scriptName: '/a/b' }, ['', '/a%2Fb']],
  ])(
    'takes the path of REQUEST_URI where the front says the same of %s',
    (_what, target, path, [script, info]) => {
      expect(place({ target, ...path })).toEqual([script, info, '', target]);
    },
  );

  test.each([
    ['the rest', '/old/x', { scriptName: '/m', pathInfo: '/new x' }, ['/m', '/new%20x']],
    ['a whole path', '/old', { pathInfo: '/new' }, ['', '/new']],
    ['a whole path as SCRIPT_NAME', '/old', { scriptName: '/new/?' }, ['', '/new/%3F']],
    [
      'a path outside of the mount',
      '/pretty',
      { scriptName: '/m', pathInfo: '/pretty' },
      ['/m', '/pretty'],
    ],
    ['slashes before the mount', '//m/a', { scriptName: '/m', pathInfo: '/a' }, ['/m', '/a']],
  ])(
    'takes what the front says where it has rewritten %s',
    (_what, target, path, [script, info]) => {
      expect(place({ target, query: 'q', ...path })).toEqual([script, info, 'q', target]);
    },
  );

  test('makes a REQUEST_URI where the front sends none', () => {
    const path = { scriptName: '/m', pathInfo: '/caf\xc3\xa9' };
    expect(place({ ...path, query: 'a=b' })).toEqual([
      '/m',
      '/caf%C3%A9',
      'a=b',
      '/m/caf%C3%A9?a=b',
    ]);
    expect(place(path)[3]).toBe('/m/caf%C3%A9');
    expect(place({})).toEqual(['', '/', '', '/']);
  });

  test('takes SCRIPT_NAME without PATH_INFO for the script under CGI', () => {
    expect(place({ target: '/cgi/app', scriptName: '/cgi/app' }, CGI)).toEqual([
      '/cgi/app',
      '',
      '',
      '/cgi/app',
    ]);
    expect(place({ target: '/pretty', scriptName: '/cgi/app' }, CGI).slice(0, 2)).toEqual([
      '/cgi/app',
      '',
    ]);
  });

  test('lets a path that is under the mount once decoded only be refused', () => {
    const path = { method: 'GET', scriptName: '/m', pathInfo: undefined, query: '' };
    const { target, scriptName } = placeRequest({ ...path, target: '/m%2Fx' }, AUTO);
    expect([scriptName, target.path]).toEqual(['/m', '/m%2Fx']);
  });

  describe('with a mount of the operator', () => {
    const mounted = { ...AUTO, scriptName: '/m' };
    const root = { ...CGI, scriptName: '' };

    test.each([
      ['removes it', { pathInfo: '/x' }],
      ['leaves it', { pathInfo: '/m/x' }],
      ['has another', { scriptName: '/cgi', pathInfo: '/m/x' }],
      ['sends the whole path as SCRIPT_NAME', { scriptName: '/m/x' }],
      ['says nothing', {}],
    ])('divides the path itself where the front %s', (_what, path) => {
      expect(place({ target: '/m/x', ...path }, mounted)).toEqual(['/m', '/x', '', '/m/x']);
    });

    test.each([
      [{ pathInfo: '/m/new' }],
      [{ scriptName: '/m', pathInfo: '/new' }],
      [{ pathInfo: '/new' }],
      [{ scriptName: '/m/new' }],
    ])('divides a rewritten path: %o', (path) => {
      expect(place({ target: '/old', ...path }, mounted).slice(0, 2)).toEqual(['/m', '/new']);
    });

    test('lets a path outside of it be refused', () => {
      const path = { method: 'GET', target: '/x', scriptName: '', pathInfo: '/x', query: '' };
      expect(placeRequest(path, mounted).target.path).toBe('/x');
    });

    test('hides the script of CGI behind an empty one', () => {
      const path = { target: '/x', scriptName: '/cgi/app', pathInfo: '/x' };
      expect(place(path, root).slice(0, 2)).toEqual(['', '/x']);
    });
  });

  test('takes REQUEST_URI alone, or the other variables alone, when told to', () => {
    const path = { target: '/m/a%2Fb?own', scriptName: '/m', pathInfo: '/new', query: 'q' };
    expect(place(path, { ...AUTO, source: 'request-uri' })).toEqual([
      '/m',
      '/a%2Fb',
      'own',
      '/m/a%2Fb?own',
    ]);
    const same = { ...path, pathInfo: '/a/b' };
    expect(place(same, { ...AUTO, source: 'path-info' }).slice(0, 3)).toEqual(['/m', '/a/b', 'q']);
    expect(() => place({ pathInfo: '/' }, { ...AUTO, source: 'request-uri' })).toThrow(
      'no REQUEST_URI',
    );
  });

  test('takes the authority of an absolute-form and the asterisk', () => {
    expect(place({ target: '?q', pathInfo: '/' })).toEqual(['', '/', 'q', '/?q']);
    const whole = { method: 'GET', scriptName: '/a', pathInfo: undefined, query: undefined };
    const absolute = placeRequest({ ...whole, target: 'http://h/a?q' }, AUTO);
    expect(absolute.target).toEqual({ path: '/a', query: 'q', authority: 'h' });
    expect(place({ method: 'OPTIONS', target: '*' })).toEqual(['', '*', '', '*']);
  });

  test.each([
    ['/a\\b', undefined],
    ['/%zz', undefined],
    ['/caf\xe9', undefined],
    ['/a', 'caf\xe9'],
    ['/a', 'x#y'],
  ])('refuses the target %j with the query %j', (target, query) => {
    expect(() => place({ target, query })).toThrow('RFC 9112');
  });
});
