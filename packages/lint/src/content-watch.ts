import type { Activity } from './activity.ts';
import { ChunkWatch } from './chunk-watch.ts';
import { describeValue } from './describe-value.ts';
import { isOctets, lengthOf } from './octets.ts';
import type { Reporter } from './reporter.ts';
import { inner, type Observation, outer } from './roles.ts';
import type { RuleId } from './rules.gen.ts';
import type { StartWatch } from './start-watch.ts';

/** What the content of a body is judged by. */
export interface ContentContext {
  readonly reporter: Reporter;
  readonly start: StartWatch;
  readonly activity: Activity;
  /** True for HEAD. */
  readonly head: boolean;
  /** What reading the request body threw, in words, where it did. */
  readonly inputFailure: () => string | undefined;
}

/** What is known of the body before it is iterated. */
export interface ContentShape {
  /** True for an Array, whose chunks are judged at once. */
  readonly array: boolean;
  /** True where the code behind the body may run between two pulls. */
  readonly async: boolean;
  /** The length of the region that the body names as `tsgi.file`, in octets. */
  readonly region: number | undefined;
  /** True where the body is one of the server's `tsgi.file_wrapper`. */
  readonly served: boolean;
}

/** The chunks of one body: their kind, their sum, the commit, and that none of them changes. */
export class ContentWatch {
  readonly #context: ContentContext;
  readonly #shape: ContentShape;
  readonly #chunks: ChunkWatch;
  #bytes = 0;
  #committed = false;
  #mismatched = false;
  #stop: RuleId | undefined;
  #overran = false;
  #seenActivity: number;

  constructor(context: ContentContext, shape: ContentShape) {
    this.#context = context;
    this.#shape = shape;
    this.#chunks = shape.array ? new ChunkWatch(Number.POSITIVE_INFINITY) : new ChunkWatch();
    this.#seenActivity = context.activity.count;
  }

  /** Octets of content that the server should have sent of what came so far. */
  get sendable(): number {
    return this.#context.head || this.#bodiless() ? 0 : this.#bytes;
  }

  /** Judges a chunk that the inner side gave. */
  chunk(value: unknown): void {
    if (!isOctets(value)) {
      this.#stopAt('BODY-TYPE');
      this.#context.reporter.raise(inner('APP-CHUNK-TYPE', `${describeValue(value)} as a chunk`));
      return;
    }
    this.#chunks.add(value);
    const length = lengthOf(value);
    if (length > 0) {
      this.#bytes += length;
      this.#context.reporter.raise(...this.#commit('APP-SR-EARLY'), ...this.#measure());
    }
  }

  /** Judges what the outer side did since the inner side was last at work. */
  beforePull(): void {
    const stop = this.#stop;
    this.#stop = undefined;
    this.#overran ||= stop !== undefined;
    const stopped = stop && outer(stop, `another pull ${AFTER[stop] ?? ''}`);
    this.#context.reporter.raise(...(stopped ? [stopped] : []), ...this.lookOuter());
  }

  /** Judges what the inner side did while it was at work. */
  afterPull(): void {
    this.#context.reporter.raise(...this.lookInner());
  }

  /** Judges the end of the body. */
  end(): void {
    const found = [...this.#commit('APP-SR-CALLED'), ...this.#total()];
    this.#context.start.end();
    this.#context.reporter.raise(...found);
  }

  /** What has changed although it was not the inner side's turn. */
  lookOuter(): readonly Observation[] {
    // Another request of the same application may have run meanwhile and shares its memory.
    const alone = !this.#shape.async && this.#seenActivity === this.#context.activity.count;
    return alone
      ? this.#changes(outer('BODY-CHUNK-IMMUTABLE', ''), outer('SR-LIST-INTACT', ''))
      : this.lookInner();
  }

  /** What has changed while it was the inner side's turn. */
  lookInner(): readonly Observation[] {
    this.#seenActivity = this.#context.activity.count;
    return this.#changes(inner('APP-CHUNK-IMMUTABLE', ''), inner('APP-HDR-KEEP', ''));
  }

  #changes(ofChunk: Observation, ofHeaders: Observation): readonly Observation[] {
    const found: Observation[] = [];
    const ordinal = this.#chunks.takeChanged();
    if (ordinal !== undefined) {
      found.push({
        ...ofChunk,
        got: `chunk ${ordinal} with other octets than when it was yielded`,
      });
    }
    const difference = this.#context.start.takeDifference();
    if (difference !== undefined) {
      found.push({ ...ofHeaders, got: difference });
    }
    return found;
  }

  #commit(rule: RuleId): readonly Observation[] {
    const { start, inputFailure } = this.#context;
    const swallowed = start.takeUnanswered();
    const found = swallowed === undefined ? [] : [inner('APP-SR-PASS', `${swallowed}, caught`)];
    if (this.#committed) {
      return found;
    }
    this.#committed = true;
    const stored = start.commit();
    const status = start.facts?.status ?? 0;
    const failure = inputFailure();
    if (!stored && swallowed === undefined) {
      found.push(inner(rule, `no status at ${rule === 'APP-SR-EARLY' ? 'a chunk' : 'the end'}`));
    } else if (failure !== undefined && status >= 200 && status < 300) {
      found.push(inner('APP-INPUT-ERROR', `status ${status} after ${failure}`));
    }
    return found;
  }

  // What a non-empty chunk means beside the status, the method and the Content-Length.
  #measure(): readonly Observation[] {
    const { start, head } = this.#context;
    const length = start.facts?.contentLength ?? Number.POSITIVE_INFINITY;
    if (this.#bodiless()) {
      this.#stopAt('FRAME-DISCARD');
      return this.#mismatch('APP-NOBODY', `a chunk with status ${start.facts?.status}`);
    }
    if (head) {
      this.#stopAt('FRAME-HEAD-STOP');
      return [];
    }
    if (this.#bytes <= length) {
      return [];
    }
    this.#stopAt('FRAME-CL-STOP');
    return this.#mismatch(
      'APP-CL-MATCH',
      `${this.#bytes} octets where Content-Length is ${length}`,
    );
  }

  #total(): readonly Observation[] {
    const { region, served } = this.#shape;
    if (region !== undefined && region !== this.#bytes) {
      const got = `${this.#bytes} octets where tsgi.file has ${region}`;
      return [served ? outer('FILE-PLAIN', got) : inner('FILE-REGION', got)];
    }
    const length = this.#context.start.facts?.contentLength ?? 0;
    if (this.#context.head || this.#bodiless() || this.#bytes >= length) {
      return [];
    }
    return this.#mismatch(
      'APP-CL-MATCH',
      `${this.#bytes} octets where Content-Length is ${length}`,
    );
  }

  #mismatch(rule: RuleId, got: string): readonly Observation[] {
    if (this.#mismatched) {
      return [];
    }
    this.#mismatched = true;
    return [inner(rule, got)];
  }

  // An Array is judged as a whole, and a middleware may have its reasons to pull on.
  #stopAt(rule: RuleId): void {
    const free = this.#shape.array || this.#context.reporter.roles.outer === 'middleware';
    this.#stop = free || this.#overran ? undefined : rule;
  }

  #bodiless(): boolean {
    const status = this.#context.start.facts?.status;
    return status === 204 || status === 205 || status === 304;
  }
}

const AFTER: Readonly<Partial<Record<RuleId, string>>> = {
  'BODY-TYPE': 'after a chunk of another kind',
  'FRAME-DISCARD': 'after a chunk that the status does not allow',
  'FRAME-HEAD-STOP': 'after the first chunk for HEAD',
  'FRAME-CL-STOP': 'after more octets than Content-Length',
};
