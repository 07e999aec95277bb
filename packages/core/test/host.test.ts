import { describe, expect, test } from 'vitest';
import { isHost } from '../src/host.ts';
import { parseTarget } from '../src/target.ts';

describe('isHost', () => {
  test.each([
    '',
    'a',
    'a.test:80',
    'a:',
    '127.0.0.1',
    'a%20b',
    "x!$&'()*+,;=",
    '[::]',
    '[::1]',
    '[::1]:80',
    '[::1]:',
    '[2001:DB8:0:0:0:0:0:1]',
    '[1:2:3:4:5:6:7::]',
    '[::2:3:4:5:6:7:8]',
    '[::ffff:127.0.0.1]',
    '[1:2:3:4:5:6:1.2.3.4]',
    '[v1.x:y]',
  ])('takes %j', (value) => {
    expect(isHost(value)).toBe(true);
  });

  test.each(['a b', 'a/b', 'u@a', 'a:b', 'a:80:80', '[::1', '::1', 'a%2', 'a?b', 'a,b c', 'é'])(
    'refuses %j',
    (value) => {
      expect(isHost(value)).toBe(false);
    },
  );

  test.each([
    '[]',
    '[:]',
    '[:::]',
    '[1]',
    '[::12345]',
    '[::g]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7:8::]',
    '[1:2:3:4:5:6:7:1.2.3.4]',
    '[::1.2.3]',
    '[::1.2.3.256]',
    '[::01.2.3.4]',
    '[1.2.3.4::]',
    '[1.2.3.4]',
    '[::1]x',
    '[v.x]',
  ])('refuses the literal %j, in a Host and in a target', (value) => {
    expect(isHost(value)).toBe(false);
    expect(() => parseTarget('GET', `http://${value}/`)).toThrow(
      expect.objectContaining({ code: 'ERR_TSGI_TARGET' }),
    );
  });
});
