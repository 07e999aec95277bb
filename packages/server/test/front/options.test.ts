import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../../src/options.ts';

describe('the options for fronts', () => {
  test.each([
    ['protocol: gopher', { protocol: 'gopher' }],
    ['pathSource: guess', { protocol: 'scgi', pathSource: 'guess' }],
    ['pathSource: path-info with the protocol http', { pathSource: 'path-info' }],
    ['tls with the protocol scgi', { protocol: 'scgi', tls: { key: 'k', cert: 'c' } }],
    ['node-http with the protocol uwsgi', { protocol: 'uwsgi', transport: 'node-http' }],
    ['proxyProtocol with the protocol fastcgi', { protocol: 'fastcgi', proxyProtocol: 'v2' }],
  ])('are refused: %s', (text, options) => {
    expect(() => resolveOptions(options as object)).toThrow(text);
  });

  test('leave the mount to the front unless the operator names it', () => {
    expect(resolveOptions({}).scriptName).toBe('');
    expect(resolveOptions({ protocol: 'scgi' }).scriptName).toBeUndefined();
    expect(resolveOptions({ protocol: 'scgi', scriptName: '' }).scriptName).toBe('');
  });
});
