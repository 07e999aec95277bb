import type { Application } from '@tsgi/types';
import { describe, expect, test } from 'vitest';
import { requestLog } from '../../src/middleware/request-log.ts';
import { openBetween } from '../judged.ts';
import { hello } from './hello.ts';

describe('requestLog', () => {
  test('writes a line for each response, with its status and size', () => {
    const client = openBetween(requestLog, hello, { scriptName: '/book' });
    const { errors } = client.get('/book/a%2fb?c=d');
    expect(errors).toMatch(/^127\.0\.0\.1 GET \/book\/a%2Fb\?c=d 200 5 B sent \d+ ms\n$/);
  });

  test('says that a response was aborted', () => {
    const endless: Application = function* (_environ, startResponse) {
      startResponse('200 OK', []);
      for (;;) yield new TextEncoder().encode('hello');
    };
    const { errors } = openBetween(requestLog, endless).get('/', { leaveAfter: 10 });
    expect(errors).toMatch(/GET \/ 200 \d+ B aborted/);
  });
});
