import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import RuleFilter from './components/rule-filter.vue';
import './style.css';
import './rules.css';
import './home.css';
import './figures.css';
import './screens.css';

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('RuleFilter', RuleFilter);
  },
};

export default theme;
