import { closeSync, openSync, writeSync } from 'node:fs';
import type { Environ } from '@tsgi/types';
import { HttpError } from './http-error.ts';
import { type MultipartEvent, MultipartParser, type PartHead } from './multipart.ts';
import { checkCount } from './option-error.ts';
import { parseForm } from './query.ts';
import { readBody, readBodyAsync } from './read-body.ts';
import { Store } from './store.ts';

/** Limits of a form; sizes are in octets. */
export interface FormDataOptions {
  /** Fields and files together. Default 1000. */
  readonly maxParts?: number;
  /** Files. Default 100. */
  readonly maxFiles?: number;
  /** The name of a field. Default 256. */
  readonly maxNameSize?: number;
  /** All names and values of fields together, which are held in memory. Default 1 MiB. */
  readonly maxFieldsSize?: number;
  /** One file. Default 64 MiB. */
  readonly maxFileSize?: number;
  /** The head of one part. Default 8 KiB. */
  readonly maxHeadSize?: number;
  /** What of each file is held in memory; a larger one goes to a temporary file. Default 64 KiB. */
  readonly fileMemory?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The default of every limit. */
export const FORM_DATA_DEFAULTS: Required<FormDataOptions> = {
  maxParts: 1000,
  maxFiles: 100,
  maxNameSize: 256,
  maxFieldsSize: MIB,
  maxFileSize: 64 * MIB,
  maxHeadSize: 8 * KIB,
  fileMemory: 64 * KIB,
};

/** A file of a form. It is gone when the response has ended. */
export interface UploadedFile {
  /** The name of the field. */
  readonly name: string;
  /** What the client calls the file: not a path to be trusted. */
  readonly filename: string;
  /** What the client says of its media type; text/plain where it says nothing (RFC 7578, 4.4). */
  readonly type: string;
  /** Octets. */
  readonly size: number;
  /** All of it. */
  bytes(): Uint8Array;
  /** All of it, in chunks of at most 64 KiB. */
  chunks(): Generator<Uint8Array, void, undefined>;
  /** Writes it to a file, which must not exist yet. */
  saveTo(path: string): void;
}

/** What a form holds; a repeated name is repeated. */
export interface Form {
  /** The first value of a field. */
  get(name: string): string | undefined;
  /** All values of a field, in the order of the form. */
  getAll(name: string): readonly string[];
  /** The first file of a field. */
  file(name: string): UploadedFile | undefined;
  /** All files of a field, in the order of the form. */
  files(name: string): readonly UploadedFile[];
  /** Fields and files in the order of the form. */
  readonly entries: ReadonlyArray<readonly [name: string, value: string | UploadedFile]>;
}

/**
 * The form in a request body: multipart/form-data (RFC 7578) or
 * application/x-www-form-urlencoded. A file input that was left empty is no file. Throws an
 * HttpError: 415 for another type, 400 for a malformed form, 413 beyond a limit.
 */
export function formData(environ: Environ, options: FormDataOptions = {}): Form {
  const reader = readerOf(environ, options);
  if (reader === undefined) {
    return urlencoded(readBody(environ, limitsOf(options).maxFieldsSize), options);
  }
  for (const octets of environ['tsgi.input']) {
    reader.take(octets);
  }
  return reader.finish();
}

/** `formData` of a body that may still be arriving. */
export async function formDataAsync(
  environ: Environ,
  options: FormDataOptions = {},
): Promise<Form> {
  const reader = readerOf(environ, options);
  if (reader === undefined) {
    return urlencoded(await readBodyAsync(environ, limitsOf(options).maxFieldsSize), options);
  }
  for await (const octets of environ['tsgi.async_input'] ?? environ['tsgi.input']) {
    reader.take(octets);
  }
  return reader.finish();
}

function limitsOf(options: FormDataOptions): Required<FormDataOptions> {
  const limits = { ...FORM_DATA_DEFAULTS, ...options };
  for (const [option, value] of Object.entries(limits)) {
    checkCount('formData', option, value);
  }
  return limits;
}

/** A reader of parts; `undefined` for a form that has none. */
function readerOf(environ: Environ, options: FormDataOptions): FormReader | undefined {
  const type = environ.CONTENT_TYPE ?? '';
  if (/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(type)) {
    return undefined;
  }
  if (!/^multipart\/form-data[ \t]*;/i.test(type)) {
    throw new HttpError('415 Unsupported Media Type', {
      detail: 'The request body must be a form.',
    });
  }
  const boundary = /;[ \t]*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(type);
  const limits = limitsOf(options);
  const parser = new MultipartParser(boundary?.[1] ?? boundary?.[2] ?? '', limits);
  const reader = new FormReader(parser, limits);
  environ['tsgi.on_finish'](() => reader.close());
  return reader;
}

function urlencoded(octets: Uint8Array, options: FormDataOptions): Form {
  const parameters = parseForm(Buffer.from(octets).toString('utf8'), limitsOf(options).maxParts);
  return formOf([...parameters]);
}

interface OpenPart {
  readonly head: PartHead;
  readonly store: Store;
}

class FormReader {
  readonly #parser: MultipartParser;
  readonly #limits: Required<FormDataOptions>;
  readonly #entries: Array<readonly [string, string | UploadedFile]> = [];
  readonly #stores: Store[] = [];
  #part: OpenPart | undefined;
  #fieldsSize = 0;
  #files = 0;

  constructor(parser: MultipartParser, limits: Required<FormDataOptions>) {
    this.#parser = parser;
    this.#limits = limits;
  }

  take(octets: Uint8Array): void {
    this.#parser.receive(octets);
    for (let event = this.#parser.next(); event !== undefined; event = this.#parser.next()) {
      this.#handle(event);
    }
  }

  finish(): Form {
    this.#parser.end();
    return formOf(this.#entries);
  }

  close(): void {
    for (const store of this.#stores) {
      store.close();
    }
  }

  #handle(event: MultipartEvent): void {
    switch (event.kind) {
      case 'part':
        this.#begin(event.head);
        break;
      case 'octets':
        this.#add(event.octets);
        break;
      case 'part-end':
        this.#endPart();
        break;
      case 'end':
        break;
    }
  }

  #begin(head: PartHead): void {
    const { maxNameSize, maxFiles, fileMemory } = this.#limits;
    const nameSize = Buffer.byteLength(head.name);
    if (nameSize > maxNameSize) {
      throw tooLarge(`The name of a field takes at most ${maxNameSize} octets.`);
    }
    const isFile = head.filename !== undefined;
    this.#files += isFile ? 1 : 0;
    if (this.#files > maxFiles) {
      throw tooLarge(`At most ${maxFiles} files are taken.`);
    }
    this.#countField(isFile ? 0 : nameSize);
    const store = new Store(isFile ? fileMemory : Number.POSITIVE_INFINITY);
    this.#stores.push(store);
    this.#part = { head, store };
  }

  #add(octets: Uint8Array): void {
    const { head, store } = this.#part as OpenPart;
    if (head.filename === undefined) {
      this.#countField(octets.byteLength);
    } else if (store.size + octets.byteLength > this.#limits.maxFileSize) {
      throw tooLarge(`A file takes at most ${this.#limits.maxFileSize} octets.`);
    }
    store.write(octets);
  }

  #countField(size: number): void {
    this.#fieldsSize += size;
    if (this.#fieldsSize > this.#limits.maxFieldsSize) {
      throw tooLarge(`All fields together take at most ${this.#limits.maxFieldsSize} octets.`);
    }
  }

  #endPart(): void {
    const { head, store } = this.#part as OpenPart;
    if (head.filename === undefined) {
      const octets = store.read(0, store.size);
      this.#entries.push([head.name, new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets)]);
    } else if (head.filename !== '' || store.size > 0) {
      this.#entries.push([head.name, fileOf(head, store)]);
    }
  }
}

const CHUNK_SIZE = 64 * KIB;

function fileOf({ name, filename = '', type }: PartHead, store: Store): UploadedFile {
  function* chunks(): Generator<Uint8Array, void, undefined> {
    for (let position = 0; position < store.size; position += CHUNK_SIZE) {
      yield store.read(position, CHUNK_SIZE);
    }
  }
  return {
    name,
    filename,
    type: type ?? 'text/plain',
    size: store.size,
    bytes: () => store.read(0, store.size),
    chunks,
    saveTo: (path) => save(path, store),
  };
}

// Through one array, so that a large file leaves no garbage behind.
function save(path: string, store: Store): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    const octets = new Uint8Array(CHUNK_SIZE);
    for (let position = 0; position < store.size; ) {
      const count = store.readInto(octets, position);
      for (let written = 0; written < count; ) {
        written += writeSync(fd, octets, written, count - written);
      }
      position += count;
    }
  } finally {
    closeSync(fd);
  }
}

function formOf(entries: Form['entries']): Form {
  const getAll = (name: string): readonly string[] =>
    entries.flatMap(([key, value]) => (key === name && typeof value === 'string' ? [value] : []));
  const files = (name: string): readonly UploadedFile[] =>
    entries.flatMap(([key, value]) => (key === name && typeof value !== 'string' ? [value] : []));
  return {
    get: (name) => getAll(name)[0],
    getAll,
    file: (name) => files(name)[0],
    files,
    entries,
  };
}

function tooLarge(detail: string): HttpError {
  return new HttpError('413 Content Too Large', { detail });
}
