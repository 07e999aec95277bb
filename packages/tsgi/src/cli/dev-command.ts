import { relative } from 'node:path';
import { FileWatcher } from '../dev/file-watcher.ts';
import { Supervisor } from '../dev/supervisor.ts';
import { watchOptions } from '../dev/watch-options.ts';
import type { Resolved } from '../settings/resolved.ts';
import { createPaint, type Paint } from './color.ts';
import { EXIT } from './command-error.ts';

/**
 * Serves one application for development until a signal ends it: reloads it when files change, and
 * shows what goes wrong. Rejects with a CommandError where it cannot listen.
 */
export async function devCommand(resolved: Resolved): Promise<number> {
  const { settings, argv, cwd } = resolved;
  const paint = createPaint(settings.color, process.stdout);
  const say = (text: string): void =>
    void process.stdout.write(`${paint('dim', 'tsgi:')} ${text}\n`);
  const supervisor = new Supervisor({ argv, cwd, output: createOutput(resolved, say, paint) });
  let watchFailed = false;
  const watcher = new FileWatcher({
    ...watchOptions(resolved),
    onChange(files) {
      say(`${paint('cyan', listFiles(files))} changed`);
      supervisor.reload(files);
    },
    onError(error) {
      if (!watchFailed) {
        watchFailed = true;
        say(`${paint('red', 'not every file can be watched')}: ${(error as Error).message}`);
      }
    },
  });
  const stop = (): void => supervisor.stop();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await supervisor.run();
    return EXIT.ok;
  } finally {
    watcher.close();
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

function createOutput(
  { settings }: Resolved,
  say: (text: string) => void,
  paint: Paint,
): ConstructorParameters<typeof Supervisor>[0]['output'] {
  let first = true;
  return {
    ready({ urls, profile, problem }, milliseconds) {
      const where = urls.map((url) => paint('bold', url)).join(', ');
      if (problem !== undefined) {
        say(`${paint('red', problem.trimEnd())}\n\n${where} shows this; waiting for a change`);
      } else if (first) {
        say(`serving ${settings.app} on ${where} (${profile}), and watching its files`);
      } else {
        say(`serving again after ${Math.round(milliseconds)} ms on ${where}`);
      }
      first = false;
    },
    failed: (message) => say(`${paint('red', message)}; the application as it was goes on`),
    ended: (how) => say(`${paint('red', `the worker ended ${how}`)}; waiting for a change`),
  };
}

const MOST_NAMES = 3;

function listFiles(files: readonly string[]): string {
  const names = files.slice(0, MOST_NAMES).map((file) => relative(process.cwd(), file));
  const more = files.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
