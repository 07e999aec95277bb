/** A place in the sources: a path from the root of the repository, a line counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What a check judges, or a mutant is one of. */
export type Kind = 'server' | 'app' | 'middleware';

/** How a server stands towards a rule or a check. */
export type Standing = 'kept' | 'expected' | 'warned' | 'broken' | 'unchecked' | 'unknown';

/** One check of the kit. */
export interface Check {
  readonly id: string;
  /** The id of the rule that it is tied to. */
  readonly rule: string;
  readonly title: string;
  readonly kind: Kind;
  /** On the page of its rule; two suites may share an id. */
  readonly anchor: string;
  /** Capabilities without which it is left out. */
  readonly requires: readonly string[];
  /** Checks that have to pass before it is worth a run. */
  readonly needs: readonly string[];
  readonly place: Place;
}

/** A program with exactly one defect. */
export interface Mutant {
  readonly id: string;
  readonly defect: string;
  readonly kind: Kind;
  readonly place: Place;
  /** Every check that fails for it, with what it says. */
  readonly fails: ReadonlyArray<{ readonly check: string; readonly message: string }>;
}

/** A rule as spec/rules.json has it, or one of the kit's own. */
export interface WrittenRule {
  readonly id: string;
  readonly level: string;
  readonly role: string;
  readonly profile: string;
  /** A path below spec/; of a guide, from the root, for the kit's own rules. */
  readonly document: string;
  readonly anchor: string;
  readonly text: string;
  /** Empty for the kit's own rules. */
  readonly intent: string;
  readonly testable: boolean;
  readonly why?: string;
  readonly since: string;
  readonly status: string;
}

/** A rule with all that the kit knows of it. */
export interface Rule extends WrittenRule {
  /** Whether it is a rule of the kit and none of the specification. */
  readonly ofKit: boolean;
  readonly checks: readonly Check[];
  /** Those that a check of this rule catches. */
  readonly mutants: readonly Mutant[];
}

/** A server with its published results. */
export interface Target {
  /** The name of its file, and of its page. */
  readonly slug: string;
  readonly name: string;
  readonly version: string;
  readonly runtime: string;
  /** What the kit reaches it through, a path from the root. */
  readonly adapter: string;
  /** By check. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** By check, where the outcome needs a word. */
  readonly remarks: Readonly<
    Record<string, { readonly reason?: string; readonly message?: string }>
  >;
}

/** Everything that pages say of rules, checks, mutants and results. */
export interface Model {
  /** In the order of the documents, the kit's own last. */
  readonly rules: readonly Rule[];
  readonly ruleById: ReadonlyMap<string, Rule>;
  readonly checks: readonly Check[];
  readonly mutants: readonly Mutant[];
  readonly targets: readonly Target[];
  /** Two suites may share an id. */
  findCheck(id: string, kind: Kind): Check | undefined;
}

/** A page that is made: its path below docs/generated, and its Markdown. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** What a list of pages shows of one. */
export interface PageInfo {
  readonly route: string;
  /** Absolute. */
  readonly file: string;
  readonly title: string;
  /** Empty where it is missing. */
  readonly description: string;
  readonly order: number;
  /** Without the front matter. */
  readonly body: string;
}

/** A block of code on a page. */
export interface Block {
  /** Of the first line of code, counted from 1. */
  readonly line: number;
  readonly language: string;
  /** What the block is called; empty where it has no name. */
  readonly file: string;
  readonly code: string;
  /** Of the info string: `run`, `serve`, `output`, `test`. */
  readonly words: ReadonlySet<string>;
  /** Why the block is not checked or not run. */
  readonly excused: string | undefined;
}

/** A page with its blocks of code; `path` is from the root. */
export interface SamplePage {
  readonly path: string;
  readonly blocks: readonly Block[];
}

/** A block that is run, with what it has to print where the page shows it. */
export interface Step {
  readonly block: Block;
  readonly output: string | undefined;
}
