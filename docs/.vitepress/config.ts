import type { DefaultTheme } from 'vitepress';
import { defineConfig } from 'vitepress';
import { BASE, IS_DRAFT, REPOSITORY, SITE } from '../tools/site/settings.mjs';
import { buildSidebar } from '../tools/site/sidebar.mjs';
import { mendTheme } from './mend-theme.ts';
import { fillMissingPage, MISSING } from './missing-page.ts';
import { readable } from './readable.ts';
import { fileNames, lineAddresses, repositoryLinks, renderForSearch, slug } from './markdown.ts';

const nav: DefaultTheme.NavItem[] = [
  { text: 'Start', link: '/start/', activeMatch: '^/start/' },
  { text: 'Guide', link: '/guide/', activeMatch: '^/(guide|explanation|examples)/' },
  { text: 'Specification', link: '/spec/', activeMatch: '^/(spec|rules)/' },
  { text: 'Conformance', link: '/conformance/', activeMatch: '^/conformance/' },
  { text: 'Reference', link: '/reference/', activeMatch: '^/(reference|api|packages)/' },
  {
    text: 'More',
    items: [
      { text: 'Explanation', link: '/explanation/' },
      { text: 'Performance', link: '/explanation/performance' },
      { text: 'Decisions', link: '/adr/' },
      { text: 'Contributing', link: '/project/contributing' },
      { text: 'Changes of the packages', link: '/project/changelog' },
      { text: 'Changes of the specification', link: '/spec/changelog' },
    ],
  },
];

export default defineConfig({
  title: 'TSGI',
  titleTemplate: ':title · TSGI',
  lang: 'en',
  base: BASE,
  cleanUrls: true,
  ignoreDeadLinks: IS_DRAFT,
  srcExclude: ['README.md', 'examples/**', 'tools/**', 'parts/**', 'public/**'],
  rewrites: { 'generated/:path(.*)': ':path', 'adr/README.md': 'adr/index.md' },
  metaChunk: true,
  sitemap: { hostname: new URL(BASE, SITE).href },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${BASE}favicon.svg` }],
    ['meta', { name: 'theme-color', content: '#0f4c81' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slug },
    toc: { slugify: slug },
    codeTransformers: [lineAddresses],
    languageAlias: { haproxy: 'nginx', systemd: 'ini' },
    config(md) {
      md.use(repositoryLinks, { base: BASE });
      md.use(fileNames);
      md.use(readable);
    },
  },
  vite: { plugins: [mendTheme()], build: { chunkSizeWarningLimit: 8000 } },
  transformHtml: (html, _file, { page }) =>
    page === '404.md' ? fillMissingPage(html, BASE) : html,
  transformPageData(page) {
    if (page.isNotFound !== true && page.description.trim() === '') {
      throw new Error(`${page.filePath}: the front matter has no description`);
    }
  },
  themeConfig: {
    logo: { light: '/logo.svg', dark: '/logo-dark.svg', alt: '' },
    siteTitle: 'TSGI',
    nav,
    sidebar: buildSidebar(),
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local', options: { _render: renderForSearch } },
    externalLinkIcon: true,
    notFound: MISSING,
    ...(REPOSITORY === undefined
      ? {}
      : { editLink: { pattern: `${REPOSITORY}/docs/:path`, text: 'Source of this page' } }),
  },
});
