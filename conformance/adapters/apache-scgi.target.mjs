import { describeDoor } from './doors/describe-door.mjs';

export const { meta, command, ready, permanent, unavailable, expect, only } =
  describeDoor('apache-scgi');
