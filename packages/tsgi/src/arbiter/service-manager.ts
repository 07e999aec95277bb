import { execFile } from 'node:child_process';

/**
 * Tells the service manager that started this command how it is, by sd_notify(3): `READY=1`,
 * `STOPPING=1`, `STATUS=…`. The protocol wants a datagram on a Unix socket, which Node.js cannot
 * send; the tool of systemd does. Where NOTIFY_SOCKET is not set nothing happens. Calls back with
 * what went wrong, if anything did.
 */
export function notifyServiceManager(
  assignments: readonly string[],
  onError: (text: string) => void,
): void {
  if (process.env['NOTIFY_SOCKET'] === undefined) {
    return;
  }
  execFile('systemd-notify', [`--pid=${process.pid}`, ...assignments], (error) => {
    if (error !== null) {
      const missing = (error as { code?: unknown }).code === 'ENOENT';
      onError(
        missing
          ? 'NOTIFY_SOCKET is set, but there is no systemd-notify; use Type=exec in the unit'
          : `systemd-notify failed: ${error.message.trim().replaceAll(/\s*\n\s*/g, ' ')}`,
      );
    }
  });
}
