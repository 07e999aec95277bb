/** What is read aloud wrongly in a component of VitePress 1.6.4, and what stands there instead. */
interface Mend {
  readonly file: string;
  readonly from: string;
  readonly to: string;
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
  // The keys are told as such, and are no part of the name of the button.
  {
    file: 'VPNavBarSearchButton.vue',
    from: '<span class="DocSearch-Button-Keys">',
    to: '<span class="DocSearch-Button-Keys" aria-hidden="true">',
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
];

/** As Vite has it, of what it asks of a plugin. */
interface ThemePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  transform(code: string, id: string): string | undefined;
}

/** Mends components of the theme while they are read; fails where they are no longer as they were. */
export function mendTheme(): ThemePlugin {
  return {
    name: 'mend-theme',
    enforce: 'pre',
    transform(code, id) {
      const name = /\/theme-default\/(?:components\/)?(\w+\.vue)$/.exec(id)?.[1];
      const mends = MENDS.filter(({ file }) => file === name);
      return mends.length === 0 ? undefined : mends.reduce(mend, code);
    },
  };
}

function mend(code: string, { file, from, to }: Mend): string {
  if (!code.includes(from)) throw new Error(`${file} of VitePress no longer has ${from}`);
  return code.replace(from, () => to);
}
