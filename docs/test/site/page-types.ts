/** A page of each kind, by what it shows. */
export const PAGES = {
  home: '/',
  tutorial: '/start/from-wsgi',
  guide: '/guide/operating',
  specification: '/spec/tsgi-1.0',
  rule: '/rules/ENV-FRESH',
  'list of rules': '/rules/',
  matrix: '/conformance/',
  'report of a server': '/conformance/net',
  'list of mutants': '/conformance/mutants',
  'source file': '/source/conformance/adapters/net-mjs',
  settings: '/reference/settings',
  API: '/api/types',
  performance: '/explanation/performance',
  architecture: '/explanation/architecture',
  decision: '/adr/0001-half-closed-clients',
  'missing page': '/no/such-page',
} as const;
