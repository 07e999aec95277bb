import { fstatSync, readFileSync } from 'node:fs';

/** `st` of a TCP socket that listens: TCP_LISTEN of Linux. */
const TCP_LISTENS = '0A';
/** The flag of a Unix socket that listens: __SO_ACCEPTCON of Linux. */
const UNIX_LISTENS = 0x10000;

/**
 * Whether a descriptor, 0 by default, is a socket that listens, as a FastCGI program is started with:
 * section 2.2 of its specification. On Linux the system tells; elsewhere every socket counts, so that
 * `isCgi` is to be asked before.
 */
export function isFastcgiSocket(fd = 0): boolean {
  let inode: string;
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (!stats.isSocket()) {
      return false;
    }
    inode = String(stats.ino);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') {
    return true;
  }
  return (
    listensOnTcp('/proc/net/tcp', inode) ||
    listensOnTcp('/proc/net/tcp6', inode) ||
    listensOnPath(inode)
  );
}

// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
function listensOnTcp(table: string, inode: string): boolean {
  return rows(table).some((row) => row[9] === inode && row[3] === TCP_LISTENS);
}

// Num RefCount Protocol Flags Type St Inode Path
function listensOnPath(inode: string): boolean {
  return rows('/proc/net/unix').some(
    (row) => row[6] === inode && (Number.parseInt(row[3] ?? '', 16) & UNIX_LISTENS) !== 0,
  );
}

function rows(table: string): string[][] {
  try {
    const lines = readFileSync(table, 'latin1').trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}
