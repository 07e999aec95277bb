/**
 * Rule 1: every assertion of the kit asks here whether it is in force. The self-test takes one of them
 * out at a time, and learns from the record which of them were reached and which one failed first.
 * Rule 2: outside the self-test nothing is recorded and everything is in force.
 */

/** The name of an assertion: the check it stands in, what it looks at, and where it stands. */
export type Site = string;

/** Where in the suites a call stands; `<` leads to the caller. */
const PLACE = /\/(?:dist|src)\/suites\/([\w/.-]+:\d+:\d+)/;

class Sites {
  #removed: Site | undefined;
  #reached: Set<Site> | undefined;

  /** Takes one assertion out, or none. */
  remove(site: Site | undefined): void {
    this.#removed = site;
  }

  /** Begins a record, unless there is one: suites that run side by side write into the same. */
  record(): void {
    this.#reached ??= new Set();
  }

  /** The assertions that were asked for since the record began or was last taken. */
  takeReached(): readonly Site[] {
    const reached = [...(this.#reached ?? [])];
    this.#reached?.clear();
    return reached;
  }

  /** The name of an assertion of a check; undefined where nobody is interested in it. */
  ofCheck(check: string, what: string): Site | undefined {
    if (this.#reached === undefined) return undefined;
    const { stack = '' } = new Error('place');
    const places = stack.split('\n').flatMap((line) => PLACE.exec(line)?.[1] ?? []);
    return `${check} ${what} @ ${places.join(' < ')}`;
  }

  /** Whether an assertion is in force. */
  inForce(site: Site | undefined): boolean {
    if (site === undefined) return true;
    this.#reached?.add(site);
    return site !== this.#removed;
  }
}

/** The assertions of this process. */
export const sites: Sites = new Sites();
