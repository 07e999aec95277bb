import { describe, expect, expectTypeOf, test } from 'vitest';
import { defineConfig, type TsgiConfig } from '../../src/config/index.ts';
import type { BindAddress } from '../../src/settings/kinds/kind.ts';
import type { Settings } from '../../src/settings/table.ts';

describe('Settings', () => {
  test('have the types that their rows say', () => {
    expectTypeOf<Settings['timeout']>().toEqualTypeOf<number>();
    expectTypeOf<Settings['maxRss']>().toEqualTypeOf<number>();
    expectTypeOf<Settings['workers']>().toEqualTypeOf<number | 'auto'>();
    expectTypeOf<Settings['lint']>().toEqualTypeOf<boolean>();
    expectTypeOf<Settings['http2']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Settings['app']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Settings['scriptName']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Settings['bind']>().toEqualTypeOf<readonly BindAddress[]>();
    expectTypeOf<Settings['metricsBind']>().toEqualTypeOf<BindAddress | undefined>();
    expectTypeOf<Settings['proxyProtocol']>().toEqualTypeOf<'off' | 'v1' | 'v2' | 'any'>();
    expectTypeOf<Settings['profile']>().toEqualTypeOf<'sync' | 'async' | undefined>();
  });
});

describe('defineConfig', () => {
  test('gives back what it is given', () => {
    const config = { app: './src/app.js', timeout: '1m30s', maxBodySize: 8_000_000 };
    expect(defineConfig(config)).toBe(config);
  });

  test('takes what a configuration file may hold, and nothing else', () => {
    expectTypeOf<TsgiConfig['timeout']>().toEqualTypeOf<string | number | undefined>();
    expectTypeOf<TsgiConfig['bind']>().toEqualTypeOf<string | readonly string[] | undefined>();
    expectTypeOf<TsgiConfig['lint']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<TsgiConfig['logLevel']>().toEqualTypeOf<Settings['logLevel'] | undefined>();
    expectTypeOf<TsgiConfig>().not.toHaveProperty('config');
    // @ts-expect-error: a switch is true or false
    defineConfig({ lint: 'yes' });
    // @ts-expect-error: one of a few words
    defineConfig({ logLevel: 'loud' });
    // @ts-expect-error: no setting
    defineConfig({ timout: '3s' });
  });
});
