import { describe, expect, test } from 'vitest';
import { forward, type ForwardOptions } from '../src/index.ts';

const UPSTREAMS = ['fastcgi://127.0.0.1:9000'];

describe('options', () => {
  test.each<[string, unknown]>([
    ['upstreams: []', { upstreams: [] }],
    ['upstreams', {}],
    ['upstream: nonsense', { upstreams: ['nonsense'] }],
    ['upstreams: 7', { upstreams: [7] }],
    ['unknown option retries', { upstreams: UPSTREAMS, retries: 1 }],
    ['unknown option wieght', { upstreams: [{ url: UPSTREAMS[0], wieght: 1 }] }],
    ['weight: 0', { upstreams: [{ url: UPSTREAMS[0], weight: 0 }] }],
    ['maxFails: -1', { upstreams: [{ url: UPSTREAMS[0], maxFails: -1 }] }],
    ['backup: yes', { upstreams: [{ url: UPSTREAMS[0], backup: 'yes' }] }],
    ['prefix: cut', { upstreams: UPSTREAMS, prefix: 'cut' }],
    ['connectTimeout: 1.5', { upstreams: UPSTREAMS, connectTimeout: 1.5 }],
    ['maxHeaderSize: 1', { upstreams: UPSTREAMS, maxHeaderSize: 1 }],
    ['forwarded: x', { upstreams: UPSTREAMS, forwarded: 'x' }],
    ['onUpstreamEvent: 3', { upstreams: UPSTREAMS, onUpstreamEvent: 3 }],
    ['host', { upstreams: UPSTREAMS, host: 'a\r\nb' }],
    ['via', { upstreams: UPSTREAMS, via: 'two words' }],
    ['fields: X Y', { upstreams: UPSTREAMS, fields: { 'X Y': '1' } }],
    ['fields: X', { upstreams: UPSTREAMS, fields: { X: 'a\nb' } }],
    ['variables: 1X', { upstreams: UPSTREAMS, variables: { '1X': '' } }],
    ['variables: X', { upstreams: UPSTREAMS, variables: { X: 'a\0b' } }],
    ['php.root', { upstreams: UPSTREAMS, php: { root: 'site' } }],
    ['php.index', { upstreams: UPSTREAMS, php: { root: '/site', index: 'index.html' } }],
    ['php.fallback', { upstreams: UPSTREAMS, php: { root: '/site', fallback: '../x.php' } }],
    ['php: with http://a:80', { upstreams: ['http://a:80'], php: { root: '/site' } }],
  ])('a wrong one is named: %s', (message, options) => {
    const call = (): unknown => forward(options as ForwardOptions);
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_TSGI_OPTION' }));
    expect(call).toThrow(message);
  });

  test('an undefined one has its default', () => {
    const application = forward({ upstreams: UPSTREAMS, prefix: undefined, via: undefined });
    expect(application.counters()).toMatchObject([
      { url: 'fastcgi://127.0.0.1:9000', available: true, active: 0, idle: 0 },
    ]);
  });
});
