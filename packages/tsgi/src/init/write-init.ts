import { writeApache } from './apache.ts';
import { writeDocker } from './docker.ts';
import type { InitInput, InitKind } from './init-input.ts';
import { writeNginx } from './nginx.ts';
import { type Plan, planOf } from './plan.ts';
import { writeProcfile } from './procfile.ts';
import { refuse } from './refuse.ts';
import { writeSystemd } from './systemd.ts';

interface Writer {
  readonly write: (plan: Plan) => string;
  /** The options that it heeds, by their flags. */
  readonly takes: readonly (keyof typeof OPTIONS)[];
}

/** The options that only some configurations have a place for, and what their flags are called. */
const OPTIONS = {
  serverName: '--server-name',
  listen: '--listen',
  upstream: '--upstream',
  static: '--static',
  accel: '--accel',
  cgi: '--cgi',
  standalone: '--standalone',
  user: '--user',
  part: '--part',
} as const;

const WRITERS: Readonly<Record<InitKind, Writer>> = {
  nginx: {
    write: writeNginx,
    takes: ['serverName', 'listen', 'upstream', 'static', 'accel', 'standalone', 'user'],
  },
  apache: {
    write: writeApache,
    takes: ['serverName', 'listen', 'upstream', 'static', 'cgi', 'standalone', 'user'],
  },
  systemd: { write: writeSystemd, takes: ['user', 'part'] },
  docker: { write: writeDocker, takes: ['part'] },
  procfile: { write: writeProcfile, takes: [] },
};

/** What there are configurations for. */
export const INIT_KINDS: readonly InitKind[] = Object.keys(WRITERS) as InitKind[];

/**
 * A configuration for an application at hand. Throws a CommandError with exit code 2 for an option
 * that it has no place for, and for a value that cannot be written in its syntax.
 */
export function writeInit(kind: InitKind, input: InitInput): string {
  const { write, takes } = WRITERS[kind];
  for (const [option, flag] of Object.entries(OPTIONS) as [keyof typeof OPTIONS, string][]) {
    if (isGiven(input[option]) && !takes.includes(option)) {
      const others = INIT_KINDS.filter((other) => WRITERS[other].takes.includes(option));
      throw refuse(`tsgi init ${kind} takes no ${flag}; it is a flag of ${others.join(', ')}`);
    }
  }
  return write(planOf(input));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
