import { createHash } from 'node:crypto';
import process from 'node:process';
import { serve, type ServerHandle } from '@tsgi/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSite } from '../src/site.ts';
import { PythonServers, whyNot } from './servers.ts';

const LARGE = 8 * 2 ** 20;
const missing = whyNot();
if (missing !== undefined) {
  process.stdout.write(`mounted-python is skipped: ${missing}\n`);
}

const APPLICATIONS = ['flask', 'django'] as const;
const DOORS = ['uwsgi', 'http', 'scgi', 'fastcgi', 'gunicorn'] as const;
const PREFIXES = APPLICATIONS.flatMap((application) =>
  DOORS.map((door) => [application, door, `/${door}/${application}`] as const),
);

const servers = new PythonServers();
let site: ServerHandle;

beforeAll(async () => {
  if (missing !== undefined) {
    return;
  }
  const mounts = await Promise.all(
    APPLICATIONS.map(async (application) => {
      const [urls, gunicorn] = await Promise.all([
        servers.startUwsgi(`${application}_site`),
        servers.startGunicorn(`${application}_site`),
      ]);
      const all = { ...urls, gunicorn };
      return Object.entries(all).map(([door, url]) => [`/${door}/${application}`, url] as const);
    }),
  );
  site = await serve(createSite(Object.fromEntries(mounts.flat())), { port: 0, profile: 'async' });
});

afterAll(async () => {
  await site?.close();
  await servers.stop();
});

/** What a browser keeps of one site. */
class Browser {
  readonly #prefix: string;
  readonly #cookies = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Asks for a path below the mount, or for one as a page names it. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const below = path.startsWith(`${this.#prefix}/`) ? path : this.#prefix + path;
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(site.url + below, {
      redirect: 'manual',
      ...init,
      headers: cookie === '' ? {} : { Cookie: cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }

  /** The front page: its links, the targets of its forms, and the token that Django wants back. */
  async openPage(): Promise<{ links: string[]; forms: string[]; token: string }> {
    const page = await (await this.ask('/')).text();
    const values = (pattern: RegExp): string[] =>
      [...page.matchAll(pattern)].map((match) => match[1] ?? '');
    return {
      links: values(/href="([^"]+)"/g),
      forms: values(/action="([^"]+)"/g),
      token: values(/name="csrfmiddlewaretoken" value="([^"]+)"/g)[0] ?? '',
    };
  }
}

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

const LARGE_FILE = new Uint8Array(LARGE).map((_, at) => (at * 31 + (at >> 8)) & 0xff);
const DOWNLOAD = new Uint8Array(LARGE).map((_, at) => at & 0xff);

describe.skipIf(missing !== undefined).each(PREFIXES)(
  '%s over %s',
  (_application, _door, prefix) => {
    test('makes links that lead back through the mount', async () => {
      const browser = new Browser(prefix);
      const { links, forms } = await browser.openPage();
      expect(links).toEqual([`${prefix}/hello/Zo%C3%AB%20%C3%98re`, `${prefix}/me`]);
      expect(forms).toEqual([`${prefix}/login`, `${prefix}/upload`]);
      for (const link of links) {
        expect((await browser.ask(link)).status).toBe(200);
      }
    });

    test('reads paths that are not ASCII', async () => {
      const response = await new Browser(prefix).ask('/hello/Zo%C3%AB%20%C3%98re');
      expect(await response.text()).toBe(`Hello, Zoë Øre! You are at ${prefix}/hello/Zoë Øre.\n`);
    });

    test('logs in by a form and remembers it by a cookie', async () => {
      const browser = new Browser(prefix);
      const { forms, token } = await browser.openPage();
      const login = (name: string): Promise<Response> =>
        browser.ask(forms[0] ?? '', {
          method: 'POST',
          body: new URLSearchParams({ name, csrfmiddlewaretoken: token }),
        });
      expect((await login('')).status).toBe(401);
      expect(await (await browser.ask('/me')).json()).toMatchObject({ name: null });
      const response = await login('Ada');
      expect(response.status).toBe(302);
      expect(new URL(response.headers.get('location') ?? '', site.url).href).toBe(
        `${site.url}${prefix}/me`,
      );
      expect(await (await browser.ask('/me')).json()).toEqual({
        name: 'Ada',
        address: '127.0.0.1',
        url: `${site.url}${prefix}/me`,
      });
    });

    test('takes a large file and gives one back, octet by octet', async () => {
      const browser = new Browser(prefix);
      const { forms, token } = await browser.openPage();
      const form = new FormData();
      form.append('csrfmiddlewaretoken', token);
      form.append('file', new Blob([LARGE_FILE]), 'großes Bild.bin');
      const taken = await browser.ask(forms[1] ?? '', { method: 'POST', body: form });
      expect(await taken.json()).toEqual({ name: 'großes Bild.bin', sha256: sha256(LARGE_FILE) });
      const given = await browser.ask(`/download/${LARGE}`);
      expect(sha256(new Uint8Array(await given.arrayBuffer()))).toBe(sha256(DOWNLOAD));
    });

    test('streams: what is made arrives before the rest is', async () => {
      const browser = new Browser(prefix);
      const response = await browser.ask('/stream');
      const pieces: string[] = [];
      for await (const piece of response.body ?? []) {
        pieces.push(Buffer.from(piece).toString());
        if (pieces.length === 1) {
          expect(await (await browser.ask('/release', { method: 'POST' })).text()).toBe(
            'released\n',
          );
        }
      }
      expect(pieces).toEqual(['one\n', 'two\n']);
    });
  },
);

describe.skipIf(missing !== undefined)('the site around them', () => {
  test('answers at its root itself', async () => {
    const page = await (await fetch(site.url)).text();
    expect(page).toContain('<a href="/uwsgi/flask/">');
    expect((await fetch(`${site.url}/nothing`)).status).toBe(404);
  });
});
