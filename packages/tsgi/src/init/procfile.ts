import { quoteShell, serveWords } from './command-line.ts';
import { apart, comment, textOf } from './layout.ts';
import type { Plan } from './plan.ts';

/** A Procfile, for Heroku and its like, foreman and honcho. */
export function writeProcfile(plan: Plan): string {
  const words = serveWords(plan).map(quoteShell).join(' ');
  return textOf(
    apart(
      plan.isGiven('bind') || plan.isGiven('workers')
        ? []
        : comment(
            'The platform says by PORT where to listen, by WEB_CONCURRENCY with how many workers.',
          ),
      [`web: node node_modules/tsgi/bin/tsgi.mjs ${words}`],
    ),
  );
}
