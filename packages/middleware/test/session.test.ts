import { createClient } from '@tsgi/testing';
import type { Application, AsyncApplication, Environ } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { memorySessions } from '../src/memory-sessions.ts';
import { type AsyncSessionStore, type SessionStore, session, sessionOf } from '../src/session.ts';
import { asyncClientBetween, clientBetween } from './between-lints.ts';
import { octets } from './samples.ts';

describe('session', () => {
  const counting: Application = (environ, startResponse) => {
    const mine = sessionOf(environ);
    if (environ.PATH_INFO === '/count') mine.set('n', Number(mine.get('n') ?? 0) + 1);
    if (environ.PATH_INFO === '/login') mine.regenerate();
    if (environ.PATH_INFO === '/logout') mine.destroy();
    if (environ.PATH_INFO === '/delete') mine.delete('n');
    startResponse('200 OK', []);
    return [octets(String(mine.get('n')))];
  };
  const cookieOf = (field: string | undefined): string => (field ?? '').split(';')[0] ?? '';

  test('keeps values between requests, and tells nobody who has none', () => {
    const client = clientBetween(session(), counting);
    expect(client.get('/').header('set-cookie')).toBe(undefined);
    const first = client.get('/count');
    expect(first.header('set-cookie')).toMatch(
      /^__Host-session=[\w-]{43}; Max-Age=86400; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const headers = { Cookie: cookieOf(first.header('set-cookie')) };
    expect(client.get('/count', { headers }).text()).toBe('2');
    expect(client.get('/', { headers }).text()).toBe('2');
  });

  test('says which responses depend on the cookie', () => {
    const client = clientBetween(session(), counting);
    const first = client.get('/count');
    const headers = { Cookie: cookieOf(first.header('set-cookie')) };
    expect(first.header('vary')).toBe('Cookie');
    expect(client.get('/', { headers }).header('vary')).toBe('Cookie');
    expect(client.get('/logout', { headers }).header('vary')).toBe('Cookie');
    expect(client.get('/').header('vary')).toBe(undefined);
    const reading: Application = (environ, startResponse) => {
      const text = String(sessionOf(environ).get('n'));
      startResponse('200 OK', [['Vary', 'Accept']]);
      return [octets(text)];
    };
    expect(clientBetween(session(), reading).get('/').header('vary')).toBe('Accept, Cookie');
  });

  test('changes the id at login, and the old one is gone', () => {
    const client = clientBetween(session(), counting);
    const old = { Cookie: cookieOf(client.get('/count').header('set-cookie')) };
    const renewed = {
      Cookie: cookieOf(client.get('/login', { headers: old }).header('set-cookie')),
    };
    expect(renewed).not.toEqual(old);
    expect(client.get('/', { headers: renewed }).text()).toBe('1');
    expect(client.get('/', { headers: old }).text()).toBe('undefined');
  });

  test.each(['/logout', '/delete'])('forgets session and cookie at %s', (path) => {
    const client = clientBetween(session(), counting);
    const headers = { Cookie: cookieOf(client.get('/count').header('set-cookie')) };
    expect(client.get(path, { headers }).header('set-cookie')).toMatch(
      /^__Host-session=; Max-Age=0; /,
    );
    expect(client.get('/', { headers }).text()).toBe('undefined');
  });

  test('never takes an id over that it does not know', () => {
    const client = clientBetween(session(), counting);
    const headers = { Cookie: '__Host-session=chosen' };
    expect(cookieOf(client.get('/count', { headers }).header('set-cookie'))).not.toBe(
      '__Host-session=chosen',
    );
  });

  test('expires, and lives on with every request', () => {
    let time = 0;
    const store = memorySessions(() => time);
    const client = clientBetween(session({ store, maxAge: 10 }), counting);
    const headers = { Cookie: cookieOf(client.get('/count').header('set-cookie')) };
    time = 9000;
    expect(client.get('/', { headers }).text()).toBe('1');
    time = 18_000;
    expect(client.get('/', { headers }).text()).toBe('1');
    time = 28_000;
    expect(client.get('/', { headers }).text()).toBe('undefined');
  });

  test('waits for a store that answers later, and stores before anything is sent', async () => {
    const inner = memorySessions();
    const keys: string[] = [];
    const log: string[] = [];
    const store: AsyncSessionStore = {
      get: async (key) => inner.get(key),
      async set(key, data, seconds, isNew) {
        await Promise.resolve();
        keys.push(key);
        log.push('stored');
        inner.set(key, data, seconds, isNew);
      },
      delete: async (key) => inner.delete(key),
    };
    const application: AsyncApplication = (environ, startResponse) => {
      sessionOf(environ).set('n', 1);
      startResponse('200 OK', []);
      return (function* () {
        log.push('pulled');
        yield octets('x');
      })();
    };
    const response = await asyncClientBetween(session({ store }), application).get('/');
    expect(log).toEqual(['stored', 'pulled']);
    expect(keys[0]).not.toBe(cookieOf(response.header('set-cookie')).replace(/^.*=/, ''));
  });

  test('stores what changes after the response has begun', () => {
    const client = clientBetween(session(), (environ, startResponse) => {
      const mine = sessionOf(environ);
      const before = mine.get('late');
      mine.set('here', true);
      startResponse('200 OK', []);
      return (function* () {
        yield octets(String(before));
        mine.set('late', 'yes');
      })();
    });
    const headers = { Cookie: cookieOf(client.get('/').header('set-cookie')) };
    expect(client.get('/', { headers }).text()).toBe('yes');
  });

  test.each(['/logout', '/login'])(
    'does not come back by a request that was at work at %s',
    async (path) => {
      const site = session()((environ, startResponse) => {
        if (environ.PATH_INFO !== '/slow') return counting(environ, startResponse);
        const mine = sessionOf(environ);
        return (function* () {
          mine.set('late', true);
          startResponse('200 OK', []);
          leave();
          yield octets('');
        })();
      });
      const client = createClient(site);
      const headers = { Cookie: cookieOf(client.get('/count').header('set-cookie')) };
      const leave = (): unknown => client.get(path, { headers });
      expect(client.get('/slow', { headers }).status).toBe(200);
      expect(client.get('/', { headers }).text()).toBe('undefined');
    },
  );

  test('is stored as new once, whenever it changes', () => {
    const inner = memorySessions();
    const stored: boolean[] = [];
    const store: SessionStore = {
      ...inner,
      set(key, data, seconds, isNew) {
        stored.push(isNew);
        inner.set(key, data, seconds, isNew);
      },
    };
    const client = clientBetween(session({ store }), (environ, startResponse) => {
      const mine = sessionOf(environ);
      mine.set('here', true);
      if (environ.PATH_INFO === '/login') mine.regenerate();
      startResponse('200 OK', []);
      return (function* () {
        yield octets('');
        mine.set('late', true);
      })();
    });
    const headers = { Cookie: cookieOf(client.get('/').header('set-cookie')) };
    client.get('/', { headers });
    client.get('/login', { headers });
    expect(stored).toEqual([true, false, false, false, true, false]);
  });

  test('says that it is missing, and refuses wrong options', () => {
    expect(() => sessionOf({} as Environ)).toThrow('no session stands before this application');
    expect(() => session({ name: 'a b' })).toThrow('a name must be a token');
    expect(() => session({ maxAge: -1 })).toThrow('session: maxAge must be');
  });
});
