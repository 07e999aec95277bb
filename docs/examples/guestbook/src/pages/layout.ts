import { ASSETS_VERSION } from '../assets.ts';
import { type HtmlValue, html, type Markup } from '../html.ts';

/** What a page puts into the common frame. */
export interface LayoutOptions {
  /** SCRIPT_NAME: every link starts with it, so that the guestbook runs under any mount. */
  readonly base: string;
  readonly title: string;
  readonly main: HtmlValue;
  /** The item of the navigation that this page is. */
  readonly current?: 'entries' | 'sign';
}

/** A whole HTML document. */
export function layout(options: LayoutOptions): Markup {
  const { base, title, main, current } = options;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Guestbook</title>
<link rel="stylesheet" href="${base}/style.css?${ASSETS_VERSION}">
<link rel="icon" type="image/svg+xml" href="${base}/favicon.svg?${ASSETS_VERSION}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="site">
<a class="brand" href="${base}/"><img src="${base}/favicon.svg?${ASSETS_VERSION}" alt="" width="32" height="32">Guestbook</a>
<nav aria-label="Site">
<a href="${base}/"${current === 'entries' && html` aria-current="page"`}>Entries</a>
<a href="${base}/sign"${current === 'sign' && html` aria-current="page"`}>Sign</a>
</nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="site">
<p>Take the entries with you: <a href="${base}/entries.csv" download>CSV</a> <a href="${base}/entries.json">JSON</a></p>
</footer>
</body>
</html>
`;
}
