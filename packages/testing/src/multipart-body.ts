/** A file to be uploaded. */
export interface TestFile {
  /** Quotation marks and line ends in it are percent-encoded, as browsers do. */
  readonly filename: string;
  /** Text is sent as UTF-8. */
  readonly content: Uint8Array | string;
  /** Its media type. Default application/octet-stream. */
  readonly type?: string | undefined;
}

/** Files by the name of their field. */
export type TestFiles = Readonly<Record<string, TestFile | readonly TestFile[]>>;

const encoder = new TextEncoder();
const BOUNDARY = '----tsgi-testing-boundary';

/**
 * A body of multipart/form-data as browsers write it (HTML, multipart/form-data encoding): fields
 * first, then files. Throws a TypeError where a file holds the boundary.
 */
export function buildMultipart(
  fields: Readonly<Record<string, string>>,
  files: TestFiles,
): { readonly body: Uint8Array; readonly type: string } {
  const parts: ReadonlyArray<readonly [head: string, content: Uint8Array]> = [
    ...Object.entries(fields).map(
      ([name, value]) => [disposition(name), encoder.encode(value)] as const,
    ),
    ...Object.entries(files).flatMap(([name, given]) =>
      [given].flat().map((file) => [fileHead(name, file), contentOf(file)] as const),
    ),
  ];
  const pieces = parts.flatMap(([head, content]) => [
    encoder.encode(`--${BOUNDARY}\r\n${head}\r\n\r\n`),
    content,
    encoder.encode('\r\n'),
  ]);
  return {
    body: concat([...pieces, encoder.encode(`--${BOUNDARY}--\r\n`)]),
    type: `multipart/form-data; boundary=${BOUNDARY}`,
  };
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${escape(name)}"`;
}

function fileHead(name: string, { filename, type = 'application/octet-stream' }: TestFile): string {
  return `${disposition(name)}; filename="${escape(filename)}"\r\nContent-Type: ${type}`;
}

function contentOf({ filename, content }: TestFile): Uint8Array {
  const octets = typeof content === 'string' ? encoder.encode(content) : content;
  if (new TextDecoder('latin1').decode(octets).includes(BOUNDARY)) {
    throw new TypeError(`the file ${filename} holds the boundary ${BOUNDARY}`);
  }
  return octets;
}

function escape(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Octets in one piece. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.byteLength;
  }
  return whole;
}
