import { whyNoApache } from './apache.ts';
import { DOORS, type DoorId } from './doors.ts';
import { findProgram } from './find-program.ts';

/** Why a door cannot be opened on this machine, for people; undefined where it can. */
export function whyClosed(id: DoorId): string | undefined {
  const { front, modules } = DOORS[id];
  if (front === 'apache') return whyNoApache(modules);
  return findProgram('nginx') === undefined ? 'nginx is not installed' : undefined;
}
