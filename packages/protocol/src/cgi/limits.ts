import type { VariableLimits } from '../variables/variable-list.ts';

/** How large the head of a response and the variables of a request may be, in octets. */
export interface CgiLimits extends VariableLimits {
  /** The head of a response. nginx: 4 or 8 KiB, one page. */
  readonly head: number;
  /** One line of it. */
  readonly line: number;
  /** The number of fields. Python's http.client: 100. */
  readonly fields: number;
}

/** The limits where none are given. */
export const CGI_LIMITS: CgiLimits = {
  head: 65_536,
  line: 16_384,
  fields: 1000,
  variables: 1024,
  name: 512,
  value: 65_535,
};
