/** What is wrong in the theme of VitePress 1.6.4, and what stands there instead. */
interface Mend {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A key of the keyboard that is drawn, and named for those who do not see it. */
function namedKey(name: string): Mend {
  const label = `:aria-label="translate('modal.footer.${name}KeyAriaLabel')"`;
  return { file: 'VPLocalSearchBox.vue', from: `<kbd ${label}>`, to: `<kbd role="img" ${label}>` };
}

const MENDS: readonly Mend[] = [
  // The first page and the missing page have no main landmark.
  {
    file: 'VPHome.vue',
    from: '<div \n    class="VPHome"',
    to: '<main \n    class="VPHome"',
  },
  {
    file: 'VPHome.vue',
    from: '    <Content v-else />\n  </div>',
    to: '    <Content v-else />\n  </main>',
  },
  { file: 'NotFound.vue', from: '<div class="NotFound">', to: '<main class="NotFound">' },
  {
    file: 'NotFound.vue',
    from: '    </div>\n  </div>\n</template>',
    to: '    </div>\n  </main>\n</template>',
  },
  // Keys are drawn by the style sheet: as text they would be part of what the button is called.
  {
    file: 'VPNavBarSearchButton.vue',
    from: '<kbd class="DocSearch-Button-Key">K</kbd>',
    to: '<kbd class="DocSearch-Button-Key key-k"></kbd>',
  },
  // The search is a dialog, and each result is one thing, not a link within an option.
  {
    file: 'VPLocalSearchBox.vue',
    from: `      role="button"
      :aria-owns="results?.length ? 'localsearch-list' : undefined"
      aria-expanded="true"
      aria-haspopup="listbox"
`,
    to: '      role="dialog"\n      aria-modal="true"\n',
  },
  {
    file: 'VPLocalSearchBox.vue',
    from: `            :id="'localsearch-item-' + index"
            :aria-selected="selectedIndex === index ? 'true' : 'false'"
            role="option"
          >
            <a
`,
    to: `            role="presentation"
          >
            <a
              :id="'localsearch-item-' + index"
              :aria-selected="selectedIndex === index ? 'true' : 'false'"
              role="option"
`,
  },
  {
    file: 'VPLocalSearchBox.vue',
    from: `              :aria-label="[...p.titles, p.title].join(' > ')"\n`,
    to: '',
  },
  {
    file: 'VPLocalSearchBox.vue',
    from: '<span class="title-icon">',
    to: '<span class="title-icon" aria-hidden="true">',
  },
  ...['navigateUp', 'navigateDown', 'select', 'close'].map(namedKey),
  // It looks for the heading in view a while after scrolling, when the page may have been left.
  {
    file: 'outline.js',
    from: 'function activateLink(hash) {',
    to: 'function activateLink(hash) { if (!container.value || !marker.value) return;',
  },
];

/** As Vite has it, of what it asks of a plugin. */
interface ThemePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  transform(code: string, id: string): string | undefined;
}

/** Mends files of the theme while they are read; fails where they are no longer as they were. */
export function mendTheme(): ThemePlugin {
  return {
    name: 'mend-theme',
    enforce: 'pre',
    transform(code, id) {
      const name = /\/theme-default\/(?:components\/|composables\/)?(\w+\.(?:vue|js))$/.exec(
        id,
      )?.[1];
      const mends = MENDS.filter(({ file }) => file === name);
      return mends.length === 0 ? undefined : mends.reduce(mend, code);
    },
  };
}

function mend(code: string, { file, from, to }: Mend): string {
  if (!code.includes(from)) throw new Error(`${file} of VitePress no longer has ${from}`);
  return code.replace(from, () => to);
}
