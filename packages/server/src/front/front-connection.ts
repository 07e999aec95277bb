import type { Complaints } from '../transports/complaints.ts';
import type { FrontServer } from './front-exchange.ts';

/** What is done to a front that says what cannot be. */
export const REFUSED = 'refused a request from';

/** What a connection from a front needs of its server. */
export interface FrontConnectionServer extends FrontServer {
  /** Told of what fronts send that breaks the protocol. */
  readonly complaints: Complaints;
}
