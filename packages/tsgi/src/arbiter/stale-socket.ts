import { once } from 'node:events';
import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * Removes the socket file that a killed server has left behind. One that still answers keeps it, and
 * so does what is no socket.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) {
    return;
  }
  const probe = connect({ path });
  try {
    await once(probe, 'connect');
  } catch (error) {
    if ((error as { code?: string }).code === 'ECONNREFUSED') {
      unlinkSync(path);
    }
  } finally {
    probe.destroy();
  }
}
