/** What the page does where scripts run: filters, deep links, copying. Without them all of it is readable. */
export const SCRIPT = `
const root = document.documentElement, $ = (id) => document.getElementById(id);
root.classList.add('js');
const search = $('search'), level = $('level'), profile = $('profile'), shown = $('shown');
const chips = [...document.querySelectorAll('.chips button')];
const rules = [...document.querySelectorAll('details.rule')].map((element) => ({
  element, level: element.dataset.level, profile: element.dataset.profile,
  text: element.querySelector('.inside > p').textContent.toLowerCase(),
  checks: [...element.querySelectorAll('details.check')].map((check) => ({
    element: check, outcomes: check.dataset.outcomes.split(' '),
    text: check.querySelector('summary').textContent.toLowerCase() })) }));
const total = rules.reduce((sum, rule) => sum + rule.checks.length, 0);
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const wanted = chips.filter((chip) => chip.getAttribute('aria-pressed') === 'true').map((chip) => chip.value);
  let count = 0;
  for (const rule of rules) {
    const fits = (!level.value || rule.level === level.value) && (!profile.value || rule.profile === profile.value);
    let visible = 0;
    for (const check of rule.checks) {
      const text = check.text + ' ' + rule.text;
      const show = fits && (wanted.length === 0 || check.outcomes.some((name) => wanted.includes(name)))
        && words.every((word) => text.includes(word));
      check.element.hidden = !show;
      if (show) visible += 1;
    }
    rule.element.hidden = visible === 0;
    count += visible;
  }
  for (const section of document.querySelectorAll('section.profile')) {
    section.hidden = section.querySelector('details.rule:not([hidden])') === null;
  }
  shown.textContent = count === total ? total + ' checks' : count + ' of ' + total + ' checks';
}
function reset() {
  search.value = level.value = profile.value = '';
  for (const chip of chips) chip.setAttribute('aria-pressed', 'false');
}
function openTarget() {
  const element = $(decodeURIComponent(location.hash.slice(1)));
  if (!element || element.tagName !== 'DETAILS') return;
  const rule = element.closest('details.rule');
  if (element.hidden || rule.hidden) { reset(); filter(); }
  rule.open = element.open = true;
  element.scrollIntoView({ block: 'center' });
}
for (const control of [search, level, profile]) control.addEventListener('input', filter);
for (const chip of chips) chip.addEventListener('click', () => {
  chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
  filter();
});
$('theme').addEventListener('click', () => {
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
});
$('open').addEventListener('click', () => {
  const all = rules.filter((rule) => !rule.element.hidden).map((rule) => rule.element);
  const closed = all.some((element) => !element.open);
  for (const element of all) element.open = closed;
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('.again button');
  if (button) navigator.clipboard.writeText(button.previousElementSibling.textContent).then(() => {
    button.textContent = 'copied';
  });
});
addEventListener('hashchange', openTarget);
filter();
openTarget();
`;
