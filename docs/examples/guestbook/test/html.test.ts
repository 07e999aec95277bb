import { describe, expect, test } from 'vitest';
import { escapeHtml, html, renderHtml } from '../src/html.ts';

describe('html', () => {
  test('escapes text in content and in attributes', () => {
    const text = `<img src=x onerror="alert('&')">`;
    expect(renderHtml(html`<p title="${text}">${text}</p>`)).toBe(
      `<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`,
    );
    expect(escapeHtml(text)).toBe('&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;');
  });

  test('places markup as it is, alone and in lists', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(renderHtml(html`<ul>${items}</ul>`)).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });

  test('leaves out what is false or undefined and writes numbers, zero as well', () => {
    expect(renderHtml(html`${false}|${undefined}|${0}|${''}`)).toBe('||0|');
  });

  test('does not take an object that looks like markup for markup', () => {
    const forged: object = JSON.parse('{"markup":"<script>","MARKUP":"<script>"}');
    expect(renderHtml(html`${forged as never}`)).not.toContain('<script>');
  });
});
