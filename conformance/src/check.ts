import type { AsyncApplication, Header, Lifespan, Profile } from '@tsgi/types';
import type { Driver } from './engine/driver.ts';
import type { Capability } from './outcome.ts';
import type { CheckedRuleId } from './rules.ts';

/** A rule id, a dot and the variant: `ENV-METHOD.token`. A wrong rule does not compile. */
export type CheckId = `${CheckedRuleId}.${string}`;

/** A value that can cross to another process without loss. */
export type PlainData =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly PlainData[]
  | { readonly [key: string]: PlainData };

/** What the application of a check is given to report what it sees; it runs beside the server. */
export interface Probe {
  /** Proves, on the wire, that this very application answered. */
  readonly tag: Header;
  /** Appends to the event log. */
  record(type: string, data?: PlainData): void;
  /** Blocks the thread until the driver releases the gate; false where the budget ended first. */
  hold(gate: string): boolean;
  /** Settles when the driver releases the gate; the thread stays free. */
  holdAsync(gate: string): Promise<void>;
}

/** What an export of a module is: the application, one that must not be called, or source text. */
export type ModuleExport = 'application' | 'decoy' | { readonly source: string };

/** The exports of a module that the server loads, by name. */
export type ModuleShape = Readonly<Record<string, ModuleExport>>;

/** How the server of a check is started. */
export interface ServerSettings {
  /** The mount; `""` or absent for the root. */
  readonly scriptName?: string | undefined;
  /** Where absent, `async` for rules of the async profile and `sync` for all others. */
  readonly profile?: Profile | undefined;
  /** For servers that load modules: what the module of the application exports. */
  readonly module?: ModuleShape | undefined;
  /** TLS without client certificates, or with those that clients may have. */
  readonly tls?: 'server' | 'clients' | undefined;
  /** Passed on to `lifespan`, where one check has several. */
  readonly variant?: string | undefined;
}

/**
 * One check of a server. `app` runs beside the server, `run` in the kit; they share no variable,
 * so that the two can be in different processes, and meet in the event log and the gates.
 */
export interface ServerCheck {
  /** The part before the dot is the rule, whose level decides what a violation counts. */
  readonly id: CheckId;
  /** What a conforming server does, as a sentence in the present tense. */
  readonly title: string;
  /** What a server must be capable of, beside what the profile of the rule asks for. */
  readonly requires?: readonly Capability[] | undefined;
  /** The capability that this check looks for; where it fails, the checks that need it are skipped. */
  readonly probes?: Capability | undefined;
  /** Checks that run before; unless they come out well, this one is blocked, or skipped as they. */
  readonly dependsOn?: readonly CheckId[] | undefined;
  /** How the server is started; where absent, at the root and under the profile of the rule. */
  readonly settings?: ServerSettings | undefined;
  /** True where the check looks at how the server starts, so that it needs one of its own. */
  readonly fresh?: boolean | undefined;
  /** True where the check looks at what the server logs, so that nobody else may write there. */
  readonly hearsLog?: boolean | undefined;
  /** How many budgets the check has, where the rule itself allows the server to take longer. */
  readonly patience?: number | undefined;
  /** The names that `app` passes to `hold` and `holdAsync`. */
  readonly gates?: readonly string[] | undefined;
  /** True where the check starts the server itself, by `driver.launch`. */
  readonly unstarted?: boolean | undefined;
  /** True where the check says something of servers that lack what its profile asks for as well. */
  readonly everywhere?: boolean | undefined;
  /** The application, which runs beside the server and reports what it sees. */
  readonly app: (probe: Probe) => AsyncApplication;
  /** The lifespan that is handed over with the application. */
  readonly lifespan?: ((probe: Probe, variant: string) => Lifespan) | undefined;
  /** What the kit does on the wire, and what it asserts. */
  readonly run: (driver: Driver) => Promise<void>;
}
