import { describe, expect, test } from 'vitest';
import { openGuestbook, sign } from './guestbook-client.ts';
import { makeDrafts, openStore } from './temporary-store.ts';

describe('createGuestbook: signing', () => {
  test('answers a form with 303 to the new entry, which thanks and shows it', () => {
    const client = openGuestbook();
    const posted = client.post('/sign', { form: { name: 'Zoë 🌟', message: 'שלום\nworld' } });
    expect(posted.status).toBe(303);
    expect(posted.reason).toBe('See Other');
    expect(posted.header('location')).toBe('/entries/1?thanks');
    const page = client.get('/entries/1?thanks');
    expect(page.status).toBe(200);
    expect(page.text()).toContain('<h1>Thank you for signing!</h1>');
    expect(page.text()).toContain('<bdi>Zoë 🌟</bdi>');
    expect(page.text()).toContain('<p class="message" dir="auto">שלום\nworld</p>');
    expect(client.get('/entries/1').text()).toContain('<h1>Entry 1</h1>');
  });

  test('shows the form with an action, labels and limits that work without a script', () => {
    const page = openGuestbook().get('/sign').text();
    expect(page).toContain('method="post" action="/sign"');
    expect(page).toContain('<label for="name">');
    expect(page).toContain('<label for="message">');
    expect(page).toContain('maxlength="80"');
    expect(page).not.toContain('<script');
  });

  test('shows the form again with 422, what was typed and what is wrong', () => {
    const client = openGuestbook();
    const page = client.post('/sign', { form: { name: '"><i>', message: ' ' } });
    expect(page.status).toBe(422);
    expect(page.text()).toContain('value="&quot;&gt;&lt;i&gt;"');
    expect(page.text()).toContain(
      '<p class="error" id="message-note">Please write your message.</p>',
    );
    expect(page.text()).toContain('<a href="#message">Please write your message.</a>');
    expect(page.text().match(/aria-invalid/g)).toHaveLength(1);
    expect(client.get('/entries.json').json()).toMatchObject({ total: 0 });
  });

  test('keeps a line break with which a rejected message begins', () => {
    const page = openGuestbook().post('/sign', { form: { name: '', message: '\nsecond line' } });
    expect(page.text()).toContain('>\n\nsecond line</textarea>');
  });

  test('escapes what visitors write wherever it is shown', () => {
    const client = openGuestbook();
    const attack = `</textarea><script>alert("x")</script><img src=x onerror='alert(1)'>&amp;`;
    sign(client, attack.slice(0, 60), attack);
    for (const target of ['/', '/entries/1', `/?q=${encodeURIComponent('<script>')}`]) {
      const page = client.get(target);
      expect(page.status).toBe(200);
      expect(page.text()).toContain('&lt;script&gt;');
      expect(page.text()).toContain('onerror=&#39;alert(1)&#39;&gt;&amp;amp;');
      expect(page.text()).not.toMatch(/<script|<img src=x/);
    }
  });

  test.each([
    ['text/plain', 415],
    ['application/json', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/x-www-form-urlencoded; charset=iso-8859-1', 415],
    ['application/x-www-form-urlencoded; charset=UTF-8', 303],
    ['Application/X-WWW-Form-Urlencoded;charset="utf-8"', 303],
  ])('answers a form sent as %s with %i', (type, status) => {
    const headers = { 'content-type': type };
    const response = openGuestbook().post('/sign', { body: 'name=Ada&message=Hi', headers });
    expect(response.status).toBe(status);
    const accepted = status === 415 ? 'application/x-www-form-urlencoded' : undefined;
    expect(response.header('accept-post')).toBe(accepted);
  });

  test('answers a form without a content type with 415', () => {
    expect(openGuestbook().post('/sign', { body: 'name=Ada&message=Hi' }).status).toBe(415);
  });

  test.each([
    ['a broken escape', 'name=%zz&message=Hi'],
    ['an escape that is not UTF-8', 'name=%E9&message=Hi'],
    ['bytes that are not UTF-8', Uint8Array.of(0x6e, 0x61, 0x6d, 0x65, 0x3d, 0xe9)],
    ['a field given twice', 'name=Ada&name=Eve&message=Hi'],
  ])('answers %s with 400 and stores nothing', (_what, body) => {
    const store = openStore();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = openGuestbook({ store }).post('/sign', { body, headers });
    expect(response.status).toBe(400);
    expect(response.text()).toContain('<h1>Bad Request</h1>');
    expect(store.count()).toBe(0);
  });

  test('links and redirects below its mount', () => {
    const store = openStore();
    store.addAll(makeDrafts(41));
    const client = openGuestbook({ store, scriptName: '/my%20book' });
    const location = client
      .post('/my%20book/sign', { form: { name: 'Ada', message: 'Hi' } })
      .header('location');
    expect(location).toBe('/my%20book/entries/42?thanks');
    const pages = ['/', '/?page=2', '/?q=guest', '/sign', '/entries/7', '/nothing'];
    for (const target of pages) {
      const page = client.get(`/my%20book${target}`).text();
      const links = [...page.matchAll(/(?:href|src|action)="([^"#][^"]*)"/g)].map(
        ([, link]) => link,
      );
      expect(links.length).toBeGreaterThan(5);
      expect(links.filter((link) => !link?.startsWith('/my%20book/'))).toEqual([]);
    }
    expect(client.get('/my%20book').status).toBe(308);
    expect(client.get('/my%20book').header('location')).toBe('/my%20book/');
    expect(client.get('/my%20book/entries').header('location')).toBe('/my%20book/');
    expect(client.get('/my%20book/entries/7.json').json()).toMatchObject({
      url: '/my%20book/entries/7',
    });
  });
});
