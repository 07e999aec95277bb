import { rmdirSync } from 'node:fs';
import sqlite, { type Database, type Statement } from 'node-sqlite3-wasm';
import type { Draft } from './draft.ts';
import { awaitLease, type Lease } from './lease.ts';

/** A signed entry of the guestbook. */
export interface Entry extends Draft {
  /** Counts up from 1. */
  readonly id: number;
  /** When it was signed: ISO 8601, UTC. */
  readonly signedAt: string;
}

/** A draft with the time of its signature: ISO 8601, UTC. */
export interface DatedDraft extends Draft {
  readonly signedAt: string;
}

/** Which entries to list: those that contain `search`, from the newest on. */
export interface Selection {
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    folded TEXT NOT NULL
  ) STRICT`;
const COLUMNS = 'id, name, message, signed_at';
const INSERT = 'INSERT INTO entry (name, message, signed_at, folded) VALUES (?, ?, ?, ?)';
const LOCK_TIMEOUT_MS = 1000;

/** The entries in an SQLite file, which belongs to one process at a time. */
export class GuestbookStore {
  readonly #database: Database;
  readonly #lease: Lease;
  readonly #exports = new Set<Statement>();
  #total: number;

  /**
   * Opens the file, or creates it; throws where another process has had it open for all of
   * `patience`, in milliseconds.
   */
  constructor(file: string, patience = 0) {
    this.#lease = awaitLease(file, patience);
    try {
      // The library locks by making a directory, which outlives a killed process. The lease says
      // that its owner is dead.
      removeDirectory(`${file}.lock`);
      this.#database = openDatabase(file);
      this.#total = this.#countAll();
    } catch (error) {
      this.#lease.release();
      throw error;
    }
  }

  /** The number of exports that have begun and not ended. */
  get openExports(): number {
    return this.#exports.size;
  }

  /** Stores a draft and says under which number. */
  add(draft: DatedDraft): Entry {
    const { lastInsertRowid } = this.#database.run(INSERT, bindings(draft));
    this.#total += 1;
    const { name, message, signedAt } = draft;
    return { id: Number(lastInsertRowid), name, message, signedAt };
  }

  /** Stores all drafts or, where one fails, none. */
  addAll(drafts: Iterable<DatedDraft>): void {
    this.#database.exec('BEGIN IMMEDIATE');
    const statement = this.#database.prepare(INSERT);
    try {
      for (const draft of drafts) statement.run(bindings(draft));
      this.#database.exec('COMMIT');
    } finally {
      statement.finalize();
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#total = this.#countAll();
    }
  }

  /** The entry with this number, if there is one. */
  find(id: number): Entry | undefined {
    const row = this.#database.get(`SELECT ${COLUMNS} FROM entry WHERE id = ?`, [id]);
    return row === null ? undefined : toEntry(row);
  }

  /** One page of entries, newest first. */
  list(selection: Selection): readonly Entry[] {
    const { search, offset, limit } = selection;
    const where = search === '' ? '' : 'WHERE instr(folded, ?) > 0';
    const sql = `SELECT ${COLUMNS} FROM entry ${where} ORDER BY id DESC LIMIT ? OFFSET ?`;
    const values = search === '' ? [limit, offset] : [fold(search), limit, offset];
    return this.#database.all(sql, values).map(toEntry);
  }

  /** How many entries contain `search`; all of them for `""`. */
  count(search = ''): number {
    if (search === '') return this.#total;
    const sql = 'SELECT count(*) AS n FROM entry WHERE instr(folded, ?) > 0';
    return Number(this.#database.get(sql, [fold(search)])?.['n']);
  }

  /**
   * All entries that exist at the first pull, oldest first. Holds a statement until it is
   * exhausted or returned.
   * @yields batches of 1 to `batchSize` entries
   */
  *export(batchSize: number): Generator<readonly Entry[], void, undefined> {
    const last = Number(this.#database.get('SELECT max(id) AS n FROM entry')?.['n'] ?? 0);
    const statement = this.#database.prepare(
      `SELECT ${COLUMNS} FROM entry WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
    );
    this.#exports.add(statement);
    try {
      let position = 0;
      while (position < last) {
        const batch = statement.all([position, last, batchSize]).map(toEntry);
        if (batch.length > 0) yield batch;
        position = batch.at(-1)?.id ?? last;
      }
    } finally {
      if (this.#exports.delete(statement)) statement.finalize();
    }
  }

  /** Ends what is open, writes everything to the one file and gives it free. */
  close(): void {
    if (!this.#database.isOpen) return;
    for (const statement of this.#exports) statement.finalize();
    this.#exports.clear();
    this.#database.close();
    this.#lease.release();
  }

  #countAll(): number {
    return Number(this.#database.get('SELECT count(*) AS n FROM entry')?.['n']);
  }
}

function openDatabase(file: string): Database {
  const database = new sqlite.Database(file);
  try {
    // A write-ahead log is the one journal that this library replays after a crash: its lock
    // check makes SQLite take a rollback journal for a live one. Without shared memory the log
    // needs the exclusive mode, which must be set first.
    database.exec(`PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}`);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(SCHEMA);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function bindings(draft: DatedDraft): string[] {
  const { name, message, signedAt } = draft;
  return [name, message, signedAt, fold(`${name}\n${message}`)];
}

/** SQLite compares ASCII letters only, so what is searched is folded here. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function toEntry(row: Record<string, unknown>): Entry {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    message: String(row['message']),
    signedAt: String(row['signed_at']),
  };
}
