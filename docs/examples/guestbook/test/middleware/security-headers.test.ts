import { describe, expect, test } from 'vitest';
import { securityHeaders } from '../../src/middleware/security-headers.ts';
import { openGuestbook } from '../guestbook-client.ts';
import { openBetween } from '../judged.ts';
import { hello } from './hello.ts';

describe('securityHeaders', () => {
  test('adds its fields after those of the application, and changes no list', () => {
    const { headers } = openBetween(securityHeaders, hello).get('/');
    expect(headers.map(([name]) => name)).toEqual([
      'content-type',
      'content-security-policy',
      'x-content-type-options',
      'referrer-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
      'Content-Length',
    ]);
  });

  test.each(['/', '/sign', '/nothing', '/entries.csv', '/style.css'])('guards %s', (path) => {
    const response = openGuestbook().get(path);
    expect(response.header('content-security-policy')).toContain("default-src 'none'");
    expect(response.header('content-security-policy')).not.toContain('unsafe');
    expect(response.header('x-content-type-options')).toBe('nosniff');
    expect(response.header('referrer-policy')).toBe('same-origin');
  });

  test('leaves inline styles and scripts out of the pages, which the policy forbids', () => {
    const client = openGuestbook();
    client.post('/sign', { form: { name: 'Ada', message: 'Hi' } });
    for (const path of ['/', '/sign', '/entries/1', '/nothing']) {
      expect(client.get(path).text()).not.toMatch(/<style|<script|\sstyle=|\son\w+=/);
    }
  });
});
